"""Scenes are one fill for each paint, and depend on nothing but text and design."""

import io
from collections.abc import Callable
from itertools import product

import pytest
from PIL import Image

from repoint.rendering import Design, Picture, draw, parse
from repoint.rendering.draw import background, symbol_layers, symbol_of
from repoint.rendering.emit.pdf import to_pdf
from repoint.rendering.emit.png import to_png
from repoint.rendering.emit.svg import to_svg
from repoint.rendering.scene import Fill, Linear, Radial, Scene, Solid
from repoint.rendering.shapes import Radii, square

TEXT = "https://repoint.example/r/aB3xK9z?x=1"


def fills(scene: Scene) -> list[Fill]:
    """Return the layers, all of which are fills."""
    assert all(isinstance(layer, Fill) for layer in scene.layers)
    return [layer for layer in scene.layers if isinstance(layer, Fill)]


def test_one_paint_makes_one_path() -> None:
    """Corners without a colour of their own, or with the same one, join the path of the modules."""
    plain = draw(TEXT, parse({"modules": {"color": "navy"}}))
    named = draw(TEXT, parse({"modules": {"color": "navy"}, "corners": {"outer_color": "#000080"}}))
    assert [fill.paint for fill in fills(plain)] == [Solid("#000080")]
    assert plain == named


def test_each_colour_makes_a_path() -> None:
    """Three colours are three fills, the modules first; each finder has a ring with a hole and an eye."""
    made = fills(draw(TEXT, parse({"corners": {"outer_color": "red", "inner_color": "blue"}})))
    assert [fill.paint for fill in made] == [Solid("#000000"), Solid("#FF0000"), Solid("#0000FF")]
    assert [len(fill.path) for fill in made[1:]] == [6, 3]


def test_a_corner_of_its_own_makes_a_path() -> None:
    """One ring in another colour is a path of two contours; the others stay with the modules."""
    made = fills(draw(TEXT, parse({"corners": {"top_right": {"outer_color": "red"}}})))
    assert [(fill.paint, len(fill.path)) for fill in made[1:]] == [(Solid("#FF0000"), 2)]


def test_gradients_lie_over_the_symbol_and_the_whole_picture() -> None:
    """Those of modules and corners span the symbol without its quiet zone, that of the background everything."""
    gradient = {"stops": ["red", "blue"]}
    scene = draw(
        TEXT, parse({"modules": {"gradient": gradient}, "background": {"gradient": gradient}, "quiet_zone": 3})
    )
    (fill,) = fills(scene)
    assert isinstance(fill.paint, Linear)
    assert (fill.paint.x1, fill.paint.x2) == (3, 32)
    assert isinstance(scene.background, Linear)
    assert (scene.background.x1, scene.background.x2) == (0, 35)


def test_corners_follow_the_gradient_of_the_modules() -> None:
    """Corners without a paint are part of the surface; a gradient of their own makes another one, over all three."""
    ink = {"modules": {"gradient": {"stops": ["red", "blue"]}}}
    assert len(fills(draw(TEXT, parse(ink)))) == 1
    radial = {"outer_gradient": {"kind": "radial", "stops": ["red", "blue"]}}
    _, rings = fills(draw(TEXT, parse({**ink, "corners": radial})))
    assert isinstance(rings.paint, Radial)
    assert len(rings.path) == 6


def test_the_quiet_zone_is_part_of_the_picture() -> None:
    """A version 3 symbol is 29 modules wide, plus the quiet zone on both sides."""
    scenes = [draw(TEXT, parse({"quiet_zone": zone})) for zone in (0, 4, 10)]
    assert [(scene.width, scene.height) for scene in scenes] == [(29, 29), (37, 37), (49, 49)]


def test_a_transparent_background_is_none() -> None:
    """A transparent picture has no background to fill."""
    assert draw(TEXT, parse({"background": {"color": "transparent"}})).background is None
    assert draw(TEXT, parse({"background": {"color": "#fff"}})).background == Solid("#FFFFFF")


def test_the_symbol_is_what_the_design_asks_for() -> None:
    """Level, smallest version and capitals come from the design."""
    asked = symbol_of("https://repoint.example/", parse({"error_correction": "Q", "version_min": 7}))
    assert (asked.level, asked.version) == ("Q", 7)
    sizes = [
        symbol_of(TEXT[:32], parse({"error_correction": "M", "uppercase": wanted})).version for wanted in (False, True)
    ]
    assert sizes == [3, 2]


@pytest.mark.parametrize("shape", ["square", "fluid", "dots", "horizontal-bars"])
def test_cleared_modules_are_not_drawn(shape: str) -> None:
    """Where modules are cleared the picture has the background only; elsewhere modules are dark in their middle."""
    design = parse({"modules": {"shape": shape}, "error_correction": "H", "quiet_zone": 0})
    symbol = symbol_of(TEXT, design)
    cleared = frozenset((x, y) for x in range(14, 21) for y in range(14, 21))
    layers = symbol_layers(symbol, design, x=0, y=0, cleared=cleared)
    image = _pixels(Scene(symbol.size, symbol.size, Solid("#FFFFFF"), layers), width_px=symbol.size * 9)
    for x, y in product(range(8, symbol.size - 8), repeat=2):
        module = image.crop((x * 9, y * 9, x * 9 + 9, y * 9 + 9))
        if (x, y) in cleared:
            assert module.getextrema() == (255, 255)
        else:
            assert (module.tobytes()[4 * 9 + 4] < 128) == symbol.rows[y][x]


def test_finders_are_drawn_whole() -> None:
    """Clearing modules of a finder pattern changes nothing."""
    symbol = symbol_of(TEXT, Design())
    finder = frozenset((x, y) for x in range(7) for y in range(7))
    whole = symbol_layers(symbol, Design(), x=0, y=0)
    assert symbol_layers(symbol, Design(), x=0, y=0, cleared=finder) == whole


def test_a_picture_may_be_larger_than_its_symbol(
    raster: Callable[[Picture], Image.Image], decode: Callable[[Image.Image], str | None]
) -> None:
    """A frame around a symbol at an offset, higher than wide, is read in all formats, and all have its shape."""
    design = parse({"modules": {"shape": "fluid", "gradient": {"angle": 45, "stops": ["navy", "teal"]}}})
    symbol = symbol_of(TEXT, design)
    bar = Fill(Solid("#0F172A"), (square(0, 41, side=9, radii=Radii(0, 2, 2, 0)),))
    layers = (bar, *symbol_layers(symbol, design, x=6, y=5, cleared=frozenset()))
    scene = Scene(width=41, height=50, background=background(design, width=41, height=50), layers=layers)
    images = [
        raster(Picture("", "svg", to_svg(scene, width=410, unit=""))),
        raster(Picture("", "pdf", to_pdf(scene, width_mm=41))),
        raster(Picture("", "png", to_png(scene, width_px=410, dpi=None))),
    ]
    for image in images:
        assert image.height / image.width == pytest.approx(50 / 41, abs=0.01)
        assert decode(image) == TEXT
        x, y = (round(at * image.width / 41) for at in (4.5, 45.5))
        assert image.convert("RGB").getpixel((x, y)) == (0x0F, 0x17, 0x2A)


def _pixels(scene: Scene, *, width_px: int) -> Image.Image:
    return Image.open(io.BytesIO(to_png(scene, width_px=width_px, dpi=None))).convert("L")
