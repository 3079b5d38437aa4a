"""Pictures read back by programs that share nothing with the emitters."""

import io
import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing

import pypdfium2
import pytest
import resvg_py
import zxingcpp
from PIL import Image

from repoint.rendering import Picture

PDF_WIDTH_PX = 600
EPS_DPI = 200


def _raster(picture: Picture) -> Image.Image:
    match picture.extension:
        case "svg":
            png = resvg_py.svg_to_bytes(svg_string=picture.body.decode(), skip_system_fonts=True)
            return Image.open(io.BytesIO(png))
        case "pdf":
            with closing(pypdfium2.PdfDocument(picture.body)) as pdf, closing(pdf[0]) as page:
                rendered = page.render(scale=PDF_WIDTH_PX / page.get_width())
                image: Image.Image = rendered.to_pil()
                return image
        case "eps":
            return _interpreted(picture.body)
        case _:
            return Image.open(io.BytesIO(picture.body))


def _interpreted(body: bytes) -> Image.Image:
    ghostscript = shutil.which("gs")
    if ghostscript is None:
        pytest.skip("Ghostscript, which reads EPS, is not installed")
    quiet = ["-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dEPSCrop"]
    output = ["-sDEVICE=png16m", f"-r{EPS_DPI}", "-dGraphicsAlphaBits=4", "-sOutputFile=-", "-"]
    done = subprocess.run([ghostscript, *quiet, *output], input=body, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b""), done.stdout
    return Image.open(io.BytesIO(done.stdout))


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
    """Return what turns a picture of any format into pixels: resvg for SVG, PDFium for PDF, Ghostscript for EPS."""
    return _raster


@pytest.fixture(scope="session")
def decode() -> Callable[[Image.Image], str | None]:
    """Return what reads the text of a picture that lies on white paper, with zxing-cpp."""
    return _decode
