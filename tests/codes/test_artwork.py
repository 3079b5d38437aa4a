"""A code's picture says its short link."""

from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from repoint.codes.artwork import PictureSize, draw, payload_of
from repoint.kit.errors import Invalid
from repoint.links.space import LinkSpace
from tests.codes.conftest import MakeCode


def test_what_the_symbol_says(space: LinkSpace, make_code: MakeCode, make_static: MakeCode) -> None:
    """A dynamic code says its short link, on whichever domain; a static one its text."""
    assert payload_of(make_code(slug="Spring"), space) == "https://qr.example/r/Spring"
    assert payload_of(make_code(slug="Spring", domain="go.example"), space) == "https://go.example/Spring"
    assert payload_of(make_static(text="WIFI:S:guests;;"), space) == "WIFI:S:guests;;"


@pytest.mark.parametrize("design", [{}, {"modules": {"shape": "dots", "color": "#0F172A"}, "quiet_zone": 6}])
def test_a_picture_is_read_back(tmp_path: Path, space: LinkSpace, make_code: MakeCode, design: dict[str, Any]) -> None:
    """A decoder that shares nothing with the drawing reads the short link out of the PNG."""
    payload = payload_of(make_code(design=design), space)
    path = tmp_path / "code.png"
    path.write_bytes(draw(payload, design, PictureSize("png", size_px=400)).body)
    with Image.open(path) as image:
        (read,) = zxingcpp.read_barcodes(image)
    assert read.text == payload


@pytest.mark.parametrize(
    ("field", "payload", "design", "size"),
    [
        ("design.modules.shape", "x", {"modules": {"shape": "hearts!"}}, PictureSize()),
        ("design.colour", "x", {"colour": "red"}, PictureSize()),
        ("format", "x", {}, PictureSize("bmp")),
        ("text", "x" * 3000, {}, PictureSize()),
    ],
)
def test_what_cannot_be_drawn(field: str, payload: str, design: dict[str, Any], size: PictureSize) -> None:
    """A design, format or payload that cannot be is the caller's mistake, named by its field."""
    with pytest.raises(Invalid) as caught:
        draw(payload, design, size)
    assert caught.value.field == field
