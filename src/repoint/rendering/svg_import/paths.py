"""SVG path data as lines and curves (SVG 2 section 9.3)."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from repoint.rendering.errors import BadLogo
from repoint.rendering.scene import Curve, Line
from repoint.rendering.subpaths import Point, Subpath

SEGMENTS_MAX = 20_000  # of a whole document, flattened strokes included
COORDINATE_MAX = 1e7

_COMMAND = re.compile(r"[\s,]*([MmLlHhVvCcSsQqTtAaZz])")
_NUMBER = re.compile(r"[\s,]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
_FLAG = re.compile(r"[\s,]*([01])")
_END = re.compile(r"[\s,]*$")

# The arguments of each command: n for a number, f for a flag, which needs no space after it.
_ARGUMENTS = {"M": "nn", "L": "nn", "H": "n", "V": "n", "C": "nnnnnn", "S": "nnnn", "Q": "nnnn", "T": "nn", "Z": ""}
_ARGUMENTS["A"] = "nnnffnn"


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
    pen = _Pen()
    for command, arguments in _commands(data):
        budget.spend(1)
        pen.draw(command, arguments)
    return pen.finished()


def points(text: str, budget: Budget, *, closed: bool) -> tuple[Subpath, ...]:
    """Return the one subpath of a `points` attribute, as of a polygon."""
    numbers: list[float] = []
    at = 0
    while not _END.match(text, at):
        budget.spend(1)
        number, at = _value(_NUMBER, text, at)
        numbers.append(number)
    places = list(zip(numbers[::2], numbers[1::2], strict=False))  # an odd number at the end counts for nothing
    if len(places) < 2:
        return ()
    return (Subpath(*places[0], tuple(Line(x, y) for x, y in places[1:]), closed),)


def _commands(data: str) -> Iterator[tuple[str, list[float]]]:
    """Yield each command with its arguments; arguments that go on without a letter repeat the command."""
    at, letter = 0, ""
    while not _END.match(data, at):
        found = _COMMAND.match(data, at)
        if found:
            letter, at = found[1], found.end()
        elif letter in "Zz":  # also when there was no letter yet
            raise _unreadable(data, at)
        if not letter or (not found and not _ARGUMENTS[letter.upper()]):
            raise _unreadable(data, at)
        arguments: list[float] = []
        for kind in _ARGUMENTS[letter.upper()]:
            argument, at = _value(_FLAG if kind == "f" else _NUMBER, data, at)
            arguments.append(argument)
        yield letter, arguments
        letter = {"M": "L", "m": "l"}.get(letter, letter)  # what follows a moveto is lineto


def _value(kind: re.Pattern[str], text: str, at: int) -> tuple[float, int]:
    found = kind.match(text, at)
    if not found:
        raise _unreadable(text, at)
    value = float(found[1])
    if abs(value) > COORDINATE_MAX:
        raise BadLogo(f"holds the coordinate {found[1][:20]}; at most {COORDINATE_MAX:,.0f} are allowed")
    return value, found.end()


def _unreadable(text: str, at: int) -> BadLogo:
    return BadLogo(f"holds path data that cannot be read at {text[at : at + 20]!r}")


class _Pen:
    """Follows commands and collects subpaths."""

    def __init__(self) -> None:
        self._done: list[Subpath] = []
        self._steps: list[Line | Curve] = []
        self._start: Point | None = None
        self._at: Point = (0, 0)
        self._control: Point = (0, 0)  # the last control point, for the smooth commands
        self._before = ""

    def finished(self) -> tuple[Subpath, ...]:
        self._lift(closed=False)
        return tuple(self._done)

    def draw(self, letter: str, arguments: list[float]) -> None:
        """Follow one command, in lower case relative to the current point."""
        x, y = self._at
        command = letter.upper()
        if self._start is None and command != "M":
            raise BadLogo(f"holds path data that starts with {letter!r}; a path starts with M")
        dx, dy = (x, y) if letter.islower() else (0, 0)
        match command, arguments:
            case "M", [to_x, to_y]:
                self._lift(closed=False)
                self._start = self._at = to_x + dx, to_y + dy
            case "Z", []:
                self._lift(closed=True)
            case "L", [to_x, to_y]:
                self._line(to_x + dx, to_y + dy)
            case "H", [to_x]:
                self._line(to_x + dx, y)
            case "V", [to_y]:
                self._line(x, to_y + dy)
            case "A", [rx, ry, turn, large, sweep, to_x, to_y]:
                end = to_x + dx, to_y + dy
                self._steps += arc(self._at, end, (rx, ry), turn, large=bool(large), sweep=bool(sweep))
                self._at = end
            case _:
                self._curved(
                    command, [(px + dx, py + dy) for px, py in zip(arguments[::2], arguments[1::2], strict=True)]
                )
        self._before = command

    def _curved(self, command: str, given: list[Point]) -> None:
        match command, given:
            case "C", [first, second, end]:
                self._curve(first, second, end)
            case "S", [second, end]:
                self._curve(self._mirrored("CS"), second, end)
            case "Q", [control, end]:
                self._quadratic(control, end)
            case "T", [end]:
                self._quadratic(self._mirrored("QT"), end)

    def _lift(self, *, closed: bool) -> None:
        """End the current subpath; the next one starts where this one did, unless it says otherwise."""
        if self._start is None:
            return
        if closed and self._before == "M":
            self._steps.append(Line(*self._start))  # no line, but one whose ends a stroke may show
        if self._steps:
            self._done.append(Subpath(*self._start, tuple(self._steps), closed))
            self._steps = []
        self._at = self._start

    def _line(self, x: float, y: float) -> None:
        self._steps.append(Line(x, y))
        self._at = x, y

    def _curve(self, first: Point, second: Point, end: Point) -> None:
        self._steps.append(Curve(*first, *second, *end))
        self._at, self._control = end, second

    def _quadratic(self, control: Point, end: Point) -> None:
        x, y = self._at
        first = x + (control[0] - x) * 2 / 3, y + (control[1] - y) * 2 / 3
        second = end[0] + (control[0] - end[0]) * 2 / 3, end[1] + (control[1] - end[1]) * 2 / 3
        self._curve(first, second, end)
        self._control = control

    def _mirrored(self, commands: str) -> Point:
        """Return the last control point seen from the other side, or the current point when there was none."""
        if self._before not in commands or not self._before:
            return self._at
        return 2 * self._at[0] - self._control[0], 2 * self._at[1] - self._control[1]


def arc(
    begin: Point, end: Point, radii: Point, turn_degrees: float, *, large: bool, sweep: bool
) -> Iterator[Line | Curve]:
    """Yield curves for an arc of an ellipse, each at most a quarter of it (SVG 2 appendix B.2)."""
    if begin == end:
        return
    rx, ry = abs(radii[0]), abs(radii[1])
    if not rx or not ry:
        yield Line(*end)
        return
    cos, sin = math.cos(math.radians(turn_degrees)), math.sin(math.radians(turn_degrees))

    def to_circle(point: Point) -> complex:
        """Seen from the ellipse, which is then a circle of radius 1."""
        x, y = point
        return complex((x * cos + y * sin) / rx, (y * cos - x * sin) / ry)

    def from_circle(point: complex) -> Point:
        x, y = point.real * rx, point.imag * ry
        return x * cos - y * sin, x * sin + y * cos

    first, last = to_circle(begin), to_circle(end)
    half = abs(last - first) / 2
    # Radii that do not reach from one end to the other grow until they do.
    radius = max(half, 1.0)
    side = -1 if large == sweep else 1
    height = math.sqrt(max(radius * radius - half * half, 0)) * side
    centre = (first + last) / 2 + (last - first) / (2 * half) * complex(0, 1) * height
    begin_angle = math.atan2((first - centre).imag, (first - centre).real)
    end_angle = math.atan2((last - centre).imag, (last - centre).real)
    angle = (end_angle - begin_angle) % math.tau if sweep else -((begin_angle - end_angle) % math.tau)
    pieces = max(math.ceil(abs(angle) / (math.pi / 2) - 1e-9), 1)
    reach = 4 / 3 * math.tan(angle / pieces / 4)
    for piece in range(pieces):
        here = begin_angle + angle * piece / pieces
        there = begin_angle + angle * (piece + 1) / pieces
        at, to = complex(math.cos(here), math.sin(here)), complex(math.cos(there), math.sin(there))
        first_control = from_circle(centre + radius * at * complex(1, reach))
        second_control = from_circle(centre + radius * to * complex(1, -reach))
        yield Curve(
            *first_control, *second_control, *(end if piece == pieces - 1 else from_circle(centre + radius * to))
        )
