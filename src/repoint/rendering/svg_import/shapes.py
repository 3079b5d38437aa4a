"""Rectangles, ellipses and lines of SVG as subpaths."""

import re
from collections.abc import Mapping

from repoint.rendering.errors import BadLogo
from repoint.rendering.scene import Curve, Line
from repoint.rendering.subpaths import Point, Subpath
from repoint.rendering.svg_import.document import Element
from repoint.rendering.svg_import.paths import COORDINATE_MAX, Budget, arc, parse, points

_LENGTH = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(px|pt|pc|mm|cm|in|q)?", re.IGNORECASE)
_PIXELS = {"px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96, "q": 96 / 101.6}  # CSS Values 4


def outline(element: Element, budget: Budget) -> tuple[Subpath, ...]:
    """Return the lines of a drawn element in its own coordinates; nothing when it has no size."""
    given = element.attributes
    match element.name:
        case "path":
            return parse(given.get("d", ""), budget)
        case "polygon" | "polyline":
            return points(given.get("points", ""), budget, closed=element.name == "polygon")
        case "line":
            x1, y1, x2, y2 = (length(given, name) for name in ("x1", "y1", "x2", "y2"))
            return (Subpath(x1, y1, (Line(x2, y2),), closed=False),)
        case "circle":
            radius = length(given, "r")
            return _ellipse(given, radius, radius, budget)
        case "ellipse":
            rx, ry = length(given, "rx", default=-1), length(given, "ry", default=-1)
            return _ellipse(given, rx if rx >= 0 else ry, ry if ry >= 0 else rx, budget)
        case _:
            return _rectangle(given, budget)


def length(attributes: Mapping[str, str], name: str, *, default: float = 0) -> float:
    """Return a length in pixels; a unit that depends on a font or a window is refused."""
    if name not in attributes:
        return default
    return measure(attributes[name], name)


def measure(text: str, name: str) -> float:
    """Return the length that a text says, in pixels; BadLogo names the attribute that holds another text."""
    found = _LENGTH.fullmatch(text.strip()) if len(text) < 100 else None
    if not found:
        raise BadLogo(f"holds {text[:20]!r} in {name!r}, which is not a plain length")
    value = float(found[1]) * _PIXELS[(found[2] or "px").lower()]
    if abs(value) > COORDINATE_MAX:
        raise BadLogo(f"holds {text[:20]!r} in {name!r}; at most {COORDINATE_MAX:,.0f} is allowed")
    return value


def _ellipse(given: Mapping[str, str], rx: float, ry: float, budget: Budget) -> tuple[Subpath, ...]:
    if rx <= 0 or ry <= 0:
        return ()
    budget.spend(4)
    x, y = length(given, "cx"), length(given, "cy")
    left, right = (x - rx, y), (x + rx, y)
    steps = (*_turned(left, right, rx, ry), *_turned(right, left, rx, ry))
    return (Subpath(*left, steps, closed=True),)


def _rectangle(given: Mapping[str, str], budget: Budget) -> tuple[Subpath, ...]:
    width, height = length(given, "width"), length(given, "height")
    if width <= 0 or height <= 0:
        return ()
    budget.spend(8)
    x, y = length(given, "x"), length(given, "y")
    right, bottom = x + width, y + height
    rx, ry = length(given, "rx", default=-1), length(given, "ry", default=-1)
    rx, ry = rx if rx >= 0 else max(ry, 0), ry if ry >= 0 else max(rx, 0)
    rx, ry = min(rx, width / 2), min(ry, height / 2)
    if not rx or not ry:
        return (Subpath(x, y, (Line(right, y), Line(right, bottom), Line(x, bottom)), closed=True),)
    steps = (
        Line(right - rx, y),
        *_turned((right - rx, y), (right, y + ry), rx, ry),
        Line(right, bottom - ry),
        *_turned((right, bottom - ry), (right - rx, bottom), rx, ry),
        Line(x + rx, bottom),
        *_turned((x + rx, bottom), (x, bottom - ry), rx, ry),
        Line(x, y + ry),
        *_turned((x, y + ry), (x + rx, y), rx, ry),
    )
    return (Subpath(x + rx, y, steps, closed=True),)


def _turned(begin: Point, end: Point, rx: float, ry: float) -> tuple[Line | Curve, ...]:
    return tuple(arc(begin, end, (rx, ry), 0, large=False, sweep=True))
