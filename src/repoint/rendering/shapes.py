"""Contours that pictures are made of."""

import math
from collections.abc import Callable
from typing import NamedTuple, assert_never

from repoint.rendering.scene import Arc, Contour, Curve, Line, Step
from repoint.rendering.trace import STEPS, Corner, Outline

# A circle is one arc, closed by a line of this length: short enough to leave no flat side (a 240th of a module at
# most), and long enough that no program rounds the arc away.
CIRCLE_GAP = 0.1

SHORTEST_EDGE = 1  # of an outline, in modules


class Radii(NamedTuple):
    """How far the four corners of a square are taken off, clockwise."""

    top_left: float
    top_right: float
    bottom_right: float
    bottom_left: float


def circle(x: float, y: float, *, radius: float) -> Contour:
    """Return a clockwise circle around (x, y)."""
    left = x - math.sqrt(radius**2 - CIRCLE_GAP**2 / 4)
    begin, end = y - CIRCLE_GAP / 2, y + CIRCLE_GAP / 2
    return Contour(left, begin, (Arc(left, end, radius, clockwise=True, large=True),))


def square(x: float, y: float, *, side: float, radii: Radii) -> Contour:
    """Return a clockwise square with its upper left corner at (x, y) and round corners."""
    return _square(x, y, side, radii, lambda to_x, to_y, radius: Arc(to_x, to_y, radius, clockwise=True))


def cut_square(x: float, y: float, *, side: float, legs: Radii) -> Contour:
    """Return a clockwise square with its upper left corner at (x, y) and its corners cut off straight."""
    return _square(x, y, side, legs, lambda to_x, to_y, _: Line(to_x, to_y))


def hole(contour: Contour) -> Contour:
    """Return the same contour the other way round, which cuts it out of what lies around it."""
    points = [(contour.x, contour.y), *((step.x, step.y) for step in contour.steps)]
    back: list[Step] = []
    for step, (x, y) in zip(reversed(contour.steps), reversed(points[:-1]), strict=True):
        match step:
            case Line():
                back.append(Line(x, y))
            case Arc():
                back.append(Arc(x, y, step.radius, not step.clockwise, step.large))
            case Curve():
                back.append(Curve(step.x2, step.y2, step.x1, step.y1, x, y))
            case _:
                assert_never(step)
    return Contour(*points[-1], tuple(back))


def sharp(outline: Outline, *, x: float, y: float) -> Contour:
    """Return an outline as it is, moved by (x, y)."""
    first, *others = outline
    return Contour(first.x + x, first.y + y, tuple(Line(corner.x + x, corner.y + y) for corner in others))


def rounded(outline: Outline, radius_at: Callable[[Corner], float], *, x: float, y: float) -> Contour:
    """Return an outline moved by (x, y) with round corners; concave ones are filled out.

    A radius gives way where two corners share an edge that is too short for both: to half of the edge at least.
    """
    radii = _fitted(outline, [radius_at(corner) for corner in outline])
    last = outline[-1], radii[-1]
    at = start = _ends(*last, x, y)[1]
    steps: list[Step] = []
    for corner, radius in zip(outline, radii, strict=True):
        before, after = _ends(corner, radius, x, y)
        if before != at:
            steps.append(Line(*before))
        if radius:
            steps.append(Arc(*after, radius, clockwise=corner.convex))
        at = after
    return Contour(*start, tuple(steps))


def _square(x: float, y: float, side: float, off: Radii, corner: Callable[[float, float, float], Step]) -> Contour:
    right, bottom = x + side, y + side
    steps: list[Step] = []
    at = start = x + off.top_left, y
    for before, after, taken in (
        ((right - off.top_right, y), (right, y + off.top_right), off.top_right),
        ((right, bottom - off.bottom_right), (right - off.bottom_right, bottom), off.bottom_right),
        ((x + off.bottom_left, bottom), (x, bottom - off.bottom_left), off.bottom_left),
        ((x, y + off.top_left), start, off.top_left),
    ):
        if before not in (at, start):
            steps.append(Line(*before))
        if taken:
            steps.append(corner(*after, taken))
        at = after
    return Contour(*start, tuple(steps))


def _fitted(outline: Outline, wanted: list[float]) -> list[float]:
    """Return the radii that fit on the edges between the corners."""
    if max(wanted) <= SHORTEST_EDGE / 2:
        return wanted
    fitted = list(wanted)
    for at, corner in enumerate(outline):
        before = outline[at - 1]
        length = abs(corner.x - before.x) + abs(corner.y - before.y)
        if wanted[at - 1] + wanted[at] > length:
            # The corner that asks for less has it; the other takes what is left.
            less = min(wanted[at - 1], wanted[at], length / 2)
            for index in (at - 1, at):
                fitted[index] = min(fitted[index], length - less if wanted[index] > less else less)
    return fitted


def _ends(corner: Corner, radius: float, x: float, y: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where the arc of a corner begins and where it ends."""
    dx, dy = STEPS[corner.heading]
    out_dx, out_dy = STEPS[(corner.heading + (1 if corner.convex else -1)) % 4]
    corner_x, corner_y = corner.x + x, corner.y + y
    return (
        (corner_x - dx * radius, corner_y - dy * radius),
        (corner_x + out_dx * radius, corner_y + out_dy * radius),
    )
