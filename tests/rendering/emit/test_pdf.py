"""PDF files are well formed, exactly as large as asked, and equal for equal scenes."""

import re
import zlib
from contextlib import closing
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.rendering import draw, parse, shapes
from repoint.rendering.emit.pdf import to_pdf
from repoint.rendering.scene import Bitmap, Fill, Linear, Radial, Scene, Solid, Stop
from repoint.rendering.shapes import Radii

MM = 72 / 25.4
SCENE = draw("https://repoint.example/r/aB3xK9z", parse({"corners": {"outer_shape": "rounded"}}))


def content(body: bytes) -> str:
    """Return the page's drawing commands."""
    found = re.search(rb"stream\n(.*)\nendstream", body, re.DOTALL)
    assert found
    return zlib.decompress(found[1]).decode()


@given(st.floats(5, 2_000))
def test_the_page_is_as_large_as_asked(width_mm: float) -> None:
    """The media box is the width in mm, within a thousandth of a millimetre."""
    box = re.search(rb"/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]", to_pdf(SCENE, width_mm=width_mm))
    assert box
    assert float(box[1]) * 25.4 / 72 == pytest.approx(width_mm, abs=0.001)
    assert box[1] == box[2]


@pytest.mark.parametrize("title", [None, "Menu (lunch) 日本"])
def test_every_object_is_where_the_table_says(title: str | None) -> None:
    """The cross-reference table, its own offset, the stream length and the object count are right."""
    body = to_pdf(SCENE, width_mm=40, title=title)
    start = int(body.rsplit(b"startxref\n", 1)[1].split()[0])
    table = body[start:].split(b"\n")
    count = int(table[1].split()[1])
    assert table[0] == b"xref"
    assert [len(line) for line in table[2 : 2 + count]] == [19] * count  # 20 bytes with the line end
    for number in range(1, count):
        offset = int(table[2 + number].split()[0])
        assert body[offset:].startswith(b"%d 0 obj" % number)
    length = re.search(rb"/Length (\d+)>>stream\n(.*)\nendstream", body, re.DOTALL)
    assert length
    assert int(length[1]) == len(length[2])
    assert b"/Size %d/" % count in body


def test_a_reader_finds_one_page_and_its_words() -> None:
    """PDFium opens the document and reads title and description in any script."""
    body = to_pdf(SCENE, width_mm=25.4, title="Menu (lunch) 日本 🎉", description="שלום")
    with closing(pypdfium2.PdfDocument(body)) as pdf:
        assert len(pdf) == 1
        assert pdf.get_page_size(0) == pytest.approx((72, 72))
        assert pdf.get_metadata_dict(skip_empty=True) == {"Title": "Menu (lunch) 日本 🎉", "Subject": "שלום"}


def test_nothing_but_the_scene_is_in_the_file() -> None:
    """No date, no producer, no identifier: equal scenes give equal bytes."""
    body = to_pdf(SCENE, width_mm=40)
    assert body == to_pdf(SCENE, width_mm=40)
    assert not re.search(rb"Date|Producer|Creator|/ID|/Info", body)


def test_commands_are_written_exactly_so() -> None:
    """Golden: the scale to modules with y downwards, a coloured background over the page, a square and a circle."""
    path = (shapes.square(1, 1, side=2, radii=Radii(0, 0, 0, 0)), shapes.circle(1, 1, radius=1))
    scene = Scene(width=4, height=2, background=Solid("#FF8000"), layers=(Fill(Solid("#000000"), path),))
    circle = (
        ".001 .95 m .028 .408 .483 -.013 1.025 0 c 1.567 .014 2 .457 2 1 c "
        "2 1.543 1.567 1.986 1.025 2 c .483 2.013 .028 1.592 .001 1.05 c h"
    )
    assert content(to_pdf(scene, width_mm=25.4)).split("\n") == [
        "18.000000 0 0 -18.000000 0.000000 36.000000 cm",
        "1 .502 0 rg",
        "0 0 4 2 re f",
        "0 0 0 rg",
        "1 1 m 3 1 l 3 3 l 1 3 l h",
        circle,
        "f",
    ]


def page(scene: Scene, **wanted: Any) -> tuple[str, str]:
    """Return the page's dictionary with all its resources, and its drawing commands."""
    body = to_pdf(scene, width_mm=25.4, **wanted)
    found = re.search(rb"3 0 obj(.*)\nendobj", body)
    assert found
    return found[1].decode(), content(body)


def one_fill(paint: Solid | Linear | Radial) -> Scene:
    """Return a scene of four modules with one square and no background."""
    return Scene(4, 4, None, (Fill(paint, (shapes.square(1, 1, side=2, radii=Radii(0, 0, 0, 0)),)),))


def test_inks_of_printing_are_device_cmyk_and_greys_are_black_alone() -> None:
    """No colour of screens is left; a grey is K, written inks are kept, others are converted."""
    for color, inks in [
        ("#000000", "0 0 0 1 k"),
        ("#808080", "0 0 0 .498 k"),
        ("cmyk(0 100 100 12.5, #E30613)", "0 1 1 .125 k"),
        ("#FF0000", "0 1 1 0 k"),
    ]:
        _, drawn = page(one_fill(Solid(color)), cmyk=True)
        assert inks in drawn.split("\n")
        assert "rg" not in drawn.split()
    stops = (Stop(0, "#000000"), Stop(1, "cmyk(10 20 30 40, #123456)"))
    entries, _ = page(one_fill(Radial(2, 2, 2, stops)), cmyk=True)
    assert "/ColorSpace/DeviceCMYK" in entries
    assert "/C0[0 0 0 1]/C1[.1 .2 .3 .4]" in entries
    assert "DeviceRGB" not in entries


