"""Contours that pictures are made of."""

from collections.abc import Callable

from repoint.rendering.scene import Arc, Contour, Line, Step
from repoint.rendering.trace import STEPS, Corner, Outline


def circle(x: float, y: float, *, radius: float) -> Contour:
    """Return a clockwise circle around (x, y)."""
    left, right = x - radius, x + radius
    return Contour(left, y, (Arc(right, y, radius, clockwise=True), Arc(left, y, radius, clockwise=True)))


def square(x: float, y: float, *, side: float, radius: float) -> Contour:
    """Return a clockwise square with its upper left corner at (x, y) and round corners."""
    right, bottom = x + side, y + side
    if not radius:
        return Contour(x, y, (Line(right, y), Line(right, bottom), Line(x, bottom)))
    return Contour(
        x + radius,
        y,
        (
            Line(right - radius, y),
            Arc(right, y + radius, radius, clockwise=True),
            Line(right, bottom - radius),
            Arc(right - radius, bottom, radius, clockwise=True),
            Line(x + radius, bottom),
            Arc(x, bottom - radius, radius, clockwise=True),
            Line(x, y + radius),
            Arc(x + radius, y, radius, clockwise=True),
        ),
    )


def hole(contour: Contour) -> Contour:
    """Return the same contour the other way round, which cuts it out of what lies around it."""
    points = [(contour.x, contour.y), *((step.x, step.y) for step in contour.steps)]
    back: list[Step] = []
    for step, (x, y) in zip(reversed(contour.steps), reversed(points[:-1]), strict=True):
        match step:
            case Line():
                back.append(Line(x, y))
            case Arc():
                back.append(Arc(x, y, step.radius, not step.clockwise))
    return Contour(*points[-1], tuple(back))


def sharp(outline: Outline) -> Contour:
    """Return an outline as it is."""
    first, *others = outline
    return Contour(first.x, first.y, tuple(Line(corner.x, corner.y) for corner in others))


def rounded(outline: Outline, radius_at: Callable[[Corner], float]) -> Contour:
    """Return an outline with its convex corners rounded, each by half a module at most, and its concave ones kept."""
    points = [_softened(corner, radius_at(corner)) for corner in outline]
    x, y = points[-1][-1]
    start = x, y
    steps: list[Step] = []
    for before, radius, after in points:
        if before != (x, y):
            steps.append(Line(*before))
        if radius:
            steps.append(Arc(*after, radius, clockwise=True))
        x, y = after
    return Contour(*start, tuple(steps))


def _softened(corner: Corner, radius: float) -> tuple[tuple[float, float], float, tuple[float, float]]:
    """Return where the arc of a corner begins, its radius, and where it ends; a concave corner has none."""
    x, y, heading, convex = corner
    if not convex:
        return (x, y), 0, (x, y)
    dx, dy = STEPS[heading]
    out_dx, out_dy = STEPS[(heading + 1) % 4]
    return (x - dx * radius, y - dy * radius), radius, (x + out_dx * radius, y + out_dy * radius)
