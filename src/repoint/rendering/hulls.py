"""Convex outlines, and circles around them."""

import math
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from repoint.rendering.subpaths import Point

_SLACK = 1 + 1e-9


class Circle(NamedTuple):
    """A circle around (x, y)."""

    x: float
    y: float
    radius: float

    def holds(self, points: Iterable[Point]) -> bool:
        """Say whether no point lies outside."""
        return all(math.hypot(x - self.x, y - self.y) <= self.radius * _SLACK for x, y in points)


def hull_of(points: Iterable[Point]) -> tuple[Point, ...]:
    """Return the convex outline around points, clockwise on the screen (Andrew's monotone chain)."""
    ordered = sorted(set(points))
    return (*_chain(ordered), *_chain(ordered[::-1]))


def circle_around(hull: Sequence[Point]) -> Circle:
    """Return the smallest circle around the points of a hull.

    It grows step by step: the point farthest outside joins the two or three that hold the circle so far.
    """
    held: list[Point] = [hull[0]]
    circle = Circle(*hull[0], 0)
    for _ in hull:
        farthest = max(hull, key=lambda point: math.hypot(point[0] - circle.x, point[1] - circle.y))
        if circle.holds([farthest]):
            break
        held.append(farthest)
        circle = min(
            (each for each in _through(held) if each.holds(held)), key=lambda each: each.radius, default=circle
        )
        held = [
            point for point in held if math.hypot(point[0] - circle.x, point[1] - circle.y) * _SLACK >= circle.radius
        ]
    return circle


def _through(points: Sequence[Point]) -> Iterable[Circle]:
    """Yield the circles on two points as a diameter, and those through three."""
    for (x1, y1), (x2, y2) in combinations(points, 2):
        yield Circle((x1 + x2) / 2, (y1 + y2) / 2, math.hypot(x2 - x1, y2 - y1) / 2)
    for (x1, y1), (x2, y2), (x3, y3) in combinations(points, 3):
        dx2, dy2, dx3, dy3 = x2 - x1, y2 - y1, x3 - x1, y3 - y1
        cross = 2 * (dx2 * dy3 - dy2 * dx3)
        if cross:
            square2, square3 = dx2 * dx2 + dy2 * dy2, dx3 * dx3 + dy3 * dy3
            x, y = (dy3 * square2 - dy2 * square3) / cross, (dx2 * square3 - dx3 * square2) / cross
            yield Circle(x1 + x, y1 + y, math.hypot(x, y))


def _chain(ordered: list[Point]) -> list[Point]:
    """Return one half of the outline, without its last point, which begins the other half."""
    kept: list[Point] = []
    for x, y in ordered:
        while len(kept) > 1:
            (x1, y1), (x2, y2) = kept[-2:]
            if (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) > 0:
                break
            kept.pop()
        kept.append((x, y))
    return kept[:-1]
