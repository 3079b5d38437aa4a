"""A scene as SVG."""

import re
from base64 import b64encode
from functools import lru_cache
from typing import Literal, assert_never
from xml.sax.saxutils import escape
from zlib import crc32

from repoint.rendering import colors
from repoint.rendering.decimals import PLACES, short
from repoint.rendering.pixels import as_png
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

_OPEN = '<svg xmlns="http://www.w3.org/2000/svg"'
_XLINK = ' xmlns:xlink="http://www.w3.org/1999/xlink"'  # SVG 1.1, which Illustrator and Inkscape still read best


def to_svg(
    scene: Scene, *, width: float, unit: Literal["", "mm"], title: str | None = None, description: str | None = None
) -> bytes:
    """Return an SVG document `width` wide, in mm or (without a unit) in CSS pixels.

    It holds one path for each paint in module units: no clip paths, no styles. Only gradients are referred to, by
    identifiers made from what they are, so that pictures in one page do not disturb each other.
    """
    height = width * scene.height / scene.width
    bitmaps = any(isinstance(layer, Bitmap) for layer in scene.layers)
    paints = [scene.background, *(layer.paint for layer in scene.layers if isinstance(layer, Fill))]
    gradients = {_identifier(paint): paint for paint in paints if isinstance(paint, Linear | Radial)}
    parts = [
        f'{_OPEN}{_XLINK if bitmaps else ""} width="{short(width)}{unit}" height="{short(height)}{unit}"'
        f' viewBox="0 0 {short(scene.width)} {short(scene.height)}"' + (' role="img">' if title else ">")
    ]
    for tag, words in (("title", title), ("desc", description)):
        if words:
            readable = _NOT_XML.sub("\ufffd", words)
            parts.append(f"<{tag}>{escape(readable)}</{tag}>")
    if gradients:
        parts.append(f"<defs>{''.join(_gradient(name, paint) for name, paint in gradients.items())}</defs>")
    if scene.background:
        area = f"M0 0h{short(scene.width)}v{short(scene.height)}H0z"
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
                f'<image x="{short(x)}" y="{short(y)}" width="{short(width)}" height="{short(height)}"'
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
            where = f'x1="{short(x1)}" y1="{short(y1)}" x2="{short(x2)}" y2="{short(y2)}"'
        case Radial(x, y, radius):
            tag = "radialGradient"
            where = f'cx="{short(x)}" cy="{short(y)}" r="{short(radius)}"'
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
        to_x, to_y = round(contour.x, PLACES), round(contour.y, PLACES)
        words.append(f"m{short(to_x - x)} {short(to_y - y)}")
        _draw(contour, to_x, to_y, words)
        x, y = to_x, to_y
    for contour, places in fill.stamps:
        drawn: list[str] = []
        _draw(contour, round(contour.x, PLACES), round(contour.y, PLACES), drawn)
        body = "".join(drawn)
        for place_x, place_y in places:
            to_x, to_y = round(contour.x + place_x, PLACES), round(contour.y + place_y, PLACES)
            words.append(f"m{short(to_x - x)} {short(to_y - y)}{body}")
            x, y = to_x, to_y
    return _SPACE_BEFORE_POINT.sub(r"\1", "".join(words).replace(" -", "-"))


def _draw(contour: Contour, x: float, y: float, words: list[str]) -> None:
    """Append the steps of a contour, which begins at the rounded point (x, y), in relative commands."""
    before = ""
    for step in contour.steps:
        # Steps are taken between rounded points, so that rounding never adds up along a path.
        to_x, to_y = round(step.x, PLACES), round(step.y, PLACES)
        match step:
            case Line():
                word = _line(to_x - x, to_y - y)
            case Arc(_, _, radius, clockwise, large):
                word = _arc(to_x - x, to_y - y, radius, clockwise, large)
            case Curve(x1, y1, x2, y2):
                pulls = f"{short(x1 - x)} {short(y1 - y)} {short(x2 - x)} {short(y2 - y)}"
                word = f"c{pulls} {short(to_x - x)} {short(to_y - y)}"
            case _:
                assert_never(step)
        # A command goes on until another one comes.
        words.append(f" {word[1:]}" if word[0] == before else word)
        before = word[0]
        x, y = to_x, to_y
    words.append("z")


@lru_cache(maxsize=4_096)
def _line(dx: float, dy: float) -> str:
    across, down = short(dx), short(dy)
    return f"h{across}" if down == "0" else f"v{down}" if across == "0" else f"l{across} {down}"


@lru_cache(maxsize=4_096)
def _arc(dx: float, dy: float, radius: float, clockwise: bool, large: bool) -> str:  # noqa: FBT001
    reach = short(radius)
    return f"a{reach} {reach} 0 {int(large)} {int(clockwise)} {short(dx)} {short(dy)}"
