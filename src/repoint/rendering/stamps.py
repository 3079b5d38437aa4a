"""Shapes of a module that stands alone."""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache

from repoint.rendering import shapes
from repoint.rendering.scene import Arc, Contour, Line

CENTRE = 0.5

# Points lie on a grid of a hundredth of a module, which keeps the numbers of an SVG short.

# Corners of diamonds and stars reach a little into their neighbours: a shape that keeps within its module leaves so
# much light around it that a blurred picture fades.
DIAMOND_REACH = 0.56
STAR_REACH = 0.58
STAR_WAIST = 0.34  # from the centre to the corners between the points
STAR_POINTS = 5

HEART_HALF = 0.4  # from the middle to where an arc begins, down and to each side

MOSAIC_SIDE = 0.86

BAR_WIDTH = 0.8


@lru_cache(maxsize=64)
def dot(scale: float) -> Contour:
    """Return a circle that touches its neighbours at scale 1."""
    return shapes.circle(CENTRE, CENTRE, radius=scale / 2)


@lru_cache(maxsize=64)
def diamond(scale: float) -> Contour:
    """Return a square that stands on its corner."""
    reach = DIAMOND_REACH * scale
    return Contour(
        CENTRE,
        CENTRE - reach,
        (Line(CENTRE + reach, CENTRE), Line(CENTRE, CENTRE + reach), Line(CENTRE - reach, CENTRE)),
    )


@lru_cache(maxsize=64)
def star(scale: float) -> Contour:
    """Return a star with five short points, one of them up."""
    middle = CENTRE + 0.04 * scale  # two points down are less than one up: centred, it would hang high
    points = [
        (round(CENTRE + reach * scale * math.sin(turn), 2), round(middle - reach * scale * math.cos(turn), 2))
        for at in range(2 * STAR_POINTS)
        for reach, turn in [((STAR_REACH, STAR_WAIST)[at % 2], at * math.pi / STAR_POINTS)]
    ]
    return Contour(*points[0], tuple(Line(x, y) for x, y in points[1:]))


@lru_cache(maxsize=64)
def heart(scale: float) -> Contour:
    """Return a heart: two arcs over a point."""
    # Half circles stand on the upper sides of a square that stands on its corner; the radius is rounded up, because a
    # smaller one would not reach from end to end.
    half = round(HEART_HALF * scale, 2)
    radius = math.ceil(half / math.sqrt(2) * 100) / 100
    waist = round(CENTRE + half * 0.1, 2)  # the arcs reach higher than the point reaches down
    return Contour(
        CENTRE,
        waist + half,
        (
            Line(CENTRE - half, waist),
            Arc(CENTRE, waist - half, radius, clockwise=True),
            Arc(CENTRE + half, waist, radius, clockwise=True),
        ),
    )


@lru_cache(maxsize=64)
def tile(scale: float) -> Contour:
    """Return a square with a gap around it."""
    side = MOSAIC_SIDE * scale
    near = CENTRE - side / 2
    return shapes.square(near, near, side=side, radii=shapes.Radii(0, 0, 0, 0))


@lru_cache(maxsize=1_024)
def bar(length: int, scale: float, *, upright: bool) -> Contour:
    """Return a bar over `length` modules with round ends, upright when `upright`."""
    radius = BAR_WIDTH * scale / 2
    near, far = CENTRE - radius, CENTRE + radius
    begin, end = radius, length - radius
    if upright:
        return Contour(
            near,
            begin,
            (Arc(far, begin, radius, clockwise=True), Line(far, end), Arc(near, end, radius, clockwise=True)),
        )
    return Contour(
        begin,
        near,
        (
            Line(end, near),
            Arc(end, far, radius, clockwise=True),
            Line(begin, far),
            Arc(begin, near, radius, clockwise=True),
        ),
    )


STAMPS: Mapping[str, Callable[[float], Contour]] = {
    "dots": dot,
    "diamond": diamond,
    "star": star,
    "heart": heart,
    "mosaic": tile,
}
