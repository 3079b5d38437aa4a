"""Contours that frames are made of."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from repoint.rendering.scene import Arc, Contour, Line, Step


class Corner(NamedTuple):
    """A corner of a polygon and the radius it is rounded by."""

    x: float
    y: float
    radius: float = 0


def polygon(corners: Sequence[Corner]) -> Contour:
    """Return a closed contour through the corners, clockwise when they are, each rounded."""
    around = [corners[-1], *corners, corners[0]]
    steps: list[Step] = []
    for (before, corner), (_, after) in pairwise(pairwise(around)):
        begin, end = _ends(before, corner, after)
        steps.append(Line(*begin))
        if corner.radius:
            turn = (corner.x - before.x) * (after.y - corner.y) - (corner.y - before.y) * (after.x - corner.x)
            steps.append(Arc(*end, corner.radius, clockwise=turn > 0))
    first, *others = steps
    return Contour(first.x, first.y, tuple(others))


def box(x: float, y: float, width: float, height: float, *, radius: float = 0) -> Contour:
    """Return a clockwise rectangle with round corners."""
    right, bottom = x + width, y + height
    corners = ((x, y), (right, y), (right, bottom), (x, bottom))
    return polygon([Corner(*corner, radius) for corner in corners])


def pill(x: float, y: float, width: float, height: float) -> Contour:
    """Return a clockwise rectangle whose ends are half circles."""
    return box(x, y, width, height, radius=min(width, height) / 2)


def _ends(before: Corner, corner: Corner, after: Corner) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where the rounding of a corner begins and ends on its two sides."""
    x, y, radius = corner
    if not radius:
        return (x, y), (x, y)
    to_before = math.atan2(before.y - y, before.x - x)
    to_after = math.atan2(after.y - y, after.x - x)
    length = radius / abs(math.tan((to_after - to_before) / 2))
    return (
        (x + length * math.cos(to_before), y + length * math.sin(to_before)),
        (x + length * math.cos(to_after), y + length * math.sin(to_after)),
    )
