"""Pictures look as they did when they were last looked at.

The golden pictures are those of the gallery, as committed. They are drawn by another program (resvg), so this also
shows that the SVG and the PNG of one design agree.
"""

import io
import math
from pathlib import Path

import pytest
import resvg_py
from PIL import Image, ImageChops, ImageStat
from scripts import gallery

from repoint.rendering import compose_text, parse, payload, picture
from repoint.rendering.legibility.reading import reads

DOCS = Path(__file__).parents[2] / "docs"
EXHIBITS = [(room, exhibit) for room in gallery.rooms() for exhibit in room.exhibits]

MODULE_PX = 8
MEAN_MAX = 3  # of 255: edges are smoothed differently
APART_FROM = 96
APART_SHARE_MAX = 0.005  # of all pixels


def _golden(room: gallery.Room, exhibit: gallery.Exhibit, *, modules: float) -> Image.Image:
    """The committed picture, so many modules wide."""
    svg = (DOCS / gallery.file_name(room, exhibit)).read_text("utf-8")
    zoom = modules * MODULE_PX / room.width_px
    drawn = resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom, skip_system_fonts=True)
    return _on_white(Image.open(io.BytesIO(drawn)))


def _on_white(image: Image.Image) -> Image.Image:
    drawn = image.convert("RGBA")
    white = Image.new("RGBA", drawn.size, "#FFFFFF")
    return Image.alpha_composite(white, drawn).convert("RGB")


def _difference(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """The mean of the differences, and the share of pixels that are far apart."""
    levels = ImageChops.difference(one, other).convert("L")
    apart = sum(levels.histogram()[APART_FROM:])
    return ImageStat.Stat(levels).mean[0], apart / (levels.width * levels.height)


@pytest.mark.parametrize(("room", "exhibit"), EXHIBITS, ids=lambda part: getattr(part, "key", None) or part.name)
def test_pictures_look_as_they_did(room: gallery.Room, exhibit: gallery.Exhibit) -> None:
    """A PNG differs from its golden picture by no more than edges do, and both decode to the text."""
    design = parse(exhibit.design)
    scene = compose_text(exhibit.text, design).scene
    golden = _golden(room, exhibit, modules=scene.width)
    width_px = math.ceil(scene.width * MODULE_PX)
    drawn = _on_white(Image.open(io.BytesIO(picture(exhibit.text, design, fmt="png", size_px=width_px).body)))
    both = (0, 0, min(golden.width, drawn.width), min(golden.height, drawn.height))
    mean, apart = _difference(golden.crop(both), drawn.crop(both))
    assert mean <= MEAN_MAX
    assert apart <= APART_SHARE_MAX
    encoded = payload(exhibit.text, uppercase=design.uppercase).encode()
    assert reads(golden.convert("L"), encoded)
    assert reads(drawn.convert("L"), encoded)


def test_a_shift_by_an_eighth_of_a_module_shows() -> None:
    """The tolerance is none for what one sees: a picture moved by one pixel is not the golden one."""
    room, exhibit = EXHIBITS[0]
    golden = _golden(room, exhibit, modules=37)
    mean, apart = _difference(golden, ImageChops.offset(golden, 1, 0))
    assert mean > MEAN_MAX
    assert apart > APART_SHARE_MAX
