"""Every picture in every format decodes to its text."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from repoint.rendering import MEDIA_TYPES, BadDesign, Options, Picture, TooLong, Unrenderable, parse, picture

TEXT = "https://repoint.example/r/aB3xK9z?spring=é"

Raster = Callable[[Picture], Image.Image]
Decode = Callable[[Image.Image], str | None]


@pytest.mark.parametrize("fmt", MEDIA_TYPES)
@pytest.mark.parametrize("kind", ["linear", "radial"])
@pytest.mark.parametrize("stops", [["navy", "#BE123C"], ["#000", "#7C2D12", "#14532D", "#1E1B4B", "#4A044E"]])
def test_gradients_decode(raster: Raster, decode: Decode, fmt: str, kind: str, stops: list[str]) -> None:
    """Gradients of modules, corners and background, of two and of five stops, one seen through, in every format."""
    design = parse(
        {
            "modules": {"shape": "fluid", "gradient": {"kind": kind, "angle": 30, "stops": stops}},
            "corners": {"outer_gradient": {"kind": "radial", "stops": ["#000000", "#000000B0"]}},
            "background": {"gradient": {"kind": kind, "angle": 120, "stops": ["#FEF9C3", "#FFFFFF00", "#E0F2FE"]}},
        }
    )
    assert decode(raster(picture(TEXT, design, fmt=fmt, size_px=300))) == TEXT


@pytest.mark.parametrize("fmt", ["pdf", "eps"])
def test_pictures_for_print_decode(raster: Raster, decode: Decode, fmt: str) -> None:
    """In the inks of printing, with bleed and crop marks where a format has them, the symbol is still read."""
    design = parse({"modules": {"shape": "dots", "color": "cmyk(100 80 0 40)"}, "background": {"color": "#FDE68A"}})
    options = Options(cmyk=True, bleed_mm=3 * (fmt == "pdf"), crop_marks=fmt == "pdf")
    assert decode(raster(picture(TEXT, design, fmt=fmt, width_mm=30, options=options))) == TEXT


@pytest.mark.parametrize("shape", ["square", "extra-rounded", "dots", "heart"])
@pytest.mark.parametrize("text", ["A", "日本語 🎉 https://例え.テスト/?q=é", "0123456789" * 100, "x" * 1_000])
def test_small_and_large_symbols_decode(raster: Raster, decode: Decode, text: str, shape: str) -> None:
    """From version 1 to versions above 20, in any script, at three pixels a module and more."""
    design = parse({"modules": {"shape": shape}})
    for fmt in ("svg", "pdf", "png"):
        assert decode(raster(picture(text, design, fmt=fmt, size_px=600))) == text


@pytest.mark.parametrize("fmt", MEDIA_TYPES)
@pytest.mark.parametrize("size", [{}, {"size_px": 333}, {"width_mm": 31.7}, {"width_mm": 40, "dpi": 150, "title": "é"}])
def test_the_same_input_gives_the_same_bytes(fmt: str, size: dict[str, Any]) -> None:
    """Two pictures of equal arguments are identical files with the right names."""
    design = {"modules": {"shape": "rounded"}}
    first = picture(TEXT, parse(design), fmt=fmt, **size)
    assert first == picture(TEXT, parse(design), fmt=fmt, **size)
    assert (first.media_type, first.extension) == (MEDIA_TYPES[fmt], fmt)


def test_formats_have_the_same_pixels(raster: Raster) -> None:
    """The SVG drawn by resvg and the PNG made from our PDF differ by little more than the smoothing of edges."""
    design = parse({"modules": {"shape": "rounded"}, "corners": {"outer_shape": "rounded"}})
    svg, png = (raster(picture(TEXT, design, fmt=fmt, size_px=37 * 12)).convert("L") for fmt in ("svg", "png"))
    assert svg.size == png.size
    different = sum(abs(a - b) > 64 for a, b in zip(svg.tobytes(), png.tobytes(), strict=True))
    assert different < 0.001 * svg.width * svg.height


def test_words_are_in_each_format_that_has_room_for_them() -> None:
    """Title and description go into SVG and PDF, the title into EPS."""
    options = Options(description="Opens the menu")
    svg, pdf, eps = (
        picture(TEXT, parse({}), fmt=fmt, title="Menu", options=options).body for fmt in ("svg", "pdf", "eps")
    )
    assert b"<title>Menu</title><desc>Opens the menu</desc>" in svg
    assert "Opens the menu".encode("utf-16-be").hex().encode() in pdf
    assert b"%%Title: Menu" in eps


def test_the_size_is_in_each_format(raster: Raster) -> None:
    """The asked width is the width in mm of SVG and PDF and the pixels of PNG; without one it is 1024 px or 50 mm."""
    design = parse({})
    assert b'width="40.5mm" height="40.5mm"' in picture(TEXT, design, fmt="svg", width_mm=40.5).body
    assert b'width="1024" height="1024"' in picture(TEXT, design, fmt="svg").body
    assert raster(picture(TEXT, design, fmt="png", width_mm=25.4, dpi=600)).size == (600, 600)
    assert raster(picture(TEXT, design, fmt="png")).size == (1024, 1024)
    assert b"/MediaBox[0 0 141.732283 141.732283]" in picture(TEXT, design, fmt="pdf").body
    assert b"/MediaBox[0 0 72 72]" in picture(TEXT, design, fmt="pdf", size_px=96).body
    assert b"%%HiResBoundingBox: 0 0 72.000000 72.000000" in picture(TEXT, design, fmt="eps", size_px=96).body


@pytest.mark.parametrize(
    ("arguments", "field", "said"),
    [
        ({"fmt": "pgn"}, "format", "did you mean 'png'?"),
        ({"fmt": "PNG"}, "format", "did you mean 'png'?"),
        ({"fmt": "gif"}, "format", "use one of svg, pdf, png, eps, jpg, webp"),
        ({"fmt": "svg", "options": Options(cmyk=True)}, "cmyk", "is for pdf and eps"),
        ({"fmt": "png", "size_px": 9_000}, "size_px", "32 to 8192"),
        ({"fmt": "webp", "size_px": 4_097}, "size_px", "more than 4096 pixels a side; take a PNG"),
        ({"fmt": "webp", "size_px": 4_096, "design": {"frame": {"style": "arrow"}}}, "size_px", "more than 4096"),
        ({"fmt": "png", "width_mm": 2_000}, "width_mm", "23622 pixels at 300 dpi"),
        ({"fmt": "svg", "width_mm": 2_001}, "width_mm", "5 to 2000"),
        ({"fmt": "pdf", "dpi": 1}, "dpi", "72 to 1200"),
    ],
)
def test_what_cannot_be_drawn_names_its_field(arguments: dict[str, Any], field: str, said: str) -> None:
    """Formats and sizes out of range are refused with the argument and the bound."""
    arguments = dict(arguments)
    design = parse(arguments.pop("design", {}))
    with pytest.raises(Unrenderable) as error:
        picture(TEXT, design, **arguments)
    assert error.value.field == field
    assert said in error.value.reason


def test_all_errors_are_values_that_are_wrong() -> None:
    """A caller may catch one class, or ValueError."""
    with pytest.raises(TooLong):
        picture("x" * 3_000, parse({}), fmt="svg")
    assert issubclass(TooLong, ValueError)
    assert issubclass(BadDesign, ValueError)


def test_validating_a_design_loads_no_native_library() -> None:
    """A server that only checks designs does not pay for Pillow, PDFium and zxing-cpp."""
    program = "import sys, repoint.rendering as r; r.parse({}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "repoint.rendering" in loaded
    assert not loaded & {"PIL", "pypdfium2", "zxingcpp"}
