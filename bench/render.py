"""Pictures: speed beside python-qrcode, bytes beside qr-code-styling.

    python -m bench.render
    python -m bench.render --qr-code-styling FOLDER

The second form also draws the symbol with qr-code-styling, where FOLDER is one in which
`npm install qr-code-styling jsdom` was run; it needs Node.js.
"""

import argparse
import io
import json
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import qrcode
from qrcode.image.styledpil import StyledPilImage
from qrcode.image.styles.colormasks import RadialGradiantColorMask
from qrcode.image.styles.moduledrawers import RoundedModuleDrawer

from repoint.rendering import Design, compose_text, parse, picture
from repoint.rendering.legibility import check

TEXT = "https://repoint.example/r/aB3xK9z"
BORDER = 4  # modules; the quiet zone of both
SIDE_PX = 1_024
TRIES = 30
SERIES_S = 4.0

GRADIENT = {"kind": "radial", "stops": ["#BE185D", "#581C87"]}
# Version 3 with room for the logo: the level is what the size allows.
STYLED = {
    "modules": {"shape": "rounded", "gradient": GRADIENT},
    "corners": {"outer_shape": "rounded", "inner_shape": "rounded"},
    "logo": {"name": "star", "size": 0.2},
    "frame": {"style": "bar-below", "text": "Scan me!"},
    "error_correction": "M",
}
LARGE = {
    "modules": {"shape": "dots", "gradient": GRADIENT},
    "corners": {"outer_shape": "rounded", "inner_shape": "rounded"},
    "version_min": 12,
}
# What both libraries can draw: no logo, no frame.
COMPARED = {"modules": {"shape": "rounded", "gradient": GRADIENT}, "version_min": 3, "error_correction": "M"}
TARGETS_MS = {"scene": 3.0, "svg": 3.0, "pdf": 8.0, "png": 45.0, "check": 60.0}
SVG_BYTES_TARGET = 15_000
LARGE_TIMES_TARGET = 4
FASTER_TARGET = 20.0
BYTES_SHARE_TARGET = 1 / 5
SVGS_PER_S_TARGET, PNGS_PER_S_TARGET = 150.0, 40.0


def took_ms(work: Callable[[], object]) -> float:
    """The median processor time of a piece of work, in milliseconds; the first try is not counted."""
    work()
    tries = []
    for _ in range(TRIES):
        began = time.process_time()
        work()
        tries.append((time.process_time() - began) * 1_000)
    return statistics.median(tries)


def drawn(design: Design, fmt: str, *, size_px: int = SIDE_PX, text: str = TEXT) -> bytes:
    """A picture from its text on: nothing is kept from the one before."""
    return picture(text, design, fmt=fmt, size_px=size_px).body


def stages(written: dict[str, Any], *, limits: dict[str, float]) -> bool:
    """Measure each stage of one design against its limits."""
    design = parse(written)
    composition = compose_text(TEXT, design)
    scene_ms = took_ms(lambda: compose_text(TEXT, design))
    # Text to file, without the scene, which stands on a line of its own.
    taken = {
        "scene": scene_ms,
        "svg": took_ms(lambda: drawn(design, "svg")) - scene_ms,
        "pdf": took_ms(lambda: drawn(design, "pdf")) - scene_ms,
        "png": took_ms(lambda: drawn(design, "png")) - scene_ms,
    }
    if "check" in limits:
        taken["check"] = took_ms(lambda: check(TEXT, design))
    size = len(drawn(design, "svg"))
    print(f"\nversion {composition.symbol.version}, {written['modules']['shape']}: SVG of {size:,} bytes")
    reached = size <= SVG_BYTES_TARGET or written is not STYLED
    for name, spent in taken.items():
        print(f"  {name:<6} {spent:7.2f} ms   (at most {limits[name]:g})")
        reached &= spent <= limits[name]
    return reached


def beside_python_qrcode() -> bool:
    """The same symbol, side and gradient, as PNG: text to file."""
    design = parse(COMPARED)
    modules = compose_text(TEXT, design).symbol.size + 2 * BORDER

    def other() -> bytes:
        code = qrcode.QRCode(
            version=3, error_correction=qrcode.ERROR_CORRECT_M, box_size=SIDE_PX // modules, border=BORDER
        )
        code.add_data(TEXT)
        image = code.make_image(
            image_factory=StyledPilImage,
            module_drawer=RoundedModuleDrawer(),
            color_mask=RadialGradiantColorMask(
                back_color=(255, 255, 255), center_color=(190, 24, 93), edge_color=(88, 28, 135)
            ),
        )
        file = io.BytesIO()
        image.save(file)
        return file.getvalue()

    global TRIES  # noqa: PLW0603 - the other one takes seconds
    tries, TRIES = TRIES, 3
    other_ms = took_ms(other)
    TRIES = tries
    own_ms = took_ms(lambda: drawn(design, "png", size_px=SIDE_PX // modules * modules))
    faster = other_ms / own_ms
    print(f"\nPNG of {SIDE_PX // modules * modules} px, rounded, radial gradient, version 3")
    print(f"  python-qrcode {other_ms:8.1f} ms   repoint {own_ms:6.1f} ms   {faster:.0f} times faster (at least 20)")
    return faster >= FASTER_TARGET


def beside_qr_code_styling(folder: Path) -> bool:
    """The same symbols as SVG: bytes."""
    reached = True
    for version, shape in ((3, "rounded"), (3, "dots"), (12, "dots")):
        design = parse(COMPARED | {"modules": {"shape": shape, "gradient": GRADIENT}, "version_min": version})
        script = Path(__file__).with_name("qr_code_styling.mjs")
        printed = subprocess.run(
            ["node", str(script), str(folder.resolve()), TEXT, str(version), "M", shape],  # noqa: S607
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        ).stdout
        other, own = json.loads(printed)["bytes"], len(drawn(design, "svg"))
        share = own / other
        print(f"  version {version:>2}, {shape:<8} qr-code-styling {other:>8,}   repoint {own:>7,}   {share:.3f} of it")
        reached &= share <= BYTES_SHARE_TARGET
    return reached


def series() -> bool:
    """Different texts, one after the other, on one core."""
    design = parse(STYLED)
    reached = True
    for fmt, size_px, target in (("svg", SIDE_PX, SVGS_PER_S_TARGET), ("png", 512, PNGS_PER_S_TARGET)):
        began, count = time.process_time(), 0
        while (spent := time.process_time() - began) < SERIES_S:
            drawn(design, fmt, size_px=size_px, text=f"https://repoint.example/r/{count:07}")
            count += 1
        print(f"  {fmt} of {size_px} px: {count / spent:.0f} a second of processor time (at least {target:g})")
        reached &= count / spent >= target
    return reached


def measure(*, qr_code_styling: Path | None) -> bool:
    """Print every figure; whether all targets were reached."""
    styled = stages(STYLED, limits=TARGETS_MS)
    large = stages(
        LARGE, limits={name: LARGE_TIMES_TARGET * limit for name, limit in TARGETS_MS.items() if name != "check"}
    )
    faster = beside_python_qrcode()
    print("\nstyled symbols with gradient, logo and frame text, each another text")
    many = series()
    print("\nbytes of the SVG")
    if qr_code_styling is None:
        print("  not measured: give --qr-code-styling FOLDER")
        return styled and large and faster and many
    return beside_qr_code_styling(qr_code_styling) and styled and large and faster and many


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--qr-code-styling", type=Path)
    raise SystemExit(0 if measure(qr_code_styling=parser.parse_args().qr_code_styling) else 1)
