"""Colours and gradients of uploaded SVG as paints of a scene."""

import colorsys
import math
import re
from collections.abc import Mapping

from repoint.rendering import colors
from repoint.rendering.affine import Affine, parse
from repoint.rendering.errors import BadLogo
from repoint.rendering.scene import Linear, Paint, Radial, Solid, Stop
from repoint.rendering.subpaths import Box
from repoint.rendering.svg_import.css import Sheet
from repoint.rendering.svg_import.document import GRADIENTS, Element
from repoint.rendering.svg_import.shapes import measure

STOPS_MAX = 64
LINKS_MAX = 8  # from one gradient to the next that it takes its stops from

# How much longer one axis of a radial gradient may be before it shows that circles stand for ellipses.
STRETCH_MAX = 1.02

_LOCAL = re.compile(r"url\(\s*['\"]?#([^'\")]+)['\"]?\s*\)\s*(.*)", re.DOTALL)
_FUNCTION = re.compile(r"(rgba?|hsla?)\(([^()]*)\)", re.IGNORECASE)
_HEX_WITH_ALPHA = re.compile(r"#[0-9a-fA-F]{4}")


def local_name(value: str) -> tuple[str, str] | None:
    """Return the name in `url(#name) fallback` and the fallback, None when the value is not of this form."""
    found = _LOCAL.fullmatch(value.strip())
    return (found[1].strip(), found[2].strip()) if found else None


def opacity(text: str, name: str) -> float:
    """Return an opacity from 0 to 1, of a number or a percentage."""
    text = text.strip()
    value = measure(text[:-1], name) / 100 if text.endswith("%") else measure(text, name)
    return min(max(value, 0), 1)


def color(text: str, *, current: str, alpha: float) -> str | None:
    """Return the canonical spelling of a CSS colour at an opacity, None when nothing would be seen."""
    text = text.strip()
    if text.lower() == "currentcolor":
        text = current
    if text.lower() in ("none", "transparent"):
        return None
    function = _FUNCTION.fullmatch(text)
    if function:
        red, green, blue, own_alpha = _called(function[1].lower(), function[2])
    else:
        if _HEX_WITH_ALPHA.fullmatch(text):
            text = "#" + "".join(digit * 2 for digit in text[1:])
        try:
            parsed = colors.parse("cmyk is not CSS" if text.lower().startswith("cmyk") else text)
        except ValueError:
            raise BadLogo(f"holds the colour {text[:40]!r}, which is not known") from None
        red, green, blue = colors.channels(parsed)
        own_alpha = colors.opacity(parsed)
    shown = round(alpha * own_alpha * 255)
    return f"#{red:02X}{green:02X}{blue:02X}" + ("" if shown == 255 else f"{shown:02X}") if shown else None


class Gradients:
    """The gradients of a document, by name."""

    def __init__(self, names: Mapping[str, Element], sheet: Sheet, view: Box | None) -> None:
        """Take all named elements; the view box is what percentages are of."""
        self._names = names
        self._sheet = sheet
        self._view = view

    def paint(self, name: str, box: Box, placed: Affine, *, current: str, alpha: float) -> Paint | None:
        """Return a gradient where an element lies: `box` in its own coordinates, which `placed` sends to the drawing.

        BadLogo when circles and straight lines cannot say it; None when nothing would be seen.
        """
        chain = self._chain(name)
        told: dict[str, str] = {}
        for element in reversed(chain):
            told |= {key: value for key, value in element.attributes.items() if key not in ("id", "href")}
        if told.get("spreadMethod", "pad") != "pad":
            raise BadLogo(f"repeats the gradient {name[:40]!r}; expand it into paths")
        stops = self._stops(chain, current=current, alpha=alpha)
        if len(stops) < 2:
            return Solid(stops[0].color) if stops else None
        in_box = told.get("gradientUnits", "objectBoundingBox") == "objectBoundingBox"
        space = placed
        if in_box:
            if not box.width or not box.height:
                return Solid(stops[-1].color)
            space = placed.after(Affine(a=box.width, d=box.height, e=box.left, f=box.top))
        space = space.after(parse(told.get("gradientTransform", "")))
        measures = _Measures(told, None if in_box else self._view)
        return _linear(measures, space, stops) if chain[0].name == "linearGradient" else _radial(measures, space, stops)

    def _chain(self, name: str) -> list[Element]:
        chain: list[Element] = []
        while name:
            element = self._names.get(name)
            if element is None or element.name not in GRADIENTS:
                raise BadLogo(f"paints with {name[:40]!r}, which is not a gradient of the file")
            chain.append(element)
            if len(chain) > LINKS_MAX:
                raise BadLogo(f"links more than {LINKS_MAX} gradients to each other")
            name = element.attributes.get("href", "")[1:]
        return chain

    def _stops(self, chain: list[Element], *, current: str, alpha: float) -> tuple[Stop, ...]:
        # A gradient without stops of its own takes those of the next one that it links to.
        own = ([element for element in each.children if element.name == "stop"] for each in chain)
        written = next(filter(None, own), [])
        if len(written) > STOPS_MAX:
            raise BadLogo(f"holds a gradient of more than {STOPS_MAX} stops")
        stops: list[Stop] = []
        for element in written:
            style = self._sheet.style_of("stop", element.attributes)
            at = opacity(element.attributes.get("offset", "0"), "offset")
            through = alpha * opacity(style.get("stop-opacity", "1"), "stop-opacity")
            wanted = style.get("stop-color", "black")
            # An invisible stop keeps its colour, which its neighbours fade from.
            shown = color(wanted, current=current, alpha=through) or _invisible(wanted, current)
            stops.append(Stop(max(at, stops[-1].at if stops else 0), shown))
        return tuple(stops)


