"""Uploaded SVG looks the same as our own paths."""

import io

import pytest
import resvg_py
from PIL import Image, ImageChops

from repoint.rendering import svg_import
from repoint.rendering.affine import Affine
from repoint.rendering.artwork import Drawing, placed
from repoint.rendering.emit.svg import to_svg
from repoint.rendering.errors import BadLogo
from repoint.rendering.scene import Contour, Curve, Fill, Line, Scene, Solid

SIDE_PX = 240

# Each stands on a grey ground that fills the view, so that the drawing is as large as the view.
SAME = {
    "shapes": """<rect x="4" y="4" width="30" height="20" rx="6"/><circle cx="60" cy="20" r="15" fill="red"/>
        <ellipse cx="85" cy="50" rx="10" ry="30" fill="#08f"/><polygon points="10,40 30 90,50,60"/>""",
    "path commands": """<path d="M10 10h20v10H15zm30 0l20 5-5 15zM10 50c0-20 30-20 30 0s30 20 30 0M50 70q20-30 30
        0t10 15z"/>""",
    "packed arcs": """<path d="M20 50a30 20-30 1115 20zM60 20A10 10 0 0150.5 40a1 1 0 01.5.5M70 80a.1.1 0 0020 0z"/>""",
    "even-odd": """<path fill-rule="evenodd" d="M5 5h90v90H5zM15 15h70v70H15zM25 25h50v50H25zM40 40v20h20V40z"/>""",
    "nonzero": """<path d="M5 5h90v90H5zM15 15v70h70V15zM40 40h20v20H40z"/>""",
    "transforms": """<g transform="translate(50 50) rotate(30)">
        <rect x="-30" y="-10" width="60" height="20" fill="green"/>
        <g transform="scale(.5,2) skewX(20)"><circle r="12" fill="navy"/></g></g>
        <path transform="matrix(1 0 .5 1 10 60)" d="M0 0h20v30H0z"/>
        <path transform="rotate(45,80,80)" d="M70 70h20v20H70z"/>""",
    "caps": """<g stroke="black" stroke-width="10" fill="none"><path d="M20 20H80"/>
        <path stroke-linecap="round" d="M20 50H80"/>
        <path stroke-linecap="square" d="M20 80H80"/></g>""",
    "joins": """<g stroke="purple" stroke-width="9" fill="none"><path d="M10 40L30 10 50 40"/>
        <path stroke-linejoin="round" d="M55 40L75 10 95 40"/><path stroke-linejoin="bevel" d="M10 85L30 55 50 85"/>
        <path stroke-miterlimit="1.2" d="M55 85L75 55 95 85z"/></g>""",
    "curved strokes": """<g stroke="#123" stroke-width="6" fill="none"><circle cx="30" cy="30" r="20"/>
        <rect x="60" y="10" width="30"
        height="40" rx="12"/><path d="M10 90C30 40 60 110 90 65" stroke-width="14" stroke-linecap="round"/></g>""",
    "dots by strokes": """<path d="M30 30h0M70 70z" stroke="red" stroke-width="30" stroke-linecap="round"/>""",
    "linear gradient": """<linearGradient id="a" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="red"/>
        <stop offset="50%" stop-color="#fff"/><stop offset="1" stop-color="blue"/></linearGradient>
        <rect x="10" y="20" width="80" height="30" fill="url(#a)"/><circle cx="50" cy="75" r="20" fill="url(#a)"/>""",
    "skewed gradient": """<linearGradient id="a" gradientUnits="userSpaceOnUse" x1="0" x2="40"><stop stop-color="#000"/>
        <stop offset="1" stop-color="#fff"/></linearGradient>
        <rect transform="translate(20 20) skewX(30) scale(1 2)" width="40" height="25" fill="url(#a)"/>""",
    "radial gradient": """<radialGradient id="base"><stop offset=".2" stop-color="gold"/>
        <stop offset="1" stop-color="maroon"/>
        </radialGradient><radialGradient id="b" href="#base" gradientUnits="userSpaceOnUse" cx="40" cy="40" r="50"
        gradientTransform="translate(5 5)"/><path d="M10 10h80v80H10z" fill="url(#b)"/>""",
    "style sheet": """<style>.a{fill:#c00} #it, rect.b { fill: rgba(0,128,0,.5) }
        circle{stroke:blue;stroke-width:4}</style>
        <rect class="a" x="5" y="5" width="40" height="40"/><rect class="b" x="30" y="30" width="40" height="40"/>
        <circle id="it" cx="75" cy="75" r="15"/>
        <rect style="fill:hsl(200, 100%, 40%)" x="60" y="5" width="30" height="20"/>""",
    "handed down": """<g fill="teal" stroke="#333" stroke-width="3" color="red"><g fill-opacity=".5">
        <rect x="10" y="10" width="30"
        height="30"/></g><circle cx="70" cy="30" r="15" fill="currentColor"/>
        <path d="M20 60h60v20H20z" stroke="none"/></g>""",
    "copies": """<defs><g id="star"><path d="M0-10L3 3-10 0z"/></g><symbol id="s"><circle cx="8" cy="8" r="8"/>
        </symbol></defs>
        <use href="#star" x="30" y="30" fill="red"/><use href="#star" transform="translate(70 30) scale(2)"/>
        <use href="#s" x="50" y="75"/>""",
    "clip": """<clipPath id="c"><rect x="20" y="20" width="40" height="50"/></clipPath>
        <g clip-path="url(#c)"><circle cx="50" cy="50" r="35" fill="crimson"/></g>""",
    "beyond the view": """<circle cx="90" cy="90" r="30" fill="orange"/><path d="M-30-30h20v20z"/>""",
    "unseen": """<rect width="50" height="50" display="none"/><g visibility="hidden"><circle r="9"/></g>
        <path d="M9 9h9v9z" fill="none"/>
        <title>no</title><metadata><x:y xmlns:x="urn:x">z</x:y></metadata>
        <rect x="60" y="60" width="20" height="20"/>""",
}


