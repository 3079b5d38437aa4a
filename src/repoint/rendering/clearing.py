"""Which whole modules give way to a logo."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from repoint.rendering.subpaths import Point
from repoint.rendering.trace import Module

# A logo may reach this far into a module that stays dark: less than a printer's edge is sharp.
OVERLAP_MAX = 0.15


def touched(outline: Sequence[Point]) -> frozenset[Module]:
    """Return the modules that a convex outline, in modules and clockwise, covers more than a sliver of."""
    tops = [y for _, y in outline]
    rows = range(math.floor(min(tops)), math.ceil(max(tops)))
    return frozenset(module for row in rows for module in _row(outline, row))


def _row(outline: Sequence[Point], row: int) -> Iterator[Module]:
    xs = list(_within(outline, row + OVERLAP_MAX, row + 1 - OVERLAP_MAX))
    if xs:
        # Rounded, so that what is even on both sides stays so.
        left = math.floor(round(min(xs) + OVERLAP_MAX, 6))
        right = math.ceil(round(max(xs) - OVERLAP_MAX, 6))
        for column in range(left, right):
            yield column, row


def _within(outline: Sequence[Point], top: float, bottom: float) -> Iterator[float]:
    """Yield the x of all corners that an outline has between two levels, cut off at them."""
    for (x1, y1), (x2, y2) in pairwise([*outline, outline[0]]):
        if top <= y1 <= bottom:
            yield x1
        for level in (top, bottom):
            if (y1 < level) != (y2 < level):
                yield x1 + (level - y1) / (y2 - y1) * (x2 - x1)


def grown(outline: Sequence[Point], by: float) -> list[Point]:
    """Return a convex outline, clockwise, moved outwards by about `by` all around."""
    if not by:
        return list(outline)
    points = []
    normals = [_normal(begin, end) for begin, end in pairwise([*outline, outline[0]])]
    for (x, y), before, after in zip(outline, [normals[-1], *normals[:-1]], normals, strict=True):
        middle = _unit(before[0] + after[0], before[1] + after[1]) or after
        points += [(x + dx * by, y + dy * by) for dx, dy in (before, middle, after)]
    return points


def _normal(begin: Point, end: Point) -> Point:
    """Return the direction that points out of a clockwise outline, at a right angle to one of its edges."""
    return _unit(end[1] - begin[1], begin[0] - end[0]) or (0.0, -1.0)


def _unit(x: float, y: float) -> Point | None:
    length = math.hypot(x, y)
    return (x / length, y / length) if length else None
