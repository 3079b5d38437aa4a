"""Hostile SVG is refused with a sentence, in bounded time and memory."""

import subprocess
import sys
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repoint.rendering import logo_import, svg_import
from repoint.rendering.errors import BadLogo
from repoint.rendering.svg_import.document import BYTES_MAX

NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
COPIES = "".join(f'<g id="g{n}"><use href="#g{n - 1}"/><use href="#g{n - 1}"/></g>' for n in range(1, 30))

TIME_MAX_S = 5  # of processor, as the process that reads uploads has
MEMORY_MAX_BYTES = 512 * 1024 * 1024


def svg(inside: str, attributes: str = "") -> bytes:
    """Return an SVG file."""
    return f"<svg {NAMESPACES} {attributes}>{inside}</svg>".encode()


REFUSED = {
    "document type": (b'<!DOCTYPE svg SYSTEM "http://example.com/x.dtd">' + svg(""), "document type"),
    "outside entity": (b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg("&x;"), "document type"),
    "billion laughs": (f'<!DOCTYPE s [<!ENTITY l0 "ha">{LAUGHS}]>'.encode() + svg("&l11;"), "document type"),
    "undeclared entity": (svg("&x;"), "not well-formed"),
    "style sheet from outside": (b'<?xml-stylesheet href="http://example.com/a.css"?>' + svg(""), "<?xml-stylesheet"),
    "script": (svg("<script>alert(1)</script>"), "<script>"),
    "script in metadata": (svg("<metadata><script/></metadata>"), "<script>"),
    "script of HTML": (svg('<h:script xmlns:h="http://www.w3.org/1999/xhtml"/>'), "<script>"),
    "foreign object": (svg("<foreignObject><body/></foreignObject>"), "<foreignObject>"),
    "event": (svg('<path d="M0 0h9v9z" onclick="alert(1)"/>'), "'onclick'"),
    "event of the root": (svg("", 'onload="alert(1)"'), "'onload'"),
    "script link": (svg('<use xlink:href="javascript:alert(1)"/>'), "link on <use>"),
    "link to a file": (svg('<use href="file:///etc/passwd#a"/>'), "link on <use>"),
    "link to a host": (svg('<use xlink:href="http://example.com/a.svg#a"/>'), "link on <use>"),
    "data link": (svg('<use href="data:image/svg+xml,x"/>'), "link on <use>"),
    "link of a path": (svg('<path href="#a"/>'), "link on <path>"),
    "base": (svg("", 'xml:base="http://example.com/"'), "xml:base"),
    "anchor": (svg('<a href="http://example.com"/>'), "<a>"),
    "image": (svg('<image xlink:href="file:///etc/passwd"/>'), "<image>"),
    "image by address": (svg('<path fill="url(http://example.com/a#b)" d="M0 0h9v9z"/>'), "address in 'fill'"),
    "address in a style": (svg('<path style="fill: url( http://example.com )" d="M0 0h9"/>'), "address in 'style'"),
    "address in a sheet": (svg("<style>.a{fill:URL('//example.com/x')}</style>"), "address in the style 'fill'"),
    "imported sheet": (svg("<style>@import 'http://example.com/x.css';</style>"), "'@import'"),
    "font from outside": (svg("<style>@font-face{font-family:a;src:url(//example.com)}</style>"), "'@font-face'"),
    "text": (svg('<text font-family="a">a</text>'), "<text>"),
    "animation": (svg('<animate attributeName="href" to="x"/>'), "<animate>"),
    "10,000 groups": (svg("<g>" * 10_000 + "</g>" * 10_000), "deeper than 32"),
    "10,000 foreign groups": (svg('<x:y xmlns:x="urn:x">' * 10_000 + "</x:y>" * 10_000), "deeper than 32"),
    "300,000 elements": (svg("<g/>" * 300_000), "more than 5,000 elements"),
    "doubling copies": (svg(f'<defs><g id="g0"><path d="M0 0"/></g>{COPIES}</defs><use href="#g13"/>'), "5,000"),
    "deep copies": (svg(f'<defs><g id="g0"/>{COPIES}</defs><use href="#g29"/>'), "deeper than 32"),
    "copy of itself": (svg('<g id="a"><use href="#a"/></g>'), "deeper than 32"),
    "gradient of itself": (
        svg('<linearGradient id="a" href="#a"/><path fill="url(#a)" d="M0 0h9v9z"/>'),
        "more than 8",
    ),
    "huge path": (svg(f'<path d="M0 0{"h1" * 400_000}"/>'), "20,000 path segments"),
    "huge polygon": (svg(f'<polygon points="{"1 " * 900_000}"/>'), "20,000 path segments"),
    "many curves stroked": (
        svg(f'<path stroke="red" d="M0 0{"c9 99-99 9 1 9" * 19_000}"/>', 'viewBox="0 0 9 9"'),
        "20,000 path segments",
    ),
    "many even-odd outlines": (svg(f'<path fill-rule="evenodd" d="{"M0 0h9v9z" * 4_000}"/>'), "too many outlines"),
    "huge number": (svg('<path d="M0 0h1e308v9z"/>'), "coordinate 1e308"),
    "endless number": (svg(f'<path d="M0 0h{"9" * 1_000_000}v9z"/>'), "coordinate 999"),
    "not a number": (svg('<circle r="nan"/>'), "'nan'"),
    "endless transform": (svg(f'<g transform="{"scale(1)" * 100_000}"/>'), "transform"),
    "growing transforms": (svg('<g transform="scale(1e6)">' * 30 + "</g>" * 30), "<g> beyond"),
    "braces": (svg(f"<style>{'{' * 90_000}</style>"), "style selector"),
    "comments": (svg(f"<style>{'/*' + ' /' * 45_000}</style>"), "draws nothing"),
    "long sheet": (svg(f"<style>{'a{}' * 50_000}</style>"), "100,000 characters"),
    "many rules": (svg(f"<style>{'a{}' * 10_000}</style>"), "500 style rules"),
    "lines of a sheet": (svg(f"<style>{chr(10) * 1_900_000}</style>"), "100,000 characters"),
    "spaces in a path": (svg(f'<path d="M0 0{" " * 1_900_000}"/>'), "draws nothing"),
    "attributes": (svg("<g " + " ".join(f'a{n}=""' for n in range(100_000)) + "/>"), "draws nothing"),
    "long": (svg(" " * BYTES_MAX), "at most 2,000,000"),
    "null bytes": (b"<svg>\0</svg>", "not well-formed"),
    "cut off": (svg('<path d="M0 0h9v9z"/>')[:-10], "not well-formed"),
}


