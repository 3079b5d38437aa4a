"""JPEG files are sharp, on white paper, and say their resolution."""

import io

import pytest
from PIL import Image

from repoint.rendering import draw, parse
from repoint.rendering.emit.jpg import to_jpg

SCENE = draw("A", parse({"modules": {"color": "#BE123C"}, "background": {"color": "transparent"}}))


def test_what_is_transparent_becomes_white() -> None:
    """JPEG has no alpha; ink keeps its colour up to its edge, because colour is as fine as brightness."""
    image = Image.open(io.BytesIO(to_jpg(SCENE, width_px=29 * 8, dpi=None)))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (232, 232))
    for point, meant in [((4, 4), (255, 255, 255)), ((4 * 8 + 1, 4 * 8 + 1), (0xBE, 0x12, 0x3C))]:
        pixel = image.crop((*point, point[0] + 1, point[1] + 1)).tobytes()
        assert max(abs(a - b) for a, b in zip(pixel, meant, strict=True)) <= 12


@pytest.mark.parametrize("dpi", [72, 300, 1200])
def test_dpi_is_in_the_file(dpi: int) -> None:
    """The resolution asked for is what other programs read."""
    assert Image.open(io.BytesIO(to_jpg(SCENE, width_px=100, dpi=dpi))).info["dpi"] == (dpi, dpi)
