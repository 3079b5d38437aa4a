"""PNG files have exact pixels, honest alpha and few bytes."""

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from repoint.rendering import Unrenderable, draw, parse
from repoint.rendering.emit.png import to_png
from repoint.rendering.symbol import encode

TEXT = "https://repoint.example/r/aB3xK9z?x=1"


def png(*, design: dict[str, Any], side_px: int = 400, dpi: int | None = None) -> Image.Image:
    """Draw TEXT and open the file."""
    return Image.open(io.BytesIO(to_png(draw(TEXT, parse(design)), width_px=side_px, dpi=dpi)))


@pytest.mark.parametrize("corners", [{}, {"inner_color": "#112233"}])
@pytest.mark.parametrize("side_px", [37, 74, 200, 401, 1024])
def test_every_module_is_whole_pixels(side_px: int, corners: dict[str, str]) -> None:
    """The picture has exactly the size asked for; each module is a block of one colour; the rest is spread evenly."""
    image = png(design={"modules": {"color": "#112233"}, "corners": corners}, side_px=side_px).convert("RGB")
    symbol = encode(TEXT, error_correction="auto")
    module_px, rest_px = divmod(side_px, 37)
    assert image.size == (side_px, side_px)
    for y, row in enumerate(symbol.rows):
        for x, dark in enumerate(row):
            left, top = (rest_px // 2 + (at + 4) * module_px for at in (x, y))
            block = image.crop((left, top, left + module_px, top + module_px))
            assert block.getcolors() == [(module_px**2, (0x11, 0x22, 0x33) if dark else (255, 255, 255))]


def test_square_modules_take_one_bit() -> None:
    """Two colours are stored as a palette of two, whatever they are."""
    body = to_png(
        draw(TEXT, parse({"modules": {"color": "navy"}, "background": {"color": "#FFD"}})), width_px=1024, dpi=None
    )
    assert body[24:26] == bytes([1, 3])  # bit depth and colour type of the header chunk
    assert len(body) < 3_000


@pytest.mark.parametrize("corners", [{}, {"inner_color": "red"}])
@pytest.mark.parametrize("shape", ["square", "dots"])
def test_transparency_is_real(shape: str, corners: dict[str, str]) -> None:
    """The background has no alpha, ink has all of it, and edges keep the colour of the ink without a light fringe."""
    design = {"modules": {"shape": shape, "color": "#112233"}, "background": {"color": "transparent"}}
    image = png(design={**design, "corners": corners}).convert("RGBA")
    red, green, blue, alpha = (band.tobytes() for band in image.split())
    assert {0, 255} <= set(alpha)
    assert (len(set(alpha)) > 2) == (shape == "dots")
    inks = {(0x11, 0x22, 0x33), (255, 0, 0)}
    for r, g, b, a in set(zip(red, green, blue, alpha, strict=True)):
        if a > 32:
            assert any(max(abs(r - ink[0]), abs(g - ink[1]), abs(b - ink[2])) <= 4 for ink in inks)


@pytest.mark.parametrize("shape", ["square", "dots", "rounded"])
def test_palette_and_full_colour_agree(shape: str) -> None:
    """One ink through a palette is the same picture, within one step, as two inks that look the same."""
    colors = {"modules": {"shape": shape, "color": "#112233"}, "background": {"color": "#FFEEDD"}}
    one = png(design=colors).convert("RGB")
    two = png(design={**colors, "corners": {"inner_color": "#112234"}}).convert("RGB")
    assert max(abs(a - b) for a, b in zip(one.tobytes(), two.tobytes(), strict=True)) <= 2


def test_dpi_is_in_the_file() -> None:
    """The dpi asked for is written in pixels for each metre, and nothing is written without it."""
    assert png(design={}, dpi=300).info["dpi"] == pytest.approx((300, 300), abs=0.01)
    assert "dpi" not in png(design={}).info


def test_fewer_pixels_than_modules_is_an_error() -> None:
    """The error says how many pixels this symbol needs."""
    with pytest.raises(Unrenderable, match="at least 37") as error:
        png(design={}, side_px=36)
    assert error.value.field == "size_px"


def test_threads_do_not_disturb_each_other() -> None:
    """Pictures drawn on many threads at once are the same as one drawn alone."""
    scene = draw(TEXT, parse({"modules": {"shape": "dots"}}))
    alone = to_png(scene, width_px=300, dpi=None)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: to_png(scene, width_px=300, dpi=None), range(24))) == {alone}
