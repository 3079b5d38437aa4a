"""A scene as SVG."""

import re
from base64 import b64encode
from functools import lru_cache
from html import escape
from typing import Literal, assert_never
from zlib import crc32

from repoint.rendering import colors
from repoint.rendering.decimals import short
from repoint.rendering.emit.pixels import as_png
from repoint.rendering.scene import (
    Arc,
    Bitmap,
    Contour,
    Curve,
    Fill,
    Gradient,
    Line,
    Linear,
    Paint,
    Radial,
    Scene,
    Solid,
)

# What XML 1.0 section 2.2 does not allow in any spelling, and halves of surrogate pairs, which UTF-8 does not allow.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# A number with a decimal point ends where the next point begins, and every number ends at a minus sign.
_SPACE_BEFORE_POINT = re.compile(r"(\.\d+) (?=\.)")

# Shapes stand on tenths of a module, so in these units most numbers are whole ones, which are the shortest.
UNITS_PER_MODULE = 10
PLACES = 1  # a hundredth of a module, below what is seen

_OPEN = '<svg xmlns="http://www.w3.org/2000/svg"'
_XLINK = ' xmlns:xlink="http://www.w3.org/1999/xlink"'  # SVG 1.1, which Illustrator and Inkscape still read best


def to_svg(
    scene: Scene, *, width: float, unit: Literal["", "mm"], title: str | None = None, description: str | None = None
) -> bytes:
    """Return an SVG document `width` wide, in mm or (without a unit) in CSS pixels.

    It holds one path for each paint, in tenths of a module: no clip paths, no styles. Only gradients are referred to,
    by identifiers made from what they are, so that pictures in one page do not disturb each other.
    """
    height = width * scene.height / scene.width
    bitmaps = any(isinstance(layer, Bitmap) for layer in scene.layers)
    paints = [scene.background, *(layer.paint for layer in scene.layers if isinstance(layer, Fill))]
    gradients = {_identifier(paint): paint for paint in paints if isinstance(paint, Linear | Radial)}
    parts = [
        f'{_OPEN}{_XLINK if bitmaps else ""} width="{short(width)}{unit}" height="{short(height)}{unit}"'
        f' viewBox="0 0 {_units(scene.width)} {_units(scene.height)}"' + (' role="img">' if title else ">")
    ]
    for tag, words in (("title", title), ("desc", description)):
        if words:
            readable = _NOT_XML.sub("\ufffd", words)
            parts.append(f"<{tag}>{escape(readable, quote=False)}</{tag}>")
    if gradients:
        parts.append(f"<defs>{''.join(_gradient(name, paint) for name, paint in gradients.items())}</defs>")
    if scene.background:
        area = f"M0 0h{_units(scene.width)}v{_units(scene.height)}H0z"
        parts.append(f'<path {_paint(scene.background)} d="{area}"/>')
    parts += map(_layer, scene.layers)
    parts.append("</svg>\n")
    return "".join(parts).encode()


def _layer(layer: Fill | Bitmap) -> str:
    match layer:
        case Fill(paint):
            return f'<path {_paint(paint)} d="{_data(layer)}"/>'
        case Bitmap(x, y, width, height):
            pixels = b64encode(as_png(layer)).decode()
            return (
                f'<image x="{_units(x)}" y="{_units(y)}" width="{_units(width)}" height="{_units(height)}"'
                f' preserveAspectRatio="none" xlink:href="data:image/png;base64,{pixels}"/>'
            )
        case _:
            assert_never(layer)


def _paint(paint: Paint) -> str:
    if isinstance(paint, Solid):
        return _color("fill", "fill-opacity", paint.color)
    return f'fill="url(#{_identifier(paint)})"'


def _color(name: str, opacity_name: str, color: str) -> str:
    # Opacity stands apart: not every program reads eight digits.
    digits = "{:02X}{:02X}{:02X}".format(*colors.channels(color))
    if digits[::2] == digits[1::2]:
        digits = digits[::2]
    opacity = colors.opacity(color)
    return f'{name}="#{digits}"' + (f' {opacity_name}="{short(opacity)}"' if opacity < 1 else "")


@lru_cache(maxsize=64)
def _identifier(gradient: Gradient) -> str:
    return f"g{crc32(_gradient('', gradient).encode()):08x}"


