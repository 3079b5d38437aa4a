"""EPS files are well formed, exactly as large as asked, and look like the others."""

import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageChops

from repoint.rendering import Picture, draw, parse, shapes
from repoint.rendering.emit.eps import to_eps
from repoint.rendering.emit.png import to_png
from repoint.rendering.scene import Bitmap, Fill, Linear, Scene, Solid, Stop
from repoint.rendering.shapes import Radii

Raster = Callable[[Picture], Image.Image]

SQUARE = (shapes.square(1, 1, side=2, radii=Radii(0, 0, 0, 0)),)
RGBA = bytes([255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 255, 192, 0, 0, 0, 255])


def eps(scene: Scene, **wanted: Any) -> str:
    """Return the file, one inch wide."""
    return to_eps(scene, width_mm=25.4, **wanted).decode("ascii")


def drawn(raster: Raster, scene: Scene, **wanted: Any) -> Image.Image:
    """Return what Ghostscript makes of one inch: 200 pixels."""
    return raster(Picture("", "eps", to_eps(scene, width_mm=25.4, **wanted))).convert("RGB")


def pixel(image: Image.Image, x: int, y: int) -> bytes:
    """Return red, green and blue."""
    return image.crop((x, y, x + 1, y + 1)).tobytes()


def test_the_structure_follows_the_conventions() -> None:
    """Header, sections in order, both bounding boxes, and no line too long, whatever the design and the title."""
    gradient = {"kind": "radial", "stops": ["red", "lime", "blue", "navy", "teal"]}
    design = {"modules": {"shape": "fluid", "gradient": gradient}, "background": {"gradient": gradient}}
    scene = draw("x" * 500, parse(design))
    written = to_eps(scene, width_mm=30, title="Menü\n%%EOF (a) " + "b" * 500).decode("ascii")
    lines = written.split("\n")
    assert lines[0] == "%!PS-Adobe-3.0 EPSF-3.0"
    assert "%%BoundingBox: 0 0 86 86" in lines
    assert "%%HiResBoundingBox: 0 0 85.039370 85.039370" in lines
    assert any(line.startswith("%%Title: Men??%%EOF (a) bbb") for line in lines)
    sections = ["%%EndComments", "%%BeginProlog", "%%EndProlog", "%%Page: 1 1", "%%Trailer", "%%EOF"]
    assert [lines.index(section) for section in sections] == sorted(lines.index(section) for section in sections)
    assert max(map(len, lines)) <= 255


def test_colours_are_those_asked_for() -> None:
    """RGB by default; with inks every colour has four, greys black alone, and the header says so."""
    scene = Scene(4, 4, Solid("#FFFFFF"), (Fill(Solid("#808080"), SQUARE),))
    assert ".502 .502 .502 rg" in eps(scene)
    assert "0 0 0 .498 k" in eps(scene, cmyk=True).split("\n")
    assert not re.search(r"\d rg$", eps(scene, cmyk=True), re.MULTILINE)
    assert "%%DocumentProcessColors: Cyan Magenta Yellow Black" in eps(scene, cmyk=True)


def test_what_is_seen_through_is_mixed_with_the_background() -> None:
    """PostScript has no opacity: half black is grey on white and brown on orange; gradients are mixed stop by stop."""
    half = (Fill(Solid("#00000080"), SQUARE),)
    assert ".498 .498 .498 rg" in eps(Scene(4, 4, None, half))
    assert ".498 .251 0 rg" in eps(Scene(4, 4, Solid("#FF8000"), half))
    fade = Linear(1, 1, 3, 1, (Stop(0, "#000000"), Stop(1, "#00000000")))
    assert "/C0[0 0 0]/C1[1 1 1]" in eps(Scene(4, 4, None, (Fill(fade, SQUARE),)))


@pytest.mark.parametrize("cmyk", [False, True])
def test_pixels_of_a_bitmap_are_where_they_belong(raster: Raster, cmyk: bool) -> None:
    """Pixels that are more than half transparent are left out; others are mixed with the background."""
    scene = Scene(4, 4, Solid("#FFFF00"), (Bitmap(1, 1, 2, 2, 2, 2, RGBA),))
    image = drawn(raster, scene, cmyk=cmyk)
    red, left_out, mixed, black = (pixel(image, x, y) for y in (75, 125) for x in (75, 125))
    assert left_out == pixel(image, 10, 10)  # the background
    assert red[0] > 180
    assert max(red[1:]) < 80
    assert mixed[2] > mixed[0] + 40
    assert max(black) < 60


def test_an_opaque_bitmap_needs_no_mask(raster: Raster) -> None:
    """Data is text that no program takes for a comment, and the picture is drawn."""
    scene = Scene(4, 4, None, (Bitmap(0, 0, 4, 4, 1, 1, bytes([0, 128, 0, 255])),))
    assert "ImageType 3" not in eps(scene)
    assert pixel(drawn(raster, scene), 100, 100) == bytes([0, 128, 0])


def test_no_line_of_data_looks_like_a_comment() -> None:
    """In a large bitmap some line of data begins with a percent sign; it is moved in."""
    rgba = random.Random(1).randbytes(4 * 100 * 100)
    written = eps(Scene(4, 4, None, (Bitmap(0, 0, 4, 4, 100, 100, rgba),)))
    data = written[written.index("\nimage\n") + 7 : written.index("~>")]
    assert any(line.startswith(" %") for line in data.split("\n"))
    assert not any(line.startswith("%") for line in data.split("\n"))


@pytest.mark.parametrize(
    "design",
    [
        {"modules": {"shape": "dots", "gradient": {"angle": 45, "stops": ["#DB2777", "#1E1B4B"]}}},
        {"modules": {"shape": "fluid"}, "background": {"gradient": {"kind": "radial", "stops": ["#FFF", "#FDE68A"]}}},
    ],
)
def test_it_looks_like_the_png(raster: Raster, design: dict[str, Any]) -> None:
    """Ghostscript's picture of the EPS and PDFium's of the PDF differ only along edges."""
    scene = draw("https://repoint.example/r/aB3xK9z?x=1", parse(design))
    width_px = 37 * 8
    png = raster(Picture("", "png", to_png(scene, width_px=width_px, dpi=None))).convert("RGB")
    made = raster(Picture("", "eps", to_eps(scene, width_mm=width_px / 200 * 25.4))).convert("RGB").resize(png.size)
    difference = ImageChops.difference(png, made).convert("L")
    assert sum(difference.histogram()[64:]) < 0.06 * width_px**2
