"""SVG path data as contours (SVG 2 section 9.3)."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from repoint.rendering.affine import Affine
from repoint.rendering.artwork import BadLogo
from repoint.rendering.scene import Curve, Line

SEGMENTS_MAX = 50_000  # of a whole document
COORDINATE_MAX = 1e7

_TOKEN = re.compile(r"([MmLlHhVvCcSsQqTtAaZz])|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([\s,]+)")
_FLAG = re.compile(r"[\s,]*([01])")
_NUMBER = re.compile(r"[\s,]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
_COMMAND = re.compile(r"[\s,]*([MmLlHhVvCcSsQqTtAaZz])")

# The arguments of each command: n for a number, f for a flag, which may stand without a space after it.
_ARGUMENTS = {"M": "nn", "L": "nn", "H": "n", "V": "n", "C": "nnnnnn", "S": "nnnn", "Q": "nnnn", "T": "nn", "A": "nnnffnn"}

Point = tuple[float, float]


class Subpath(NamedTuple):
    """A line from a start over straight and curved steps; `closed` when it was drawn back to its start."""

    x: float
    y: float
    steps: tuple[Line | Curve, ...]
    closed: bool


@dataclass(slots=True)
class Budget:
    """How many path segments a document may still hold."""

    segments: int = SEGMENTS_MAX

    def spend(self, segments: int) -> None:
        """Take some away; BadLogo when there are not so many left."""
        self.segments -= segments
        if self.segments < 0:
            raise BadLogo(f"holds more than {SEGMENTS_MAX:,} path segments; simplify its paths")


def parse(data: str, budget: Budget) -> tuple[Subpath, ...]:
    """Return the subpaths of a `d` attribute; BadLogo when it cannot be read or exceeds the budget."""
    pen = _Pen(budget)
    for command, arguments in _commands(data):
        pen.draw(command, arguments)
    return pen.finished()