def document(inside: str, *, view: str = "0 0 100 100") -> bytes:
    """Return an SVG file with a grey ground over its view."""
    left, top, width, height = view.split()
    ground = f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="#ddd"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}">{ground}{inside}</svg>'.encode()


def raster(svg: str) -> Image.Image:
    """Draw an SVG with a program that shares nothing with the import."""
    sized = svg.replace("<svg ", f'<svg width="{SIDE_PX}" height="{SIDE_PX}" ', 1)
    return Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=sized, skip_system_fonts=True))).convert("RGB")


def redrawn(drawing: Drawing) -> str:
    """Return the drawing as an SVG 100 wide."""
    big = Affine(a=100, d=100)
    fills = tuple(Fill(placed(fill.paint, big), tuple(map(enlarged, fill.path))) for fill in drawing.fills)
    svg = to_svg(Scene(drawing.width * 100, drawing.height * 100, None, fills), width=100, unit="").decode()
    return svg.replace('width="100" height="100" ', "", 1)


def enlarged(contour: Contour) -> Contour:
    """Return a contour a hundred times as large."""
    steps: list[Line | Curve] = []
    for step in contour.steps:
        assert isinstance(step, Line | Curve)
        steps.append(type(step)(*(100 * value for value in step)))
    return Contour(100 * contour.x, 100 * contour.y, tuple(steps))


@pytest.mark.parametrize("inside", SAME.values(), ids=SAME)
def test_looks_the_same(inside: str) -> None:
    """Drawn by another program, the file and what was read from it differ in 3 pixels of a thousand at most."""
    body = document(inside)
    difference = ImageChops.difference(raster(body.decode()), raster(redrawn(svg_import.read(body)))).convert("L")
    assert sum(difference.histogram()[48:]) / SIDE_PX**2 < 0.003


