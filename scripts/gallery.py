"""Draw docs/gallery.md: what every name of a design looks like.

    python scripts/gallery.py            (or make gallery)

Every picture is drawn by another program, resvg, and decoded by zxing-cpp before it is written; the first that does not
say its text ends the run with an error. The same code gives the same bytes, so a change of the gallery is a change of
the pictures.
"""

# ruff: noqa: INP001  # a script, run by path

import io
import logging
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import resvg_py
import zxingcpp
from PIL import Image

from repoint.rendering import PRESETS, logos, parse, picture
from repoint.rendering.design import CornerShape, ModuleShape
from repoint.rendering.fonts import FontName
from repoint.rendering.frames import STYLES

LOG = logging.getLogger("gallery")

DOCS = Path(__file__).parents[1] / "docs"
FOLDER = "pictures/gallery"
BYTES_MAX = 600_000  # of all pictures together

TEXT = "https://repoint.example/r/aB3xK9z"
SHORT_TEXT = "repoint.example"  # for pictures in which the symbol matters least

INK, BLUE = "#0F172A", "#1D4ED8"

INTRODUCTION = """\
What every name of a [design](api.md) looks like. `make gallery` draws this page and decodes each picture in the making;
scan the screen to see for yourself."""

# What text in other scripts looks like: one for each way of shaping.
SCRIPTS = {
    "arabic": "امسح الرمز ضوئيًا",
    "hebrew": "סרקו אותי",
    "devanagari": "मुझे स्कैन करें",
    "chinese": "扫描二维码",
    "emoji": "👉 Scan me 📱",
}


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One picture, and the design it is drawn from."""

    name: str
    design: Mapping[str, Any]
    text: str = TEXT


@dataclass(frozen=True, slots=True)
class Room:
    """Pictures of one kind, side by side; `key` begins the names of their files."""

    key: str
    title: str
    words: str
    width_px: int
    across: int
    exhibits: tuple[Exhibit, ...]


def rooms() -> Iterator[Room]:
    """Yield all that there is to see."""
    yield Room(
        "preset",
        "Presets",
        "Twelve designs that look good as they are, to take or to start from.",
        220,
        4,
        tuple(Exhibit(name, design) for name, design in PRESETS.items()),
    )
    yield Room(
        "modules",
        "Modules",
        '`{"modules": {"shape": "fluid"}}`. Alignment patterns stay solid in every shape.',
        200,
        4,
        tuple(Exhibit(shape, {"modules": {"shape": shape, "color": INK}}) for shape in get_args(ModuleShape)),
    )
    yield Room(
        "corners",
        "Corners",
        '`{"corners": {"outer_shape": "leaf", "inner_shape": "leaf"}}`. Ring and eye are chosen apart, for all three'
        " corners or for each. `circle` is read less surely, and a check warns of it.",
        160,
        4,
        tuple(
            Exhibit(shape, _ink(corners={"outer_shape": shape, "inner_shape": shape, "inner_color": BLUE}), SHORT_TEXT)
            for shape in get_args(CornerShape)
        ),
    )
    yield Room(
        "frame",
        "Frames",
        '`{"frame": {"style": "bar-below", "text": "Scan me!", "color": "#1D4ED8"}}`.',
        180,
        4,
        tuple(Exhibit(style, _ink(frame={"style": style, "color": BLUE}), SHORT_TEXT) for style in STYLES),
    )
    yield Room(
        "font",
        "Fonts",
        '`{"frame": {"font": "serif", "weight": "bold"}}`. Letters leave as outlines;'
        " [fonts](fonts.md) says what they cover.",
        160,
        6,
        tuple(
            Exhibit(font, _ink(frame={"style": "text-below", "font": font}), SHORT_TEXT) for font in get_args(FontName)
        ),
    )
    yield Room(
        "script",
        "Scripts",
        "Text in the script of the people who scan it.",
        160,
        5,
        tuple(
            Exhibit(name, _ink(frame={"style": "bar-below", "text": text, "color": BLUE}), SHORT_TEXT)
            for name, text in SCRIPTS.items()
        ),
    )
    yield Room(
        "logo",
        "Logos",
        '`{"logo": {"name": "wifi"}}`. Uploaded pictures take the same place; [logos](logos.md) has the licences.',
        120,
        8,
        tuple(Exhibit(name, _ink(logo={"name": name, "size": 0.3}), SHORT_TEXT) for name in logos.names()),
    )


def _ink(**parts: object) -> dict[str, object]:
    return {"modules": {"color": INK}, **parts}


def drawn(exhibit: Exhibit, *, width_px: int) -> bytes:
    """Return a picture as SVG that was read again; SystemExit when it does not say its text."""
    body = picture(exhibit.text, parse(exhibit.design), fmt="svg", size_px=width_px, title=exhibit.name).body
    pixels = Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=body.decode(), zoom=2, skip_system_fonts=True)))
    found = zxingcpp.read_barcode(pixels.convert("L"), text_mode=zxingcpp.TextMode.Plain)
    if found is None or found.text != exhibit.text:
        raise SystemExit(f"{exhibit.name} does not decode")
    return body


def page() -> str:
    """Return the page that shows the pictures."""
    parts = [
        "# Gallery",
        INTRODUCTION,
    ]
    for room in rooms():
        parts += [f"## {room.title}", room.words, *_table(room)]
    return "\n\n".join(parts) + "\n"


def file_name(room: Room, exhibit: Exhibit) -> str:
    """Return where a picture lies, from the folder of the page."""
    return f"{FOLDER}/{room.key}-{exhibit.name}.svg"


def _table(room: Room) -> Iterator[str]:
    across = [room.exhibits[at : at + room.across] for at in range(0, len(room.exhibits), room.across)]
    lines = []
    for number, row in enumerate(across):
        pictures = [f"![{exhibit.name}]({file_name(room, exhibit)})<br>`{exhibit.name}`" for exhibit in row]
        lines.append(f"| {' | '.join(pictures + [''] * (room.across - len(row)))} |")
        if number == 0:
            lines.append("|" + " :---: |" * room.across)
    yield "\n".join(lines)


def hang(docs: Path) -> int:
    """Write the page and its pictures, and return how many bytes the pictures have."""
    folder = docs / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.svg"):
        old.unlink()
    total = 0
    for room in rooms():
        for exhibit in room.exhibits:
            body = drawn(exhibit, width_px=room.width_px)
            (docs / file_name(room, exhibit)).write_bytes(body)
            total += len(body)
    (docs / "gallery.md").write_text(page(), "utf-8")
    return total


def main() -> None:
    """Write the gallery of this checkout."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    total = hang(DOCS)
    LOG.info("%d pictures, %d kB", sum(len(room.exhibits) for room in rooms()), total // 1_000)
    if total > BYTES_MAX:
        raise SystemExit(f"more than {BYTES_MAX // 1_000} kB")


if __name__ == "__main__":
    main()
