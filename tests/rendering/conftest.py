"""Pictures read back by programs that share nothing with the emitters."""

import importlib
import io
import shutil
import subprocess
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

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
            return _interpreted([picture.body])[0]
        case _:
            return Image.open(io.BytesIO(picture.body))


def _raster_all(pictures: Sequence[Picture]) -> list[Image.Image]:
    if all(picture.extension == "eps" for picture in pictures):
        return _interpreted([picture.body for picture in pictures])
    return [_raster(picture) for picture in pictures]


def _interpreted(bodies: Sequence[bytes]) -> list[Image.Image]:
    """Draw EPS files in one run, because Ghostscript takes longer to start than to draw."""
    ghostscript = shutil.which("gs")
    if ghostscript is None:
        pytest.skip("Ghostscript, which reads EPS, is not installed")
    quiet = ["-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dEPSCrop"]
    with TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.eps" for number in range(len(bodies))]
        for file, body in zip(files, bodies, strict=True):
            file.write_bytes(body)
        output = ["-sDEVICE=png16m", f"-r{EPS_DPI}", "-dGraphicsAlphaBits=4", f"-sOutputFile={folder}/%d.png"]
        done = subprocess.run([ghostscript, *quiet, *output, *files], capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b""), done.stdout
        drawn = [Path(folder) / f"{number}.png" for number in range(1, len(bodies) + 1)]
        return [Image.open(io.BytesIO(file.read_bytes())) for file in drawn]


def _on_paper(image: Image.Image) -> Image.Image:
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image.convert("RGBA"))
    return paper.convert("L")


def _decode(image: Image.Image) -> str | None:
    found = zxingcpp.read_barcode(
        _on_paper(image),
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


@pytest.fixture(scope="session")
def raster_all() -> Callable[[Sequence[Picture]], list[Image.Image]]:
    """Return what turns many pictures of one format into pixels."""
    return _raster_all


@pytest.fixture(scope="session")
def decode_by_zbar() -> Callable[[Image.Image], str | None]:
    """Return what reads the text of a picture that lies on white paper, with ZBar."""
    try:
        zbar = importlib.import_module("pyzbar.pyzbar")
    except ImportError:
        pytest.skip("ZBar is not installed (pip install pyzbar, and the system library libzbar0)")

    def decode(image: Image.Image) -> str | None:
        found = zbar.decode(_on_paper(image), symbols=[zbar.ZBarSymbol.QRCODE])
        return found[0].data.decode() if found else None

    return decode
