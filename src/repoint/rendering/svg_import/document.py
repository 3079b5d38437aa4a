"""Uploaded SVG as a small tree of allowed elements.

The parser stops at the first thing that is not allowed, before anything is built of it: a document type (and with it
every entity), an element outside the allow-list, an address that leaves the file, one level or one element too many.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from repoint.rendering.errors import BadLogo

BYTES_MAX = 2_000_000
ELEMENTS_MAX = 5_000
DEPTH_MAX = 32

_SVG = "http://www.w3.org/2000/svg"

DRAWN = frozenset(("path", "rect", "circle", "ellipse", "polygon", "polyline", "line"))
GRADIENTS = frozenset(("linearGradient", "radialGradient"))
_ALLOWED = DRAWN | GRADIENTS | {"svg", "g", "defs", "symbol", "use", "stop", "style", "clipPath"}

# Says nothing about how the picture looks; what is inside is not kept.
_IGNORED = frozenset(("title", "desc", "metadata"))

_REMEDIES = {
    "text": "convert text to outlines",
    "tspan": "convert text to outlines",
    "image": "upload the picture itself as PNG, JPEG or WebP",
    "mask": "flatten masks into paths",
    "filter": "remove filter effects, or upload a PNG",
    "pattern": "expand patterns into paths",
    "marker": "expand markers into paths",
    "a": "remove links",
    "foreignObject": "remove it",
    "script": "remove it",
}

_ADDRESS = re.compile(r"url\s*+\(\s*+(?!['\"]?#)", re.IGNORECASE)


@dataclass(slots=True)
class Element:
    """One allowed element: its attributes by name, its children, and the text of a style sheet."""

    name: str
    attributes: Mapping[str, str]
    children: list["Element"] = field(default_factory=list)
    text: str = ""


def read(body: bytes) -> Element:
    """Return the root `svg` element; BadLogo names the first thing that is not allowed and what to do about it."""
    if len(body) > BYTES_MAX:
        raise BadLogo(f"is {len(body):,} bytes long; at most {BYTES_MAX:,} are allowed")
    reader = _Reader()
    try:
        reader.parser.Parse(body, True)  # noqa: FBT003  # expat's own signature: this is the last part
    except expat.ExpatError as error:
        raise BadLogo(f"is not well-formed SVG: {expat.errors.messages[error.code]}, line {error.lineno}") from None
    except BadLogo:
        raise
    except (LookupError, ValueError):
        raise BadLogo("is not well-formed SVG: its encoding is not known; save it as UTF-8") from None
    return reader.root


class _Reader:
    """Builds the tree while expat reads; every check stands in a handler, so that nothing is kept that fails one."""

    def __init__(self) -> None:
        self.root = Element("", {})
        self._open: list[Element] = []
        self._depth = 0
        self._ignored_from = DEPTH_MAX + 1  # elements at this depth and below are not kept
        self._elements = 0
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True  # one call for a run of text, not one for each of its lines
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.EntityDeclHandler = self._refuse_doctype
        parser.ProcessingInstructionHandler = self._instruction
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def _refuse_doctype(self, *_: object) -> None:
        raise BadLogo("holds a document type (<!DOCTYPE or <!ENTITY); remove it")

    def _instruction(self, target: str, _: str) -> None:
        raise BadLogo(f"holds the instruction <?{target[:40]}; style sheets and programs from outside are not read")

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        namespace, _, name = qualified.rpartition(" ")
        self._elements += 1
        if self._elements > ELEMENTS_MAX:
            raise BadLogo(f"holds more than {ELEMENTS_MAX:,} elements")
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise BadLogo(f"nests <{name[:40]}> deeper than {DEPTH_MAX} levels")
        if self._depth == 1 and (name != "svg" or namespace not in (_SVG, "")):
            raise BadLogo(f"is not SVG: it starts with <{name[:40]}>")
        if name in ("script", "foreignObject"):  # in any namespace, ignored or not
            raise _not_allowed(name)
        if self._depth >= self._ignored_from:
            return
        if name in _IGNORED or namespace not in (_SVG, ""):
            self._ignored_from = self._depth
            return
        if name not in _ALLOWED or (name == "svg" and self._depth > 1):
            raise _not_allowed(name)
        element = Element(name, _local(name, attributes))
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _: str) -> None:
        if self._depth < self._ignored_from:
            self._open.pop()
        elif self._depth == self._ignored_from:
            self._ignored_from = DEPTH_MAX + 1
        self._depth -= 1

    def _characters(self, text: str) -> None:
        if self._depth < self._ignored_from and self._open[-1].name == "style":
            self._open[-1].text += text


def leaves_file(value: str) -> bool:
    """Say whether a value holds an address that is more than the name of something in the same file."""
    return bool(_ADDRESS.search(value))


def _not_allowed(name: str) -> BadLogo:
    remedy = _REMEDIES.get(name, "export plain paths")
    return BadLogo(f"holds <{name[:40]}>, which is not allowed; {remedy}")


def _local(element: str, attributes: dict[str, str]) -> dict[str, str]:
    """Return the attributes that SVG itself defines; BadLogo when one runs a program or leaves the document."""
    kept: dict[str, str] = {}
    for qualified, value in attributes.items():
        namespace, _, name = qualified.rpartition(" ")
        lower = name.lower()
        if lower.startswith("on"):
            raise BadLogo(f"holds the event {name[:40]!r} on <{element}>; remove it")
        if lower == "base" and namespace:
            raise BadLogo(f"holds 'xml:base' on <{element}>; only addresses inside the file are allowed")
        if lower in ("href", "src"):
            if not value.strip().startswith("#") or element not in GRADIENTS | {"use"}:
                raise BadLogo(f"holds a link on <{element}>; only #names inside the file are allowed")
            kept["href"] = value.strip()
            continue
        if leaves_file(value):
            raise BadLogo(f"holds an address in {name[:40]!r} on <{element}>; only #names inside the file are allowed")
        if not namespace:
            kept[name] = value
    return kept
