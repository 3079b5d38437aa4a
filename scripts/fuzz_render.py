"""Draw random designs and hold every verdict against the finished picture.

    python scripts/fuzz_render.py --designs 5000 --seed 1

No design may crash. Each that is graded A or B is drawn anew as four PNGs of other sizes, turned by a quarter or a
half, and zxing-cpp must decode at least two thirds of the photographs taken of them under every stated condition: a
camera takes many. ZBar must decode at least 95 % of these designs, where pyzbar is installed. What fails is printed
with its text and design, and the exit status is 1.
"""

# ruff: noqa: INP001, S311, T201  # a script, run by path; seeded randomness is what it wants; prints its figures

import argparse
import io
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from statistics import median
from typing import Any, get_args

from PIL import Image

from repoint.rendering import Composition, Design, compose_text, parse, payload, picture
from repoint.rendering.corners import PLACES
from repoint.rendering.design import CornerShape, ModuleShape
from repoint.rendering.errors import RenderingError
from repoint.rendering.frames import STYLES
from repoint.rendering.legibility import check
from repoint.rendering.legibility.evidence import surround_of
from repoint.rendering.legibility.reading import reads
from repoint.rendering.legibility.strain import CONDITIONS
from repoint.rendering.legibility.view import View, on_surround
from repoint.rendering.logos import names
from repoint.rendering.sizes import SIZE_PX_MAX

FRESH_VIEWS = 4
FRESH_MODULE_PX = range(4, 12)
MISSED_SHARE_MAX = 1 / 3
ZBAR_MODULE_PX = 6
ZBAR_SHARE_MIN = 0.95
GRADED_GOOD = ("A", "B")
ANGLE_MAX = 360

TEXTS = (
    "https://repoint.example/r/aB3xK9z",
    "HTTPS://REPOINT.EXAMPLE/R/7",
    "https://repoint.example/r/aB3xK9z?utm_source=poster&utm_medium=print&utm_campaign=spring",
    "WIFI:T:WPA;S:Café Ünter;P:s3cret pass;;",
    "0" * 90,
    "BEGIN:VCARD\nVERSION:3.0\nN:Doe;Jane\nTEL:+4930123456\nURL:https://repoint.example\nEND:VCARD",
)


def random_design(source: random.Random) -> dict[str, Any]:
    """Return a design with any of the schema's fields, more often as people choose them than not."""
    written: dict[str, Any] = {
        "modules": {"shape": source.choice(get_args(ModuleShape)), "color": _ink(source)},
        "background": {"color": _ground(source)},
        "corners": _corners(source),
    }
    if source.random() < 0.4:
        written["modules"]["scale"] = round(source.uniform(0.6, 1), 2)
    if source.random() < 0.25:
        written["modules"]["gradient"] = _gradient(source, _ink)
    if source.random() < 0.1:
        written["background"]["gradient"] = _gradient(source, _ground)
    others: dict[str, Any] = {
        "quiet_zone": source.randint(0, 10),
        "error_correction": source.choice("LMQH"),
        "version_min": source.randint(1, 12),
        "frame": {"style": source.choice(STYLES)},
        "logo": _logo(source),
    }
    return written | {name: value for name, value in others.items() if source.random() < 0.3}


def _corners(source: random.Random) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for part in ("outer", "inner"):
        written[f"{part}_shape"] = source.choice(get_args(CornerShape))
        if source.random() < 0.25:
            written[f"{part}_color"] = _ink(source)
        if source.random() < 0.1:
            written[f"{part}_gradient"] = _gradient(source, _ink)
    if source.random() < 0.2:
        place = source.choice(PLACES)
        written[place] = {"outer_shape": source.choice(get_args(CornerShape)), "inner_color": _ink(source)}
    return written


def _color(source: random.Random, low: int, high: int) -> str:
    return "#" + "".join(f"{source.randint(low, high):02X}" for _ in range(3))


def _ink(source: random.Random) -> str:
    kind = source.random()
    if kind < 0.6:
        return _color(source, 0, 130)
    if kind < 0.7:
        return (
            f"cmyk({source.randint(0, 100)} {source.randint(0, 100)} {source.randint(0, 100)} {source.randint(0, 100)})"
        )
    if kind < 0.75:
        return _color(source, 0, 120) + f"{source.randint(120, 255):02X}"
    return _color(source, 0, 255)


def _ground(source: random.Random) -> str:
    kind = source.random()
    if kind < 0.5:
        return "#FFFFFF"
    if kind < 0.8:
        return _color(source, 200, 255)
    return "transparent" if kind < 0.85 else _color(source, 0, 255)


def _gradient(source: random.Random, color: Callable[[random.Random], str]) -> dict[str, Any]:
    stops = [color(source) for _ in range(source.randint(2, 5))]
    stops = ["#FFFFFF" if stop == "transparent" else stop for stop in stops]
    return {"kind": source.choice(("linear", "radial")), "angle": source.randint(0, ANGLE_MAX), "stops": stops}


