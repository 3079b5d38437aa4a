"""Paths in the operators of PDF, which PostScript can abbreviate alike."""

import math
from functools import cache, lru_cache
from itertools import pairwise
from typing import assert_never

from repoint.rendering.decimals import short
from repoint.rendering.scene import Arc, Contour, Curve, Fill, Line, Stamp

Offset = tuple[float, float]


def operators(fill: Fill) -> list[str]:
    """Return the contours of a fill as lines of `m`, `l`, `c` and `h` operators."""
    lines = [_contour(contour) for contour in fill.path]
    for stamp in fill.stamps:
        lines += _stamped(stamp)
    return lines


def _contour(contour: Contour) -> str:
    words = [f"{short(contour.x)} {short(contour.y)} m"]
    x, y = contour.x, contour.y
    for step in contour.steps:
        match step:
            case Line():
                words.append(f"{short(step.x)} {short(step.y)} l")
            case Arc():
                for (x1, y1), (x2, y2), (x3, y3) in curves(
                    step.x - x, step.y - y, step.radius, clockwise=step.clockwise, large=step.large
                ):
                    points = (x + x1, y + y1, x + x2, y + y2, x + x3, y + y3)
                    words.append(" ".join(map(short, points)) + " c")
            case Curve():
                words.append(" ".join(map(short, step)) + " c")
            case _:
                assert_never(step)
        x, y = step.x, step.y
    words.append("h")
    return " ".join(words)


def _stamped(stamp: Stamp) -> list[str]:
    """Write the numbers of a contour once for each column and row that it stands in, and put them together."""
    words = _contour(stamp.contour).split(" ")
    numbers = [float(word) for word in words if not word.isalpha()]
    template = " ".join(word if word.isalpha() else "%s" for word in words)

    @cache
    def moved(first: int, by: float) -> list[str]:
        return [short(number + by) for number in numbers[first::2]]

    lines = []
    mixed = [""] * len(numbers)
    for x, y in stamp.places:
        mixed[::2], mixed[1::2] = moved(0, x), moved(1, y)
        lines.append(template % tuple(mixed))
    return lines


@lru_cache(maxsize=4_096)
def curves(
    dx: float, dy: float, radius: float, *, clockwise: bool, large: bool
) -> tuple[tuple[Offset, Offset, Offset], ...]:
    """Return Bezier curves, as offsets from the start, for an arc that ends at (dx, dy).

    Each covers at most a quarter turn, where the curve is within 0.03 % of the radius of the true arc.
    """
    chord = math.hypot(dx, dy)
    turn = 1 if clockwise else -1
    # The centre of the shorter way lies to the right of a clockwise arc, at a right angle to its chord (y grows
    # downwards); that of the longer way on the other side.
    height = math.sqrt(max(radius**2 - chord**2 / 4, 0)) * (-turn if large else turn) / chord
    centre_x, centre_y = dx / 2 - dy * height, dy / 2 + dx * height
    begin = math.atan2(-centre_y, -centre_x)
    shorter = 2 * math.asin(min(chord / (2 * radius), 1))
    sweep = (2 * math.pi - shorter if large else shorter) * turn
    pieces = math.ceil(abs(sweep) / (math.pi / 2) - 1e-9)
    reach = 4 / 3 * math.tan(sweep / pieces / 4)

    def point(angle: float, tangent: float) -> Offset:
        cos, sin = math.cos(angle), math.sin(angle)
        return centre_x + radius * (cos - tangent * sin), centre_y + radius * (sin + tangent * cos)

    angles = [begin + sweep * piece / pieces for piece in range(pieces + 1)]
    return tuple((point(first, reach), point(last, -reach), point(last, 0)) for first, last in pairwise(angles))
