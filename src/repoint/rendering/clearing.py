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
    spans: dict[int, tuple[float, float]] = {}
    for begin, end in pairwise([*outline, outline[0]]):
        for row, x in _in_rows(begin, end):
            left, right = spans.get(row, (x, x))
            spans[row] = min(left, x), max(right, x)
    # Rounded, so that what is even on both sides stays so.
    return frozenset(
        (column, row)
        for row, (left, right) in spans.items()
        for column in range(
            math.floor(round(left + OVERLAP_MAX, 6)),
            math.ceil(round(right - OVERLAP_MAX, 6)),
        )
    )


def _in_rows(begin: Point, end: Point) -> Iterator[tuple[int, float]]:
    """Yield the rows of an edge, and where it begins in them or meets the levels that a sliver ends at."""
    (x1, y1), (x2, y2) = begin, end
    for row in range(math.floor(min(y1, y2)), math.floor(max(y1, y2)) + 1):
        top, bottom = row + OVERLAP_MAX, row + 1 - OVERLAP_MAX
        if top <= y1 <= bottom:
            yield row, x1
        for level in (top, bottom):
            if (y1 < level) != (y2 < level):
                yield row, x1 + (level - y1) / (y2 - y1) * (x2 - x1)


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
