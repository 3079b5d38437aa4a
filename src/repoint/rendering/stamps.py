"""Shapes of a module that stands alone."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from repoint.rendering import shapes
from repoint.rendering.scene import Arc, Contour, Curve, Line

CENTRE = 0.5

# Points lie on a grid of a hundredth of a module, at scale 1 most of them on tenths, which keeps the numbers of an SVG
# short.

# Corners of diamonds and the points of stars reach a little into their neighbours: a shape that keeps within its module
# leaves so much light around it that a blurred picture fades.
DIAMOND_REACH = 0.56

# In tenths of a module from the middle, two arms level, as in the sign. It ends on the right, near the next star, so
# that the way there is short.
STAR = ((3, 1.5), (4, 5.5), (0, 3.5), (-4, 5.5), (-3, 1.5), (-6, -1.5), (-2, -1.5), (0, -5.5), (2, -1.5), (6, -1.5))

# From the point below up to the notch: two pulls and the notch itself. The right half mirrors the left one.
HEART_POINT = (0, 4.5)
HEART_LEFT = ((-8, -1.5), (-5, -6.5), (0, -2.5))

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
    """Return a star with five points, one of them up."""
    first, *others = (_from_middle(x, y, scale) for x, y in STAR)
    return Contour(*first, tuple(Line(*point) for point in others))


@lru_cache(maxsize=64)
def heart(scale: float) -> Contour:
    """Return a heart: one curve up to the notch, and one down again."""
    pull, other_pull, notch = (_from_middle(x, y, scale) for x, y in HEART_LEFT)
    back, other_back = (_from_middle(-x, y, scale) for x, y in reversed(HEART_LEFT[:2]))
    point = _from_middle(*HEART_POINT, scale)
    return Contour(*point, (Curve(*pull, *other_pull, *notch), Curve(*back, *other_back, *point)))


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


def _from_middle(x: float, y: float, scale: float) -> tuple[float, float]:
    """Return a point given in tenths of a module from the middle."""
    return round(CENTRE + x * scale / 10, 2), round(CENTRE + y * scale / 10, 2)


STAMPS: Mapping[str, Callable[[float], Contour]] = {
    "dots": dot,
    "diamond": diamond,
    "star": star,
    "heart": heart,
    "mosaic": tile,
}
