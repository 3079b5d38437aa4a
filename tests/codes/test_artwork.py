"""A code's picture says its short link."""

import re
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from repoint.codes.artwork import PictureSize, backup_of, check_design, draw, payload_of, tag_of
from repoint.kit.errors import Invalid
from repoint.links.space import LinkSpace
from repoint.rendering import Options
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


def test_the_tag_says_whether_a_picture_is_the_same() -> None:
    """Whatever the picture depends on changes its ETag; a default is the same whether it is written or not."""
    plain = check_design({})
    base: dict[str, Any] = {"logo_sha256": None, "title": "a", "options": Options(), "is_checked": False}
    tag = tag_of("x", plain, PictureSize(), **base)
    assert tag == tag_of("x", check_design({"quiet_zone": 4}), PictureSize(), **base)
    others = {
        tag_of("y", plain, PictureSize(), **base),
        tag_of("x", check_design({"quiet_zone": 5}), PictureSize(), **base),
        tag_of("x", plain, PictureSize("png"), **base),
        tag_of("x", plain, PictureSize(size_px=100), **base),
        tag_of("x", plain, PictureSize(), **{**base, "logo_sha256": b"1"}),
        tag_of("x", plain, PictureSize(), **{**base, "title": "b"}),
        tag_of("x", plain, PictureSize(), **{**base, "options": Options(cmyk=True)}),
        tag_of("x", plain, PictureSize(), **{**base, "is_checked": True}),
    }
    assert len(others) == 8
    assert tag not in others
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)


@pytest.mark.parametrize(
    ("size", "load_px"),
    [
        (PictureSize("svg", size_px=8192), 1024**2),
        (PictureSize("png"), 1024**2),
        (PictureSize("png", size_px=64), 1024**2),
        (PictureSize("webp", size_px=8192), 8192**2),
        (PictureSize("jpg", width_mm=254, dpi=300), 3000**2),
        (PictureSize("png", width_mm=2000, dpi=1200), 8192**2),
    ],
)
def test_what_a_picture_weighs(size: PictureSize, load_px: int) -> None:
    """Large rasters weigh as many pixels as they have, everything else as little as a small picture."""
    assert size.load_px == load_px


def test_a_static_backup_says_the_destination(make_code: MakeCode, make_static: MakeCode) -> None:
    """A backup needs no short link: it says where the code leads to now, or the text."""
    assert backup_of(make_code(destination="https://example.com/ü?q=1")) == "https://example.com/ü?q=1"
    assert backup_of(make_static(text="WIFI:S:guests;;")) == "WIFI:S:guests;;"
