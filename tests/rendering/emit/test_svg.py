"""SVG files are small, valid and equal for equal scenes."""

import io
import re
from base64 import b64decode
from typing import get_args
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from repoint.rendering import draw, parse, shapes
from repoint.rendering.design import ModuleShape
from repoint.rendering.emit.svg import to_svg
from repoint.rendering.scene import Bitmap, Contour, Curve, Fill, Line, Linear, Radial, Scene, Solid, Stamp, Stop
from repoint.rendering.shapes import Radii

TEXT = "https://repoint.example/r/aB3xK9z?x=1"


def test_a_scene_is_written_exactly_so() -> None:
    """Golden: a background, a circle, a square and a slanted line, in the shortest spelling."""
    path = (
        shapes.circle(1.5, 1.5, radius=0.5),
        shapes.square(2, 2, side=3, radii=Radii(0, 0, 0, 0)),
        Contour(0.25, 4, (Line(1, 4.125), Line(1 / 3, 5), Curve(0, 5, 0, 4.5, 0.2, 4.1))),
    )
    tile = Stamp(shapes.square(0.1, 0.1, side=0.8, radii=Radii(0, 0, 0, 0)), ((3, 3), (4, 3), (3, 4.5)))
    scene = Scene(width=6, height=9, background=Solid("#FFFFFF80"), layers=(Fill(Solid("#0F172A"), path, (tile,)),))
    assert to_svg(scene, width=40, unit="mm").decode() == (
        '<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="60mm" viewBox="0 0 60 90">'
        '<path fill="#FFF" fill-opacity=".502" d="M0 0h60v90H0z"/>'
        '<path fill="#0F172A" d="m10 14.5a5 5 0 1 1 0 1zm10 5.5h30v30h-30z'
        "m-17.5 20l7.5 1.2-6.7 8.8c-3.3 0-3.3-5-1.3-9z"
        'm28.5-9h8v8h-8m10-8h8v8h-8m-10 7h8v8h-8"/>'
        "</svg>\n"
    )


BYTES_MAX = {
    "square": 2_500,
    "mosaic": 6_500,
    "dots": 7_500,
    "diamond": 10_000,
    "star": 12_000,
    "heart": 10_500,
}


@pytest.mark.parametrize("shape", get_args(ModuleShape))
def test_files_are_small(shape: ModuleShape) -> None:
    """A version 3 symbol takes 9 kB, shapes of many points a little more; nothing that importers stumble over."""
    body = to_svg(draw(TEXT, parse({"modules": {"shape": shape}})), width=512, unit="")
    assert len(body) < BYTES_MAX.get(shape, 9_000)
    assert not re.search(rb"clip|style|href|transform|<g|<defs|e-", body)


@pytest.mark.parametrize("title", ["Menu", "</title><script>alert(1)</script>", "a & b\x00\x1b\ud800 日本 🎉"])
def test_a_title_is_text_and_nothing_else(title: str) -> None:
    """Markup in a title is escaped, and characters that XML forbids are replaced."""
    root = ET.fromstring(to_svg(draw("A", parse({})), width=512, unit="", title=title, description=title))  # noqa: S314 (our own document)
    for tag in ("title", "desc"):
        assert root.findtext(f"{{http://www.w3.org/2000/svg}}{tag}") == re.sub("[\x00\x1b\ud800]", "\ufffd", title)
    assert [child.tag.rpartition("}")[2] for child in root] == ["title", "desc", "path", "path"]
    assert root.get("role") == "img"


RED_TO_CLEAR = (Stop(0, "#FF0000"), Stop(1, "#0000FF80"))


def test_gradients_are_written_exactly_so() -> None:
    """Golden: each gradient once, in the units of the picture, with the opacity of its stops."""
    linear, radial = Linear(1, 1, 4, 1, RED_TO_CLEAR), Radial(2, 2, 3, RED_TO_CLEAR)
    square = (shapes.square(0, 0, side=1, radii=Radii(0, 0, 0, 0)),)
    scene = Scene(4, 4, radial, (Fill(linear, square), Fill(radial, square)))
    stops = '<stop offset="0" stop-color="#F00"/><stop offset="1" stop-color="#00F" stop-opacity=".502"/>'
    written = to_svg(scene, width=4, unit="").decode()
    identifiers = re.findall(r'id="(g[0-9a-f]{8})"', written)
    assert len(set(identifiers)) == 2
    assert (
        f"<defs>"
        f'<radialGradient id="{identifiers[0]}" gradientUnits="userSpaceOnUse" cx="20" cy="20" r="30">{stops}'
        f"</radialGradient>"
        f'<linearGradient id="{identifiers[1]}" gradientUnits="userSpaceOnUse" x1="10" y1="10" x2="40" y2="10">{stops}'
        f"</linearGradient></defs>"
    ) in written
    assert re.findall(r'fill="url\(#(\w+)\)"', written) == [identifiers[0], identifiers[1], identifiers[0]]


def test_pictures_in_one_page_do_not_disturb_each_other() -> None:
    """The name of a gradient says what it is: equal gradients share it, others do not."""
    square = (shapes.square(0, 0, side=1, radii=Radii(0, 0, 0, 0)),)

    def identifier(x: float) -> str:
        written = to_svg(Scene(4, 4, None, (Fill(Linear(x, 1, 4, 1, RED_TO_CLEAR), square),)), width=4, unit="")
        return str(re.findall(r'id="(\w+)"', written.decode())[0])

    assert identifier(1) == identifier(1)
    assert identifier(1) != identifier(2)


def test_a_bitmap_is_inside_the_file() -> None:
    """The pixels are a PNG in the document itself, stretched over their box, and come back as they were."""
    rgba = bytes([255, 0, 0, 255, 0, 255, 0, 128])
    scene = Scene(10, 10, None, (Bitmap(1, 2, 4, 2.5, 2, 1, rgba),))
    written = to_svg(scene, width=10, unit="").decode()
    found = re.search(r'<image (.*) xlink:href="data:image/png;base64,(.*)"/>', written)
    assert found
    assert found[1] == 'x="10" y="20" width="40" height="25" preserveAspectRatio="none"'
    assert Image.open(io.BytesIO(b64decode(found[2]))).tobytes() == rgba
    assert 'xmlns:xlink="http://www.w3.org/1999/xlink"' in written
