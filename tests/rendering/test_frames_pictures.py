"""Framed symbols scan, and their text stands in the middle."""

import io
import math
from collections.abc import Callable

import pytest
from PIL import Image, ImageChops

from repoint.rendering import Design, Picture
from repoint.rendering.draw import background, symbol_layers, symbol_of
from repoint.rendering.emit.png import to_png
from repoint.rendering.emit.svg import to_svg
from repoint.rendering.errors import BadDesign
from repoint.rendering.frames import STYLES, Frame, Framed, FrameStyle, lay_out
from repoint.rendering.scene import Fill, Scene, Solid

TEXT = "https://repoint.example/r/aB3xK9z"
WITH_TEXT = [style for style in STYLES if style not in ("none", "border")]
ON_A_SURFACE: list[FrameStyle] = [
    "bar-below", "bar-above", "tooltip-below", "tooltip-above", "banner", "card", "phone",
]  # fmt: skip
SCRIPTS = {
    "Latin": "Scan me!",
    "two lines": "Tap to pay & enjoy your meal",
    "Arabic": "امسح الرمز ضوئيًا",
    "Hebrew": "סרקו אותי",
    "Devanagari": "मुझे स्कैन करें",
    "Chinese": "扫描二维码",
    "emoji": "👉 Scan me 📱",
}
# Share of the free height above and below the letters that they may stand off the middle: letters without tails stand
# exactly in it, tails and marks weigh half.
OFF_MAX = {"SCAN": 0.04, "Happy": 0.3, "扫描二维码": 0.12, "סרקו": 0.3}
Decode = Callable[[Image.Image], str | None]


def framed(frame: Frame) -> tuple[Framed, Scene]:
    """Return a frame around the symbol of TEXT, and the whole picture."""
    design = Design()
    symbol = symbol_of(TEXT, design)
    found = lay_out(frame, side=symbol.size + 8, quiet_zone=4, ink="#000000", ground="#FFFFFF")
    symbol_fills = symbol_layers(symbol, design, x=found.x + 4, y=found.y + 4)
    ground = background(design, width=found.width, height=found.height)
    return found, Scene(found.width, found.height, ground, (*found.fills, *symbol_fills))


def png(scene: Scene, *, width_px: int = 1_024) -> Image.Image:
    """Draw a picture and open the file."""
    return Image.open(io.BytesIO(to_png(scene, width_px=width_px, dpi=None)))


def mask(scene: Scene, *fills: Fill) -> Image.Image:
    """Return the ink of some fills alone, white on black, ten pixels a module."""
    black = tuple(Fill(Solid("#FFFFFF"), fill.path) for fill in fills)
    alone = Scene(scene.width, scene.height, Solid("#000000"), black)
    return png(alone, width_px=int(scene.width) * 10).convert("L").point(lambda level: 255 if level > 127 else 0)


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("style", STYLES)
def test_every_frame_scans(style: FrameStyle, script: str, decode: Decode) -> None:
    """Whatever stands around a symbol and in whatever script, the picture decodes, large and small."""
    _, scene = framed(Frame(style=style, text=SCRIPTS[script]))
    for width_px in (200, 1_024):
        assert decode(png(scene, width_px=width_px)) == TEXT


@pytest.mark.parametrize("style", STYLES)
def test_every_frame_scans_in_svg(style: FrameStyle, decode: Decode, raster: Callable[[Picture], Image.Image]) -> None:
    """The SVG of a frame, drawn by another program, decodes too and looks the same."""
    _, scene = framed(Frame(style=style, color="#1D4ED8"))
    width_px = int(scene.width) * 8
    drawn = raster(Picture("image/svg+xml", "svg", to_svg(scene, width=width_px, unit="")))
    assert decode(drawn) == TEXT
    difference = ImageChops.difference(drawn.convert("L"), png(scene, width_px=width_px).convert("L"))
    # Programs smooth edges differently; a shape out of place would differ over an area.
    assert sum(difference.histogram()[128:]) < 0.001 * drawn.width * drawn.height