@pytest.mark.parametrize(("body", "named"), REFUSED.values(), ids=REFUSED)
def test_is_refused_in_time(body: bytes, named: str) -> None:
    """Each names what is wrong, of the field `logo`, within a second or two."""
    begun = time.process_time()
    with pytest.raises(BadLogo) as error:
        logo_import.read(body)
    assert time.process_time() - begun < TIME_MAX_S
    assert error.value.field == "logo"
    assert named in error.value.reason
    assert len(error.value.reason) < 250


def test_memory_is_bounded() -> None:
    """A process of 512 MB reads all of them, and the worst files that are allowed."""
    script = f"""
import resource
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_MAX_BYTES}, {MEMORY_MAX_BYTES}))
from repoint.rendering import logo_import
from repoint.rendering.errors import BadLogo
import sys
sizes = list(map(int, sys.argv[1].split(",")))
for size in sizes:
    try:
        logo_import.read(sys.stdin.buffer.read(size))
    except BadLogo:
        pass
print("read", len(sizes))
"""
    worst = [
        svg(f'<path d="M0 0{"c9 99-99 9 1 9" * 19_000}z"/>', 'viewBox="0 0 9 9"'),
        svg("<g>" + "<path d='M0 0h9v9z'/>" * 4_990 + "</g>"),
    ]
    files = [*(body for body, _ in REFUSED.values()), *worst]
    sizes = ",".join(str(len(body)) for body in files)
    done = subprocess.run(
        [sys.executable, "-c", script, sizes], input=b"".join(files), capture_output=True, check=False, timeout=60
    )
    assert done.stdout.decode() == f"read {len(files)}\n", done.stderr.decode()[-2_000:]


def test_the_worst_that_is_allowed_takes_seconds_at_most() -> None:
    """As many curves as are allowed, most of them to be cut at the view, are drawn in time."""
    body = svg(f'<path d="M0 0{"c9 99-99 9 1 9" * 19_000}z"/>', 'viewBox="0 0 9 9"')
    begun = time.process_time()
    svg_import.read(body)
    assert time.process_time() - begun < TIME_MAX_S


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="MmLlHhVvCcSsQqTtAaZz0123456789.,-+e \n", max_size=60))
def test_any_path_is_drawn_or_refused(data: str) -> None:
    """No path data at all is more than a sentence of refusal."""
    for attributes in ("", 'stroke="red" stroke-linejoin="round" stroke-linecap="square" fill-rule="evenodd"'):
        with suppress(BadLogo):
            drawing = svg_import.read(svg(f'<path {attributes} d="{data}"/>'))
            assert max(drawing.width, drawing.height) == pytest.approx(1)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"<svg>", b"<", b"\x89PNG\r\n\x1a\n", b"RIFF????WEBPVP8 ", b"\xff\xd8\xff"]),
)
def test_any_bytes_are_read_or_refused(tail: bytes, start: bytes) -> None:
    """No bytes at all raise anything but BadLogo."""
    with pytest.raises(BadLogo):
        logo_import.read(start + tail)
