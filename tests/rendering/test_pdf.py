"""PDF files are well formed, exactly as large as asked, and equal for equal scenes."""

import math
import re
import zlib
from contextlib import closing

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.rendering import draw, parse, shapes
from repoint.rendering.pdf import _curves, to_pdf
from repoint.rendering.scene import Fill, Scene, Solid

SCENE = draw("https://repoint.example/r/aB3xK9z", parse({"corners": {"outer_shape": "rounded"}}))


def content(body: bytes) -> str:
    """Return the page's drawing commands."""
    found = re.search(rb"stream\n(.*)\nendstream", body, re.DOTALL)
    assert found
    return zlib.decompress(found[1]).decode()


@given(st.floats(5, 2_000))
def test_the_page_is_as_large_as_asked(width_mm: float) -> None:
    """The media box is the width in mm, within a thousandth of a millimetre."""
    box = re.search(rb"/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]", to_pdf(SCENE, width_mm=width_mm, title=None))
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


def test_a_reader_finds_one_page_and_the_title() -> None:
    """PDFium opens the document and reads the title in any script."""
    with closing(pypdfium2.PdfDocument(to_pdf(SCENE, width_mm=25.4, title="Menu (lunch) 日本 🎉"))) as pdf:
        assert len(pdf) == 1
        assert pdf.get_page_size(0) == pytest.approx((72, 72))
        assert pdf.get_metadata_dict(skip_empty=True) == {"Title": "Menu (lunch) 日本 🎉"}


def test_nothing_but_the_scene_is_in_the_file() -> None:
    """No date, no producer, no identifier: equal scenes give equal bytes."""
    body = to_pdf(SCENE, width_mm=40, title=None)
    assert body == to_pdf(SCENE, width_mm=40, title=None)
    assert not re.search(rb"Date|Producer|Creator|/ID|/Info", body)


def test_commands_are_written_exactly_so() -> None:
    """Golden: a coloured background over the page, the scale to modules with y downwards, a square and a circle."""
    path = (shapes.square(1, 1, side=2, radius=0), shapes.circle(1, 1, radius=1))
    scene = Scene(side_modules=4, background=Solid("#FF8000"), fills=(Fill(Solid("#000000"), path),))
    assert content(to_pdf(scene, width_mm=25.4, title=None)).split("\n") == [
        "1 .502 0 rg 0 0 72.000000 72.000000 re f",
        "18.000000 0 0 -18.000000 0.000000 72.000000 cm",
        "0 0 0 rg",
        "1 1 m 3 1 l 3 3 l 1 3 l h",
        "0 1 m 0 .448 .448 0 1 0 c 1.552 0 2 .448 2 1 c 2 1.552 1.552 2 1 2 c .448 2 0 1.552 0 1 c h",
        "f",
    ]


@given(st.floats(0, 2 * math.pi), st.floats(0.05, math.pi), st.floats(0.1, 5), st.booleans())
def test_curves_follow_their_arc(begin: float, sweep: float, radius: float, clockwise: bool) -> None:
    """Every curve of an arc starts and ends on the circle, is near it in between, and the last ends where it should."""
    turn = sweep if clockwise else -sweep
    centre_x, centre_y = -radius * math.cos(begin), -radius * math.sin(begin)
    dx = centre_x + radius * math.cos(begin + turn)
    dy = centre_y + radius * math.sin(begin + turn)
    x = y = 0.0
    for first, second, end in _curves(dx, dy, radius, clockwise=clockwise):
        for t in (0, 0.25, 0.5, 0.75, 1):
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            at_x = sum(w * p for w, p in zip(weights, (x, first[0], second[0], end[0]), strict=True))
            at_y = sum(w * p for w, p in zip(weights, (y, first[1], second[1], end[1]), strict=True))
            assert math.hypot(at_x - centre_x, at_y - centre_y) == pytest.approx(radius, rel=0.001)
        x, y = end
    assert (x, y) == pytest.approx((dx, dy), abs=1e-6)