@pytest.mark.parametrize("style", STYLES)
def test_equal_frames_are_equal_bytes(style: FrameStyle) -> None:
    """The same frame gives the same file, from a warm cache or not."""
    one, other = (framed(Frame(style=style, text="Scan मुझे", font="serif"))[1] for _ in range(2))
    assert to_png(one, width_px=300, dpi=None) == to_png(other, width_px=300, dpi=None)
    assert to_svg(one, width=300, unit="") == to_svg(other, width=300, unit="")


@pytest.mark.parametrize("text", OFF_MAX)
@pytest.mark.parametrize("style", ON_A_SURFACE)
def test_letters_stand_in_the_middle_of_their_surface(style: FrameStyle, text: str) -> None:
    """Measured on pixels, the surface reaches as far to the left of the letters as to the right, and above as below."""
    found, scene = framed(Frame(style=style, text=text))
    letters, surface = mask(scene, found.fills[-1]), mask(scene, found.fills[-2])
    left, top, right, bottom = letters.getbbox() or (0, 0, 0, 0)
    assert abs(left + right - letters.width) <= 2
    above = below = 0
    while surface.getpixel((left, top - 1 - above)):
        above += 1
        if top - 1 - above < 0:
            break
    while bottom + below < surface.height and surface.getpixel((left, bottom + below)):
        below += 1
    assert min(above, below) >= 10, "at least a module"
    assert abs(above - below) <= OFF_MAX[text] * (above + below) + 1


@pytest.mark.parametrize("style", ["text-below", "text-above"])
def test_bare_text_stands_under_the_middle_of_the_symbol(style: FrameStyle) -> None:
    """Measured on pixels, the letters have the same distance to both sides, and lie outside the symbol's area."""
    found, scene = framed(Frame(style=style))
    left, top, right, bottom = mask(scene, found.fills[-1]).getbbox() or (0, 0, 0, 0)
    assert abs(left + right - scene.width * 10) <= 2
    assert top >= (found.y + 37) * 10 if style == "text-below" else bottom <= found.y * 10


@pytest.mark.parametrize("text", ["Scan me!", "Tap to pay & enjoy your meal", "मुझे स्कैन करें"])
def test_text_on_a_disc_follows_its_ring(text: str) -> None:
    """Letters keep the same distance from both edges of the ring, and stand as far to the left as to the right."""
    found, scene = framed(Frame(style="circle", text=text))
    letters = mask(scene, found.fills[-1])
    middle = letters.width / 2
    pixels = letters.load()
    assert pixels
    across = range(letters.width)
    ink = [(x - middle, y - middle) for y in across for x in across if pixels[x, y]]
    angles = [math.atan2(x, y) for x, y in ink]
    assert min(angles) + max(angles) == pytest.approx(0, abs=0.01)
    reaches = [math.hypot(x, y) for x, y in ink]
    inner = max(abs(contour.x - middle / 10) for contour in found.fills[0].path[1:]) * 10
    inside, outside = min(reaches) - inner, middle - max(reaches)
    assert min(inside, outside) >= 5, "half a module"
    assert abs(inside - outside) <= 0.35 * (inside + outside)


def test_text_is_small_in_an_svg() -> None:
    """The letters of the usual text take less than 2.2 kB."""
    _, scene = framed(Frame(style="bar-below"))
    _, letters, _ = scene.layers
    alone = Scene(scene.width, scene.height, None, (letters,))
    assert len(to_svg(alone, width=100, unit="")) < 2_200


@pytest.mark.parametrize("style", WITH_TEXT)
def test_letters_no_font_has_are_named(style: FrameStyle) -> None:
    """An emoji that is not bundled is refused with its name, in every frame that would show it."""
    with pytest.raises(BadDesign, match="UNICORN FACE") as raised:
        framed(Frame(style=style, text="Scan 🦄"))
    assert raised.value.field == "design.frame.text"