def test_gradients_are_shading_patterns_in_modules() -> None:
    """The pattern has the way from modules to the page, the places in modules, and one function for each two stops."""
    stops = (Stop(0, "#FF0000"), Stop(0.25, "#00FF00"), Stop(1, "#0000FF"))
    entries, drawn = page(one_fill(Linear(1, 1, 3, 3, stops)))
    assert "/Pattern<</P0 <</PatternType 2/Matrix[18.000000 0 0 -18.000000 0.000000 72.000000]" in entries
    assert "/ShadingType 2/ColorSpace/DeviceRGB/Coords[1 1 3 3]" in entries
    assert "/FunctionType 3" in entries
    assert "/Bounds[.25]/Encode[0 1 0 1]" in entries
    assert "/Pattern cs /P0 scn" in drawn


def test_what_is_seen_through_has_a_state() -> None:
    """Opacity is a graphics state, that of a gradient a soft mask, and the page says that it blends."""
    entries, drawn = page(one_fill(Solid("#00000080")))
    assert "/ExtGState<</G0 <</ca .502>>>>" in entries
    assert "/Group<</S/Transparency/CS/DeviceRGB>>" in entries
    assert "q /G0 gs 0 0 0 rg" in drawn
    assert drawn.endswith("f\nQ")
    entries, _ = page(one_fill(Linear(1, 1, 3, 3, (Stop(0, "#FF000000"), Stop(1, "#FF0000")))))
    assert "/SMask<</S/Luminosity/G" in entries
    assert "Group" not in page(one_fill(Solid("#000000")))[0]


def test_a_bitmap_with_alpha_has_a_mask_and_one_without_has_none() -> None:
    """Pixels come back from PDFium where they belong: red above, the background where nothing is, blue mixed in."""
    rgba = bytes([255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 255, 128, 0, 0, 0, 255])
    scene = Scene(4, 4, Solid("#FFFFFF"), (Bitmap(1, 1, 2, 2, 2, 2, rgba),))
    body = to_pdf(scene, width_mm=25.4)
    assert b"/SMask" in body
    with closing(pypdfium2.PdfDocument(body)) as pdf, closing(pdf[0]) as drawn:
        image = drawn.render(scale=4 / 72).to_pil().convert("RGB")
    pixels = [image.getpixel((x, y)) for y in (1, 2) for x in (1, 2)]
    for seen, meant in zip(pixels, [(255, 0, 0), (255, 255, 255), (127, 127, 255), (0, 0, 0)], strict=True):
        assert max(abs(s - m) for s, m in zip(seen, meant, strict=True)) <= 2
    opaque = Scene(4, 4, None, (Bitmap(1, 1, 2, 2, 1, 1, bytes([1, 2, 3, 255])),))
    assert b"/SMask" not in to_pdf(opaque, width_mm=25.4)


@pytest.mark.parametrize(("bleed_mm", "marks", "around_mm"), [(3, False, 3), (3, True, 8), (5, True, 10), (0, True, 8)])
def test_the_page_grows_by_bleed_and_marks(bleed_mm: float, marks: bool, around_mm: float) -> None:
    """TrimBox is the picture, BleedBox goes beyond it, and the page has room for the marks, which are lines outside."""
    body = to_pdf(SCENE, width_mm=40, bleed_mm=bleed_mm, marks=marks)
    boxes = {
        name.decode(): [float(edge) / MM for edge in edges.split()]
        for name, edges in re.findall(rb"/(\w+Box)\[([^]]*)\]", body)
    }
    assert boxes["TrimBox"] == pytest.approx([around_mm, around_mm, around_mm + 40, around_mm + 40], abs=0.001)
    assert boxes["MediaBox"] == pytest.approx([0, 0, 40 + 2 * around_mm, 40 + 2 * around_mm], abs=0.001)
    near, far = around_mm - bleed_mm, around_mm + 40 + bleed_mm
    assert boxes["BleedBox"] == pytest.approx([near, near, far, far], abs=0.001)
    lines = re.findall(r"([\d.]+) ([\d.]+) m ([\d.]+) ([\d.]+) l$", content(body), re.MULTILINE)
    assert len(lines) == (8 if marks else 0)
    for line in lines:
        x1, y1, x2, y2 = (float(point) / MM for point in line)
        assert min(abs(x1 - x2), abs(y1 - y2)) < 0.001
        assert max(abs(x1 - x2), abs(y1 - y2)) == pytest.approx(5, abs=0.001)
        assert not (near < x1 < far - 0.001 and near < y1 < far - 0.001)


def test_the_background_fills_the_bleed_and_marks_are_on_every_plate() -> None:
    """Paper is coloured up to the edge of the bleed, white beyond it; marks are all four inks."""
    yellow = draw("A", parse({"background": {"color": "#FFFF00"}}))
    body = to_pdf(yellow, width_mm=40, bleed_mm=3, marks=True)
    with closing(pypdfium2.PdfDocument(body)) as pdf, closing(pdf[0]) as drawn:
        image = drawn.render(scale=10 / MM).to_pil().convert("RGB")  # ten pixels a mm
    assert image.getpixel((55, 55)) == (255, 255, 0)
    assert image.getpixel((45, 45)) == (255, 255, 255)
    assert "1 1 1 1 K" in content(to_pdf(yellow, width_mm=40, bleed_mm=3, marks=True, cmyk=True))
