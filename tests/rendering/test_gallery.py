"""The gallery shows everything there is."""

import re
from pathlib import Path

import pytest
from scripts import gallery

from repoint.rendering import PRESETS, logos
from repoint.rendering.frames import STYLES

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_up_to_date() -> None:
    """The committed page is the one that `make gallery` writes, and every picture on it is there, few kB in all."""
    written = (DOCS / "gallery.md").read_text("utf-8")
    assert written == gallery.page()
    pictures = re.findall(r"!\[[a-z-]+\]\(([^)]+)\)", written)
    assert len(pictures) == len(set(pictures)) > len(PRESETS) + len(STYLES) + len(logos.names())
    assert {DOCS / name for name in pictures} == set((DOCS / gallery.FOLDER).iterdir())
    assert sum((DOCS / name).stat().st_size for name in pictures) < gallery.BYTES_MAX


def test_a_picture_that_does_not_decode_ends_the_run() -> None:
    """White modules on white are not hung."""
    blank = gallery.Exhibit("blank", {"modules": {"color": "white"}})
    with pytest.raises(SystemExit, match="blank does not decode"):
        gallery.drawn(blank, width_px=100)
