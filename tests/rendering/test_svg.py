"""SVG files are small, valid and equal for equal scenes."""

import re
from xml.etree import ElementTree as ET

import pytest

from repoint.rendering import draw, parse, shapes
from repoint.rendering.scene import Contour, Fill, Line, Scene, Solid
from repoint.rendering.svg import to_svg

TEXT = "https://repoint.example/r/aB3xK9z?x=1"


def test_a_scene_is_written_exactly_so() -> None:
    """Golden: a background, a circle, a square and a slanted line, in the shortest spelling."""
    path = (
        shapes.circle(1.5, 1.5, radius=0.5),
        shapes.square(2, 2, side=3, radius=0),
        Contour(0.25, 4, (Line(1, 4.125), Line(1 / 3, 5))),
    )
    scene = Scene(side_modules=6, background=Solid("#FFFFFF"), fills=(Fill(Solid("#0F172A"), path),))
    assert to_svg(scene, width="40mm", title=None).decode() == (
        '<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm" viewBox="0 0 6 6">'
        '<path fill="#FFF" d="M0 0h6v6H0z"/>'
        '<path fill="#0F172A" d="m1 1.5a.5.5 0 0 1 1 0a.5.5 0 0 1-1 0zm1 .5h3v3h-3zm-1.75 2l.75.125l-.667.875z"/>'
        "</svg>\n"
    )


@pytest.mark.parametrize(("shape", "bytes_max"), [("square", 2_500), ("rounded", 9_000), ("dots", 13_500)])
def test_files_are_small(shape: str, bytes_max: int) -> None:
    """A version 3 symbol stays far below 15 kB in every shape, without the things that importers stumble over."""
    body = to_svg(draw(TEXT, parse({"modules": {"shape": shape}})), width="512", title=None)
    assert len(body) < bytes_max
    assert not re.search(rb"clip|style|href|transform|<g|<defs|e-", body)


@pytest.mark.parametrize("title", ["Menu", "</title><script>alert(1)</script>", "a & b\x00\x1b\ud800 日本 🎉"])
def test_a_title_is_text_and_nothing_else(title: str) -> None:
    """Markup in a title is escaped, and characters that XML forbids are replaced."""
    root = ET.fromstring(to_svg(draw("A", parse({})), width="512", title=title))  # noqa: S314 (our own document)
    named = root.find("{http://www.w3.org/2000/svg}title")
    assert named is not None
    assert named.text == re.sub("[\x00\x1b\ud800]", "\ufffd", title)
    assert {child.tag.rpartition("}")[2] for child in root} == {"title", "path"}
    assert root.get("role") == "img"
