"""How much of a module that stands alone a shape inks."""

import math
from functools import lru_cache
from itertools import pairwise

from repoint.rendering import stamps
from repoint.rendering.design import Modules, ModuleShape
from repoint.rendering.emit.paths import curves
from repoint.rendering.modules import CONNECTED
from repoint.rendering.scene import Arc, Contour, Curve, Line
from repoint.rendering.subpaths import Point, along

# Below this, a little blur leaves more paper than ink.
THIN_BELOW = 0.5

SCALE_STEPS = 20  # in a scale of 1
TOLERANCE = 0.002  # modules

_CORNER = 1 - math.pi / 4  # what a round corner of radius 1 takes off


def ink_share(look: Modules) -> float:
    """Return the share, 0 to 1, of a module without dark neighbours that is inked."""
    return _share(look.shape, look.scale)


def scale_for(look: Modules, share: float) -> float | None:
    """Return the least scale, in steps of 0.05, at which a shape inks that share; None when none does."""
    for step in range(round(look.scale * SCALE_STEPS), SCALE_STEPS + 1):
        if _share(look.shape, step / SCALE_STEPS) >= share:
            return step / SCALE_STEPS
    return None


@lru_cache(maxsize=256)
def _share(shape: ModuleShape, scale: float) -> float:
    if shape in CONNECTED:
        softness = CONNECTED[shape]
        return 1 - 2 * _CORNER * sum(min(radius, 0.5) ** 2 for radius in (softness.falling, softness.rising))
    if shape in ("vertical-bars", "horizontal-bars"):
        return _area(stamps.bar(1, scale, upright=True))
    return _area(stamps.STAMPS[shape](scale))


def _area(contour: Contour) -> float:
    """Return the area inside a contour that does not cross itself."""
    points = [(contour.x, contour.y)]
    for step in contour.steps:
        points += _points(points[-1], step)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise([*points, points[0]]))) / 2


def _points(start: Point, step: Line | Arc | Curve) -> list[Point]:
    if isinstance(step, Line):
        return [(step.x, step.y)]
    if isinstance(step, Curve):
        return list(along(start, step, TOLERANCE))
    x, y = start
    points: list[Point] = []
    for piece in curves(step.x - x, step.y - y, step.radius, clockwise=step.clockwise, large=step.large):
        (x1, y1), (x2, y2), (x3, y3) = piece
        curve = Curve(x + x1, y + y1, x + x2, y + y2, x + x3, y + y3)
        points += along(points[-1] if points else start, curve, TOLERANCE)
    return points
