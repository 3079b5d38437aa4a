"""Gradients of a design, laid over a part of the picture."""

import math
from typing import NamedTuple, assert_never

from repoint.rendering.design import Gradient
from repoint.rendering.scene import Linear, Paint, Radial, Solid, Stop

# From the centre of a square to its corners is 0.71 of a side. Ending a little before them lets the last colour show
# in the finder patterns.
RADIAL_REACH = 0.62


class Box(NamedTuple):
    """A part of the picture, in modules."""

    x: float
    y: float
    width: float
    height: float


def paint(box: Box, color: str | None, gradient: Gradient | None) -> Paint:
    """Return the gradient over the box, or the colour when there is no gradient; one of them must be there."""
    if gradient:
        return over(box, gradient)
    assert color is not None
    return Solid(color)


def over(box: Box, gradient: Gradient) -> Paint:
    """Return a gradient whose first and last colours meet the outermost points of the box."""
    stops = tuple(Stop(stop.at, stop.color) for stop in gradient.stops)
    x, y = box.x + box.width / 2, box.y + box.height / 2
    match gradient.kind:
        case "linear":
            # The line goes through the centre, as far as a corner of the box lies in its direction.
            cos, sin = math.cos(math.radians(gradient.angle)), math.sin(math.radians(gradient.angle))
            reach = (abs(box.width * cos) + abs(box.height * sin)) / 2
            return Linear(x - cos * reach, y - sin * reach, x + cos * reach, y + sin * reach, stops)
        case "radial":
            return Radial(x, y, max(box.width, box.height) * RADIAL_REACH, stops)
        case _:
            assert_never(gradient.kind)
