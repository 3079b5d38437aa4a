"""A picture as filled paths in module units.

The origin is the upper left corner of the quiet zone, x grows to the right and y downwards. Contours are closed, and a
path is filled by the nonzero rule: outer edges run clockwise, holes run the other way round.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Line(NamedTuple):
    """A straight line to (x, y)."""

    x: float
    y: float


class Arc(NamedTuple):
    """An arc of a circle to (x, y), of at most half a turn."""

    x: float
    y: float
    radius: float
    clockwise: bool


Step = Line | Arc


class Contour(NamedTuple):
    """A closed line: it starts at (x, y), follows the steps, and goes straight back to its start."""

    x: float
    y: float
    steps: tuple[Step, ...]


Path = tuple[Contour, ...]


@dataclass(frozen=True, slots=True)
class Solid:
    """One colour, `#RRGGBB`."""

    color: str


# The union of all paints.
Paint = Solid


@dataclass(frozen=True, slots=True)
class Fill:
    """One path in one paint."""

    paint: Paint
    path: Path


@dataclass(frozen=True, slots=True)
class Scene:
    """A square picture: an optional background over its whole area, then the fills in drawing order."""

    side_modules: int
    background: Paint | None
    fills: tuple[Fill, ...]
