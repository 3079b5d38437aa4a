"""Gradients as dictionaries that PDF and PostScript spell alike."""

from itertools import pairwise
from typing import assert_never

from repoint.rendering import colors
from repoint.rendering.decimals import short
from repoint.rendering.scene import Gradient, Linear, Paint, Radial, Solid, Stop

WHITE = "#FFFFFF"


def is_opaque(paint: Paint) -> bool:
    """Say whether nothing shows through."""
    if isinstance(paint, Solid):
        return colors.opacity(paint.color) == 1
    return all(colors.opacity(stop.color) == 1 for stop in paint.stops)


def components(color: str, *, cmyk: bool) -> str:
    """Return the red, green and blue of a colour, or its four inks, as numbers from 0 to 1."""
    if cmyk:
        return " ".join(map(short, colors.inks(color)))
    return " ".join(short(channel / 255) for channel in colors.channels(color))


def shading(gradient: Gradient, *, cmyk: bool) -> str:
    """Return the shading dictionary of a gradient (ISO 32000-1 section 8.7.4.5; PostScript 3, section 4.9.3)."""
    space = "/DeviceCMYK" if cmyk else "/DeviceRGB"
    values = [(stop.at, components(stop.color, cmyk=cmyk)) for stop in gradient.stops]
    return _dictionary(gradient, space, values)


def opacity_shading(gradient: Gradient) -> str:
    """Return the shading dictionary of a gradient's opacity, from black to white."""
    values = [(stop.at, short(colors.opacity(stop.color))) for stop in gradient.stops]
    return _dictionary(gradient, "/DeviceGray", values)


def seen_as(ground: Paint | None) -> str:
    """Return the one colour that stands for a background on white paper: of a gradient, the mean of its stops."""
    match ground:
        case None:
            return WHITE
        case Solid(color):
            return colors.over(color, WHITE)
        case Linear() | Radial():
            return colors.mean([colors.over(stop.color, WHITE) for stop in ground.stops])
        case _:
            assert_never(ground)


def over_solid(gradient: Gradient, ground: str) -> Gradient:
    """Return the opaque gradient that is seen when this one lies on a ground of one colour."""
    stops = tuple(Stop(stop.at, colors.over(stop.color, ground)) for stop in gradient.stops)
    match gradient:
        case Linear(x1, y1, x2, y2):
            return Linear(x1, y1, x2, y2, stops)
        case Radial(x, y, radius):
            return Radial(x, y, radius, stops)
        case _:
            assert_never(gradient)


def _dictionary(gradient: Gradient, space: str, values: list[tuple[float, str]]) -> str:
    match gradient:
        case Linear(x1, y1, x2, y2):
            kind, coordinates = 2, _numbers(x1, y1, x2, y2)
        case Radial(x, y, radius):
            kind, coordinates = 3, _numbers(x, y, 0, x, y, radius)
        case _:
            assert_never(gradient)
    function = _function(values)
    return f"<</ShadingType {kind}/ColorSpace{space}/Coords[{coordinates}]/Function {function}/Extend[true true]>>"


def _numbers(*values: float) -> str:
    return " ".join(map(short, values))


def _function(values: list[tuple[float, str]]) -> str:
    """Return the function from a place between 0 and 1 to the value there: straight pieces stitched together."""
    whole = [(0.0, values[0][1]), *values, (1.0, values[-1][1])]
    # Two stops in one place are an edge: no piece lies between them, and the pieces beside it end in their own values.
    pieces = [(first, last) for first, last in pairwise(whole) if first[0] < last[0]]
    functions = [f"<</FunctionType 2/Domain[0 1]/C0[{first[1]}]/C1[{last[1]}]/N 1>>" for first, last in pieces]
    if len(functions) == 1:
        return functions[0]
    bounds = " ".join(short(last[0]) for _, last in pieces[:-1])
    encode = " ".join(["0 1"] * len(pieces))
    return f"<</FunctionType 3/Domain[0 1]/Functions[{''.join(functions)}]/Bounds[{bounds}]/Encode[{encode}]>>"