def test_is_trimmed_to_what_is_drawn() -> None:
    """Empty margins are left out, the longer side is 1, and the hull goes around all that is drawn."""
    body = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><path d="M40 20h20v40H40z"/></svg>'
    drawing = svg_import.read(body)
    assert (drawing.width, drawing.height) == pytest.approx((0.5, 1))
    assert sorted(drawing.hull) == [(0, 0), (0, 1), (0.5, 0), (0.5, 1)]
    assert drawing.fills[0].paint == Solid("#000000")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_reads_any_declared_encoding(encoding: str) -> None:
    """The encoding that XML declares, or marks by its first bytes, is followed."""
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = f'<?xml version="1.0" encoding="{declared}"?>\n<svg xmlns="http://www.w3.org/2000/svg"><title>é</title>'
    drawing = svg_import.read(f'{text}<path d="M0 0h5v5z"/></svg>'.encode(encoding))
    assert drawing.width == 1


def test_draws_without_a_view_box() -> None:
    """A size in pixels, or no size at all, will do."""
    for size in ('width="10" height="10"', 'width="100%" height="100%"', ""):
        body = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><path d="M0 0h20v5H0z"/></svg>'.encode()
        drawing = svg_import.read(body)
        assert drawing.height == pytest.approx(0.25 if "10" not in size or "%" in size else 0.5)


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        ('<path d="M0 0h9v9z" fill="nosuchcolor"/>', "'nosuchcolor'"),
        ('<path d="L 1 2"/>', "starts with 'L'"),
        ('<path d="M 1 2 L 3 x"/>', "cannot be read at ' x'"),
        ('<path d="M0 0 L1e9 0"/>', "coordinate 1e9"),
        ('<path d="M0 0h9v9z" transform="scale(1e6) scale(1e6)"/>', "<path> beyond"),
        ('<path d="M0 0h9v9z" transform="wobble(3)"/>', "'wobble'"),
        ('<circle r="5em"/>', "'5em' in 'r'"),
        ('<path d="M0 0h9v9" stroke="red" stroke-dasharray="2 1"/>', "dashed"),
        ('<path d="M0 0h9v9z" fill="url(#none)"/>', "'none'"),
        ('<path fill-rule="evenodd" d="M50 5L80 95 5 40H95L20 95z"/>', "cross each other"),
        (
            '<radialGradient id="r"><stop/><stop offset="1"/></radialGradient><path d="M0 0h9v3H0z" fill="url(#r)"/>',
            "ellipse",
        ),
        ('<clipPath id="c"><circle r="9"/></clipPath><path clip-path="url(#c)" d="M0 0h9v9z"/>', "upright rectangle"),
        ('<g filter="url(#f)"/>', "'filter'"),
        ("<text>Hi</text>", "convert text to outlines"),
        ('<image href="#x"/>', "<image>"),
        ("<svg/>", "<svg>"),
    ],
)  # fmt: skip
def test_says_what_cannot_be_drawn(inside: str, named: str) -> None:
    """What our paths cannot say is refused rather than drawn otherwise, and the sentence names it."""
    with pytest.raises(BadLogo) as error:
        svg_import.read(document(inside))
    assert error.value.field == "logo"
    assert named in error.value.reason


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "draws nothing"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h999v1H0z"/></svg>', "999 times"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 5"><path d="M0 0h9v9z"/></svg>', "no size"),
        (b"<html><body/></html>", "starts with <html>"),
        (b"<svg><path", "not well-formed"),
        (b"<svg></svg><svg></svg>", "not well-formed"),
        (b'<?xml version="1.0" encoding="klingon"?><svg/>', "encoding is not known"),
    ],
)
def test_says_what_is_no_picture(body: bytes, named: str) -> None:
    """A file without a picture in it is refused by what it lacks."""
    with pytest.raises(BadLogo) as error:
        svg_import.read(body)
    assert named in error.value.reason
