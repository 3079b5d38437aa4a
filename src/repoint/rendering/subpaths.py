"""Lines and curves of a drawing: move, measure, flatten, cut."""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from repoint.rendering.affine import Affine
from repoint.rendering.scene import Contour, Curve, Line

PIECES_MAX = 32  # that one curve is flattened into

Point = tuple[float, float]


class Subpath(NamedTuple):
    """A line from a start over straight and curved steps; `closed` when it was drawn back to its start."""

    x: float
    y: float
    steps: tuple[Line | Curve, ...]
    closed: bool


class Box(NamedTuple):
    """An upright rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """How high it is."""
        return self.bottom - self.top

    def holds(self, other: "Box", *, slack: float) -> bool:
        """Say whether another box reaches out of this one by no more than `slack`."""
        return (
            other.left >= self.left - slack
            and other.top >= self.top - slack
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )


def moved(subpath: Subpath, through: Affine) -> Subpath:
    """Return the subpath with all its points sent through a transform."""
    at = through.at
    steps = tuple(
        Line(*at(step.x, step.y))
        if isinstance(step, Line)
        else Curve(*at(step.x1, step.y1), *at(step.x2, step.y2), *at(step.x, step.y))
        for step in subpath.steps
    )
    return Subpath(*at(subpath.x, subpath.y), steps, subpath.closed)


def closed_line(subpath: Subpath) -> Contour:
    """Return the closed line that is filled."""
    return Contour(subpath.x, subpath.y, subpath.steps)


def polygon(points: Iterable[Point]) -> Subpath:
    """Return a closed line through points."""
    first, *others = points
    return Subpath(*first, tuple(Line(x, y) for x, y in others), closed=True)


def reaches(subpath: Subpath) -> Iterator[Point]:
    """Yield points that the subpath does not reach beyond: its own, and the control points of its curves."""
    yield subpath.x, subpath.y
    for step in subpath.steps:
        if isinstance(step, Curve):
            yield step.x1, step.y1
            yield step.x2, step.y2
        yield step.x, step.y


def flattened(subpath: Subpath, tolerance: float) -> list[Point]:
    """Return points along the subpath, from which its curves are at most about `tolerance` away."""
    points = [(subpath.x, subpath.y)]
    for step in subpath.steps:
        if isinstance(step, Line):
            points.append((step.x, step.y))
        else:
            points.extend(along(points[-1], step, tolerance))
    return points


def along(start: Point, curve: Curve, tolerance: float) -> Iterator[Point]:
    """Yield points along one curve, its end the last of them."""
    x0, y0 = start
    x1, y1, x2, y2, x3, y3 = curve
    # The second differences bound how far a curve is from its chords.
    bend = max(math.hypot(x0 - 2 * x1 + x2, y0 - 2 * y1 + y2), math.hypot(x1 - 2 * x2 + x3, y1 - 2 * y2 + y3))
    pieces = min(max(math.ceil(math.sqrt(0.75 * bend / tolerance)), 1), PIECES_MAX)
    for piece in range(1, pieces):
        t = piece / pieces
        s = 1 - t
        a, b, c, d = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
        yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3
    yield x3, y3


def bounds(points: Iterable[Point]) -> Box | None:
    """Return the box around points, None when there are none."""
    xs, ys = zip(*points, strict=True) if (points := list(points)) else ((), ())
    return Box(min(xs), min(ys), max(xs), max(ys)) if xs else None


def cut(points: list[Point], box: Box) -> list[Point]:
    """Return what a polygon has inside a box (Sutherland and Hodgman: one edge of the box after the other)."""
    for axis, bound, keeps_less in (
        (0, box.left, False),
        (0, box.right, True),
        (1, box.top, False),
        (1, box.bottom, True),
    ):
        points = list(_cut_at(points, axis, bound, _less if keeps_less else _more))
    return points


def _less(value: float, bound: float) -> bool:
    return value <= bound


def _more(value: float, bound: float) -> bool:
    return value >= bound


def _cut_at(points: list[Point], axis: int, bound: float, inside: Callable[[float, float], bool]) -> Iterator[Point]:
    for before, point in zip([*points[-1:], *points[:-1]], points, strict=True):
        was_inside, is_inside = inside(before[axis], bound), inside(point[axis], bound)
        if was_inside != is_inside:
            share = (bound - before[axis]) / (point[axis] - before[axis])
            crossing = [before[0] + (point[0] - before[0]) * share, before[1] + (point[1] - before[1]) * share]
            crossing[axis] = bound
            yield crossing[0], crossing[1]
        if is_inside:
            yield point
