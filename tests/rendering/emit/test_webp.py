"""WebP files lose nothing and say their resolution."""

import io
from typing import Any

import pytest
from PIL import Image

from repoint.rendering import draw, parse
from repoint.rendering.emit.png import to_png
from repoint.rendering.emit.webp import to_webp


@pytest.mark.parametrize(
    "design",
    [
        {"modules": {"shape": "dots", "gradient": {"stops": ["navy", "teal"]}}},
        {"modules": {"shape": "dots"}, "corners": {"inner_color": "red"}, "background": {"color": "transparent"}},
    ],
)
def test_the_pixels_are_those_of_the_png(design: dict[str, Any]) -> None:
    """Without loss: every pixel that is not clear is the same, and the alpha of all of them."""
    scene = draw("A", parse(design))
    png, webp = (
        Image.open(io.BytesIO(made(scene, width_px=200, dpi=None))).convert("RGBA") for made in (to_png, to_webp)
    )
    clear = Image.new("RGBA", png.size)
    alpha = png.getchannel("A")
    assert webp.getchannel("A").tobytes() == alpha.tobytes()
    assert Image.composite(webp, clear, alpha).tobytes() == Image.composite(png, clear, alpha).tobytes()


@pytest.mark.parametrize("dpi", [72, 300])
def test_dpi_is_in_the_file(dpi: int) -> None:
    """The resolution is in the EXIF data, in pixels an inch; nothing is written without one."""
    exif = Image.open(io.BytesIO(to_webp(draw("A", parse({})), width_px=100, dpi=dpi))).getexif()
    assert (exif[282], exif[283], exif[296]) == (dpi, dpi, 2)
    assert not Image.open(io.BytesIO(to_webp(draw("A", parse({})), width_px=100, dpi=None))).getexif()
