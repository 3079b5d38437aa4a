"""Outlines bent along a circle."""

import math
from collections.abc import Callable, Sequence
from typing import assert_never

from repoint.rendering.scene import Arc, Contour, Curve, Line, Path, Step

# A straight step whose middle would move by less than this, in modules, stays straight.
SAG_MAX = 0.01

Point = tuple[float, float]


def bent(path: Path, *, x: float, y: float, radius: float) -> Path:
    """Return a path around (0, 0), of lines and curves, bent along the bottom of the circle around (x, y).

    The height 0 comes to lie on the circle, heights above it towards the centre, and widths keep their measure there.
    The whole outline bends, not letter by letter, so that letters which join stay joined.
    """

    def bend(point: Point) -> Point:
        angle, reach = point[0] / radius, radius + point[1]
        return x + reach * math.sin(angle), y + reach * math.cos(angle)

    width_max = math.sqrt(8 * radius * SAG_MAX)
    return tuple(_bent(contour, bend, width_max) for contour in path)


def _bent(contour: Contour, bend: Callable[[Point], Point], width_max: float) -> Contour:
    start = at = contour.x, contour.y
    steps: list[Step] = []
    for step in (*contour.steps, Line(*start)):
        straight = isinstance(step, Line) and abs(step.x - at[0]) < width_max
        steps.append(Line(*bend((step.x, step.y))) if straight else _through(at, step, bend))
        at = step.x, step.y
    # A contour goes back to its start by itself when the way is straight.
    return Contour(*bend(start), tuple(steps[:-1] if isinstance(steps[-1], Line) else steps))


def _through(begin: Point, step: Step, bend: Callable[[Point], Point]) -> Curve:
    """Return the curve that meets the bent step at its ends and at a third and two thirds of it."""
    match step:
        case Line(x, y):
            ends = begin, (x, y)
            met = _weighed(ends, 2 / 3, 1 / 3), _weighed(ends, 1 / 3, 2 / 3)
        case Curve(x1, y1, x2, y2, x, y):
            pulls = begin, (x1, y1), (x2, y2), (x, y)
            met = _weighed(pulls, 8 / 27, 12 / 27, 6 / 27, 1 / 27), _weighed(pulls, 1 / 27, 6 / 27, 12 / 27, 8 / 27)
        case Arc():
            raise TypeError("letters have no arcs")
        case _:
            assert_never(step)
    points = tuple(bend(point) for point in (begin, *met, (x, y)))
    pull_begin, pull_end = _weighed(points, -5 / 6, 3, -3 / 2, 1 / 3), _weighed(points, 1 / 3, -3 / 2, 3, -5 / 6)
    return Curve(*pull_begin, *pull_end, *points[-1])


def _weighed(points: Sequence[Point], *weights: float) -> Point:
    pairs = list(zip(points, weights, strict=True))
    return sum(x * weight for (x, _), weight in pairs), sum(y * weight for (_, y), weight in pairs)
