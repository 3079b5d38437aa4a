"""The three finder patterns: an outer ring around an inner eye.

A line through the centre of any of these shapes meets dark and light in the ratio 1:1:3:1:1, which is what readers look
for (clause 6.3.3.1). The ring is one module thick all around, in its round corners too.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from repoint.rendering import shapes
from repoint.rendering.design import Corners, CornerShape, Gradient
from repoint.rendering.scene import Path
from repoint.rendering.shapes import Radii

Place = Literal["top_left", "top_right", "bottom_left"]
PLACES: tuple[Place, ...] = ("top_left", "top_right", "bottom_left")  # in the order of Symbol.finders()

RING_SIDE = 7
HOLE_SIDE = 5
EYE_SIDE = 3


class _Facing(NamedTuple):
    """Radii of the corner at the edge of the symbol, of the two beside it, and of the one that faces the centre."""

    edge: float
    beside: float
    centre: float


_RINGS: dict[CornerShape, _Facing] = {
    "square": _Facing(0, 0, 0),
    "rounded": _Facing(2, 2, 2),
    "extra-rounded": _Facing(3, 3, 3),
    "circle": _Facing(3.5, 3.5, 3.5),
    "leaf": _Facing(0, 3, 0),
    "leaf-mirrored": _Facing(3, 0, 3),
    "cut": _Facing(2, 2, 2),
    "one-corner": _Facing(3, 3, 0),
}
_EYES: dict[CornerShape, _Facing] = {
    "square": _Facing(0, 0, 0),
    "rounded": _Facing(0.75, 0.75, 0.75),
    "extra-rounded": _Facing(1.125, 1.125, 1.125),
    "circle": _Facing(1.5, 1.5, 1.5),
    "leaf": _Facing(0, 1.25, 0),
    "leaf-mirrored": _Facing(1.25, 0, 1.25),
    "cut": _Facing(0.85, 0.85, 0.85),
    "one-corner": _Facing(1.25, 1.25, 0),
}

# A line at 45 degrees that moves inwards by 1 meets a side that moves inwards by 1 this much nearer to the corner.
_CUT_SHRINKS = 2 - 2**0.5


@dataclass(frozen=True, slots=True)
class Look:
    """How one finder pattern looks: a gradient takes the place of its colour, and without both it is as the modules."""

    outer_shape: CornerShape
    inner_shape: CornerShape
    outer_color: str | None
    inner_color: str | None
    outer_gradient: Gradient | None
    inner_gradient: Gradient | None


def look(corners: Corners, place: Place) -> Look:
    """Return how the finder pattern at a place looks, with what it has of its own."""
    own = getattr(corners, place)
    return Look(
        outer_shape=own.outer_shape or corners.outer_shape,
        inner_shape=own.inner_shape or corners.inner_shape,
        outer_color=own.outer_color or corners.outer_color,
        inner_color=own.inner_color or corners.inner_color,
        outer_gradient=None if own.outer_color else corners.outer_gradient,
        inner_gradient=None if own.inner_color else corners.inner_gradient,
    )


def ring(shape: CornerShape, place: Place, x: float, y: float) -> Path:
    """Return the outer ring of the finder pattern whose upper left corner is (x, y)."""
    outside = _turned(_RINGS[shape], place)
    if shape == "cut":
        inside = Radii(*(leg - _CUT_SHRINKS for leg in outside))
        gap = shapes.cut_square(x + 1, y + 1, side=HOLE_SIDE, legs=inside)
        return shapes.cut_square(x, y, side=RING_SIDE, legs=outside), shapes.hole(gap)
    if shape == "circle":
        middle_x, middle_y = x + RING_SIDE / 2, y + RING_SIDE / 2
        gap = shapes.circle(middle_x, middle_y, radius=HOLE_SIDE / 2)
        return shapes.circle(middle_x, middle_y, radius=RING_SIDE / 2), shapes.hole(gap)
    inside = Radii(*(max(radius - 1, 0) for radius in outside))
    gap = shapes.square(x + 1, y + 1, side=HOLE_SIDE, radii=inside)
    return shapes.square(x, y, side=RING_SIDE, radii=outside), shapes.hole(gap)


def eye(shape: CornerShape, place: Place, x: float, y: float) -> Path:
    """Return the inner eye of the finder pattern whose upper left corner is (x, y)."""
    radii = _turned(_EYES[shape], place)
    if shape == "cut":
        return (shapes.cut_square(x + 2, y + 2, side=EYE_SIDE, legs=radii),)
    if shape == "circle":
        return (shapes.circle(x + RING_SIDE / 2, y + RING_SIDE / 2, radius=EYE_SIDE / 2),)
    return (shapes.square(x + 2, y + 2, side=EYE_SIDE, radii=radii),)


def _turned(facing: _Facing, place: Place) -> Radii:
    edge, beside, centre = facing
    match place:
        case "top_left":
            return Radii(edge, beside, centre, beside)
        case "top_right":
            return Radii(beside, edge, beside, centre)
        case "bottom_left":
            return Radii(beside, centre, beside, edge)