class _Measures:
    """Reads the coordinates of a gradient: parts of a box, or lengths in the drawing and percentages of its view."""

    def __init__(self, told: Mapping[str, str], view: Box | None) -> None:
        sides = (view.width, view.height) if view else (1, 1)
        self._told = told
        self._whole = {"x": sides[0], "y": sides[1], "r": math.hypot(*sides) / math.sqrt(2)}

    def read(self, name: str, default: str) -> float:
        text = self._told.get(name, default).strip()
        if text.endswith("%"):
            return measure(text[:-1], name) / 100 * self._whole[name[-1] if name[-1] in "xyr" else name[0]]
        return measure(text, name)


def _linear(measures: _Measures, space: Affine, stops: tuple[Stop, ...]) -> Paint:
    x1, y1 = measures.read("x1", "0%"), measures.read("y1", "0%")
    x2, y2 = measures.read("x2", "100%"), measures.read("y2", "0%")
    begin, end = space.at(x1, y1), space.at(x2, y2)
    # Lines of one colour stand at a right angle to the gradient, and need not do so any more where it is placed.
    across_x = space.a * (y1 - y2) + space.c * (x2 - x1)
    across_y = space.b * (y1 - y2) + space.d * (x2 - x1)
    square = across_x * across_x + across_y * across_y
    if not square:
        return Solid(stops[-1].color)
    reach = ((end[0] - begin[0]) * across_y - (end[1] - begin[1]) * across_x) / square
    return Linear(*begin, begin[0] + across_y * reach, begin[1] - across_x * reach, stops)


def _radial(measures: _Measures, space: Affine, stops: tuple[Stop, ...]) -> Paint:
    x, y, radius = measures.read("cx", "50%"), measures.read("cy", "50%"), measures.read("r", "50%")
    focus = measures.read("fx", str(x)), measures.read("fy", str(y))
    if math.dist(focus, (x, y)) > 0.02 * radius or measures.read("fr", "0"):
        raise BadLogo("holds a radial gradient whose focus is not its centre; expand it into paths")
    first, second = math.hypot(space.a, space.b), math.hypot(space.c, space.d)
    slant = abs(space.a * space.c + space.b * space.d)
    even = max(first, second) <= STRETCH_MAX * min(first, second) and slant <= (STRETCH_MAX - 1) * first * second
    if not even:
        raise BadLogo("holds a radial gradient that is an ellipse; make it a circle, or upload a PNG")
    if radius <= 0 or not first:
        return Solid(stops[-1].color)
    return Radial(*space.at(x, y), radius * math.sqrt(first * second), stops)


def _invisible(text: str, current: str) -> str:
    return (color(text, current=current, alpha=1) or "#000000")[:7] + "00"


def _called(name: str, arguments: str) -> tuple[int, int, int, float]:
    """Return red, green, blue and opacity of `rgb(...)` or `hsl(...)`, with commas, spaces or a slash."""
    words = re.split(r"[\s,/]+", arguments.strip())
    if len(words) not in (3, 4):
        raise BadLogo(f"holds the colour {name}({arguments[:40]}), which is not known")
    alpha = opacity(words[3], name) if len(words) == 4 else 1
    parts: tuple[float, ...]
    if name.startswith("hsl"):
        hue = measure(words[0].removesuffix("deg"), name) / 360 % 1
        saturation, lightness = opacity(words[1], name), opacity(words[2], name)
        parts = colorsys.hls_to_rgb(hue, lightness, saturation)
    else:
        parts = tuple(_channel(word, name) for word in words[:3])
    red, green, blue = (round(part * 255) for part in parts)
    return red, green, blue, alpha


def _channel(word: str, name: str) -> float:
    return opacity(word, name) if word.endswith("%") else min(max(measure(word, name) / 255, 0), 1)
