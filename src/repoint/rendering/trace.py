"""Connected modules to outlines, so that no seam runs between them."""

from collections.abc import Iterable
from typing import NamedTuple

# Headings in clockwise order: right, down, left, up; and the unit step of each, y downwards.
RIGHT, DOWN, LEFT, UP = range(4)
STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))

# Where the edge that a heading walks along a module ends, seen from the upper left corner of that module.
_ENDS = ((1, 0), (1, 1), (0, 1), (0, 0))

# Wider than any symbol with its quiet zones, so that no row runs into the next one.
_ROW = 1_024
_AHEAD = (1, _ROW, -1, -_ROW)

Module = tuple[int, int]


class Corner(NamedTuple):
    """A point where an outline turns by a quarter: to the right when convex, to the left when not."""

    x: int
    y: int
    heading: int  # how the outline arrives
    convex: bool

    def module(self) -> Module:
        """Return the module (x, y) that the outline arrives along."""
        end_x, end_y = _ENDS[self.heading]
        return self.x - end_x, self.y - end_y


Outline = tuple[Corner, ...]


def outlines(modules: Iterable[Module]) -> list[Outline]:
    """Return the closed outlines of all groups of connected modules, and of the holes in them.

    Outer edges run clockwise and holes the other way round: the modules are always on the right. Modules that only
    touch at a corner are apart, so that each can be rounded there.
    """
    # One integer for each module makes a step to a neighbour an addition.
    cells = {y * _ROW + x for x, y in modules}
    # Every outline runs to the right at least once: over a module with none above it.
    starts = sorted(at for at in cells if at - _ROW not in cells)
    walked: set[int] = set()
    return [_follow(cells, start, walked) for start in starts if start not in walked]


def _follow(cells: set[int], start: int, walked: set[int]) -> Outline:
    """Walk one outline from the upper edge of module `start` and note every upper edge on the way in `walked`."""
    corners = []
    at, heading = start, RIGHT  # `at` is the module on the right of the edge
    while heading != RIGHT or at not in walked:
        if heading == RIGHT:
            walked.add(at)
        front = at + _AHEAD[heading]
        across = front + _AHEAD[heading - 1]
        if front not in cells:
            corners.append(_corner(at, heading, convex=True))
            heading = (heading + 1) % 4
        elif across in cells:
            corners.append(_corner(at, heading, convex=False))
            at, heading = across, (heading - 1) % 4
        else:
            at = front
    return tuple(corners)


def _corner(at: int, heading: int, *, convex: bool) -> Corner:
    y, x = divmod(at, _ROW)
    end_x, end_y = _ENDS[heading]
    return Corner(x + end_x, y + end_y, heading, convex)