def _gradient(identifier: str, gradient: Gradient) -> str:
    match gradient:
        case Linear(x1, y1, x2, y2):
            tag = "linearGradient"
            where = f'x1="{_units(x1)}" y1="{_units(y1)}" x2="{_units(x2)}" y2="{_units(y2)}"'
        case Radial(x, y, radius):
            tag = "radialGradient"
            where = f'cx="{_units(x)}" cy="{_units(y)}" r="{_units(radius)}"'
        case _:
            assert_never(gradient)
    stops = "".join(
        f'<stop offset="{short(stop.at)}" {_color("stop-color", "stop-opacity", stop.color)}/>'
        for stop in gradient.stops
    )
    return f'<{tag} id="{identifier}" gradientUnits="userSpaceOnUse" {where}>{stops}</{tag}>'


def _data(fill: Fill) -> str:
    words: list[str] = []
    x = y = 0.0
    for contour in fill.path:
        to_x, to_y = _rounded(contour.x), _rounded(contour.y)
        words.append(_move(to_x - x, to_y - y))
        _draw(contour, to_x, to_y, words)
        words.append("z")
        x, y = to_x, to_y
    for contour, places in fill.stamps:
        body, end_x, end_y = _stamped(contour)
        for place_x, place_y in places:
            words.append(f"{_move(_rounded(contour.x + place_x) - x, _rounded(contour.y + place_y) - y)}{body}")
            x, y = _rounded(place_x) + end_x, _rounded(place_y) + end_y
    return _SPACE_BEFORE_POINT.sub(r"\1", "".join(words).replace(" -", "-"))


@lru_cache(maxsize=64)
def _stamped(contour: Contour) -> tuple[str, float, float]:
    """Return the steps of a contour that comes hundreds of times, and where they end."""
    words: list[str] = []
    x, y = _rounded(contour.x), _rounded(contour.y)
    end_x, end_y = _draw(contour, x, y, words)
    # A fill closes what is left open: whichever makes the way to a neighbour on the right shorter.
    if len("z" + _move(UNITS_PER_MODULE, 0)) < len(_move(UNITS_PER_MODULE + x - end_x, y - end_y)):
        words.append("z")
        end_x, end_y = x, y
    return "".join(words), end_x, end_y


def _move(dx: float, dy: float) -> str:
    return f"m{short(dx, PLACES)} {short(dy, PLACES)}".replace(" -", "-")


def _draw(contour: Contour, x: float, y: float, words: list[str]) -> tuple[float, float]:
    """Append the steps of a contour from the rounded point (x, y) on, in relative commands; return where they end."""
    before = ""
    for step in contour.steps:
        # Steps are taken between rounded points, so that rounding never adds up along a path.
        to_x, to_y = _rounded(step.x), _rounded(step.y)
        match step:
            case Line():
                word = _line(to_x - x, to_y - y)
            case Arc(_, _, radius, clockwise, large):
                word = _arc(to_x - x, to_y - y, radius, clockwise, large)
            case Curve(x1, y1, x2, y2):
                word = _curve((x1, y1, x2, y2), to_x - x, to_y - y, x, y)
            case _:
                assert_never(step)
        # A command goes on until another one comes.
        words.append(f" {word[1:]}" if word[0] == before else word)
        before = word[0]
        x, y = to_x, to_y
    return x, y


def _rounded(modules: float) -> float:
    return round(modules * UNITS_PER_MODULE, PLACES)


def _units(modules: float) -> str:
    return short(modules * UNITS_PER_MODULE, PLACES)


@lru_cache(maxsize=4_096)
def _line(dx: float, dy: float) -> str:
    across, down = short(dx, PLACES), short(dy, PLACES)
    return f"h{across}" if down == "0" else f"v{down}" if across == "0" else f"l{across} {down}"


@lru_cache(maxsize=4_096)
def _arc(dx: float, dy: float, radius: float, clockwise: bool, large: bool) -> str:  # noqa: FBT001
    reach = _units(radius)
    return f"a{reach} {reach} 0 {int(large)} {int(clockwise)} {short(dx, PLACES)} {short(dy, PLACES)}"


def _curve(pulls: tuple[float, float, float, float], dx: float, dy: float, x: float, y: float) -> str:
    x1, y1, x2, y2 = (at * UNITS_PER_MODULE for at in pulls)
    numbers = (x1 - x, y1 - y, x2 - x, y2 - y, dx, dy)
    return "c" + " ".join([short(number, PLACES) for number in numbers])
