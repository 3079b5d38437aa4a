"""Pictures read back by programs that share nothing with the emitters."""

import io
from collections.abc import Callable
from contextlib import closing

import pypdfium2
import pytest
import resvg_py
import zxingcpp
from PIL import Image

from repoint.rendering import Picture

PDF_SIDE_PX = 600


def _raster(picture: Picture) -> Image.Image:
    match picture.extension:
        case "png":
            return Image.open(io.BytesIO(picture.body))
        case "svg":
            png = resvg_py.svg_to_bytes(svg_string=picture.body.decode(), skip_system_fonts=True)
            return Image.open(io.BytesIO(png))
        case _:
            with closing(pypdfium2.PdfDocument(picture.body)) as pdf, closing(pdf[0]) as page:
                rendered = page.render(scale=PDF_SIDE_PX / page.get_width())
                image: Image.Image = rendered.to_pil()
                return image


def _decode(image: Image.Image) -> str | None:
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image.convert("RGBA"))
    found = zxingcpp.read_barcode(
        paper.convert("L"),
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        text_mode=zxingcpp.TextMode.Plain,
    )
    return found.text if found else None


@pytest.fixture(scope="session")
def raster() -> Callable[[Picture], Image.Image]:
    """Return what turns a picture of any format into pixels: resvg for SVG, PDFium for PDF."""
    return _raster


@pytest.fixture(scope="session")
def decode() -> Callable[[Image.Image], str | None]:
    """Return what reads the text of a picture that lies on white paper, with zxing-cpp."""
    return _decode