def _logo(source: random.Random) -> dict[str, Any]:
    written = {
        "name": source.choice(names()),
        "size": round(source.uniform(0.1, 0.4), 2),
        "padding": source.choice((0, 0.5, 1, 2)),
        "plate": source.choice(("none", "square", "rounded", "circle")),
    }
    if source.random() < 0.5:
        written["plate_color"] = _color(source, 0, 255)
    return written


def stated_failures(text: str, design: Design, source: random.Random) -> Iterator[tuple[str, float]]:
    """Yield the stated conditions under which photographs of fresh PNGs are missed, with the share that is.

    The PNGs have sizes and turns drawn by chance. A camera takes many photographs, so a condition is met when two of
    three are read.
    """
    composition = compose_text(text, design)
    encoded = payload(text, uppercase=design.uppercase).encode()
    sizes = source.sample(FRESH_MODULE_PX, FRESH_VIEWS)
    views = [_fresh_view(text, design, composition, source, module_px) for module_px in sizes]
    read = [reads(view.image, encoded) for view in views]
    yield "as it is", read.count(False) / len(read)
    for condition in CONDITIONS:
        shots = (shot for view in views for shot in condition.shots(view, condition.stated, thorough=True))
        read = [reads(shot, encoded) for shot in shots]
        yield condition.name, read.count(False) / len(read)


def _fresh_view(text: str, design: Design, composition: Composition, source: random.Random, module_px: int) -> View:
    scene = composition.scene
    longest = max(scene.width, scene.height)
    size_px = min(round(scene.width * module_px) + source.randint(0, 7), round(SIZE_PX_MAX * scene.width / longest))
    image = Image.open(io.BytesIO(picture(text, design, fmt="png", size_px=size_px).body)).convert("RGBA")
    turned = image.rotate(source.choice((90, 180, 270)), expand=True)
    return on_surround(turned, composition, surround=surround_of(composition, design), module_px=module_px)


def _zbar_reads(view: View, encoded: bytes) -> bool:
    pyzbar = import_module("pyzbar.pyzbar")  # untyped, and no requirement: it needs a system library

    found = pyzbar.decode(view.image, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return any(symbol.data == encoded for symbol in found)


@dataclass
class Tally:
    """What was counted: verdicts, and of those graded well what their fresh pictures did."""

    verdicts: Counter[str] = field(default_factory=Counter)
    took_s: list[float] = field(default_factory=list)
    good: int = 0
    failed: int = 0
    unlucky: int = 0
    read_by_zbar: int = 0


def run(designs: int, seed: int) -> int:
    """Check so many designs, print the figures, and return the exit status."""
    has_zbar = find_spec("pyzbar") is not None
    tally = Tally()
    for number in range(designs):
        source = random.Random(f"{seed}:{number}")
        text, written = source.choice(TEXTS), random_design(source)
        try:
            design = parse(written)
            began = time.process_time()
            verdict = check(text, design)
            tally.took_s.append(time.process_time() - began)
        except RenderingError as error:
            tally.verdicts[f"not drawable: {error.field}"] += 1
            continue
        tally.verdicts[verdict.grade] += 1
        if verdict.grade in GRADED_GOOD:
            tally.good += 1
            missed = _hold_to_it(text, design, source, tally, has_zbar=has_zbar)
            if missed:
                print(f"design {number} of seed {seed}, {verdict.grade} {verdict.score}, missed under: {missed}")
                print(f"  {text!r} {json.dumps(written)}")
    _report(tally, has_zbar=has_zbar)
    zbar_fails = has_zbar and tally.read_by_zbar < ZBAR_SHARE_MIN * tally.good
    return 1 if tally.failed or zbar_fails else 0


def _hold_to_it(text: str, design: Design, source: random.Random, tally: Tally, *, has_zbar: bool) -> dict[str, float]:
    """Count what fresh pictures of a design do, and return the conditions under which too many were missed."""
    missed = dict(stated_failures(text, design, source))
    failed = {name: round(share, 2) for name, share in missed.items() if share > MISSED_SHARE_MAX}
    tally.unlucky += any(missed.values())
    tally.failed += bool(failed)
    if has_zbar:
        encoded = payload(text, uppercase=design.uppercase).encode()
        tally.read_by_zbar += _zbar_reads(
            _fresh_view(text, design, compose_text(text, design), source, ZBAR_MODULE_PX), encoded
        )
    return failed


def _report(tally: Tally, *, has_zbar: bool) -> None:
    print(dict(sorted(tally.verdicts.items())))
    if tally.took_s:
        middle, slowest = median(tally.took_s) * 1000, max(tally.took_s) * 1000
        print(f"check: median {middle:.0f} ms, slowest {slowest:.0f} ms of processor time")
    print(f"graded A or B: {tally.good}, of them not read under a stated condition: {tally.failed}")
    print(f"with any photograph missed at all: {tally.unlucky}")
    print(f"ZBar reads {tally.read_by_zbar}" if has_zbar else "ZBar: not tried, pyzbar is not installed")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--designs", type=int, default=500)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    sys.exit(run(given.designs, given.seed))
