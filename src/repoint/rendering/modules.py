"""The dark modules outside the corners, in one shape."""

from collections.abc import Iterable, Mapping
from itertools import product
from typing import NamedTuple

from repoint.rendering import shapes, stamps
from repoint.rendering.design import Modules, ModuleShape
from repoint.rendering.scene import Contour, Path, Stamp
from repoint.rendering.symbol import ALIGNMENT_MODULES, FINDER_MODULES, Symbol
from repoint.rendering.trace import DOWN, UP, Corner, Module, Outline, outlines

# Alignment patterns are what a reader straightens a symbol by, so they stay solid in every shape: connected modules
# with corners just soft enough to sit beside round ones.
ALIGNMENT_RADIUS = 0.3

# With two opposite corners rounded by more, a module alone becomes a leaf too thin to be read.
ALONE_RADIUS_MAX = 0.65


class Shapes(NamedTuple):
    """What is drawn: contours, and contours in many places."""

    path: Path
    stamps: tuple[Stamp, ...] = ()


class _Softness(NamedTuple):
    """Radii at the corners of connected modules: the two halves of the convex ones apart, and the concave ones."""

    falling: float  # upper left and lower right
    rising: float  # upper right and lower left
    concave: float


CONNECTED: Mapping[ModuleShape, _Softness] = {
    "square": _Softness(0, 0, 0),
    "rounded": _Softness(0.5, 0.5, 0),
    "extra-rounded": _Softness(1, 1, 0),
    "fluid": _Softness(0.5, 0.5, 0.5),
    "soft": _Softness(0.3, 0.3, 0.3),
    "classy": _Softness(0.5, 0, 0),
    "classy-rounded": _Softness(1, 0, 0),
}
SQUARE, ROUNDED = CONNECTED["square"], CONNECTED["rounded"]


def module_shapes(symbol: Symbol, look: Modules, *, x: float, y: float, cleared: frozenset[Module]) -> Shapes:
    """Return every dark module that is in no finder pattern and not cleared; the symbol's upper left is (x, y)."""
    dark = symbol.dark() - _blocks(symbol.finders(), FINDER_MODULES) - cleared
    reach = ALIGNMENT_MODULES // 2
    alignments = [(column - reach, row - reach) for column, row in symbol.alignments()]
    if look.shape in CONNECTED:
        return Shapes(_connected(dark, CONNECTED[look.shape], alignments, x, y))

    solid = dark & _blocks(alignments, ALIGNMENT_MODULES)
    path = _connected(solid, ROUNDED, alignments, x, y)
    match look.shape:
        case "vertical-bars" | "horizontal-bars":
            return Shapes(path, _bars(dark - solid, look.shape, look.scale, x, y))
        case _:
            return Shapes(path, (_stamped(dark - solid, stamps.STAMPS[look.shape](look.scale), x, y),))


def _connected(dark: set[Module], softness: _Softness, alignments: list[Module], x: float, y: float) -> Path:
    """Trace connected modules into outlines and soften their corners, those of alignment patterns but a little."""
    if softness is SQUARE:
        return tuple(shapes.sharp(outline, x=x, y=y) for outline in outlines(dark))
    solid = _blocks(alignments, ALIGNMENT_MODULES + 1)  # the points of their grid

    def radius_at(corner: Corner) -> float:
        if (corner.x, corner.y) in solid:
            return ALIGNMENT_RADIUS if corner.convex else 0
        if not corner.convex:
            return softness.concave
        return softness.falling if corner.heading in (DOWN, UP) else softness.rising

    def alone_radius_at(corner: Corner) -> float:
        return min(radius_at(corner), ALONE_RADIUS_MAX)

    return tuple(
        shapes.rounded(outline, alone_radius_at if _is_alone(outline) else radius_at, x=x, y=y)
        for outline in outlines(dark)
    )


def _is_alone(outline: Outline) -> bool:
    return len(outline) == 4 and abs(outline[0].x - outline[2].x) == abs(outline[0].y - outline[2].y) == 1


def _stamped(modules: Iterable[Module], contour: Contour, x: float, y: float) -> Stamp:
    by_row = sorted((row, column) for column, row in modules)
    return Stamp(contour, tuple((column + x, row + y) for row, column in by_row))


def _bars(modules: set[Module], shape: ModuleShape, scale: float, x: float, y: float) -> tuple[Stamp, ...]:
    """Return one bar for each run of modules, those of the same length together."""
    upright = shape == "vertical-bars"
    along_x, along_y = (0, 1) if upright else (1, 0)
    by_length: dict[int, list[Module]] = {}
    for column, row in modules:
        if (column - along_x, row - along_y) in modules:
            continue
        length = 1
        while (column + length * along_x, row + length * along_y) in modules:
            length += 1
        by_length.setdefault(length, []).append((column, row))
    return tuple(
        _stamped(begins, stamps.bar(length, scale, upright=upright), x, y)
        for length, begins in sorted(by_length.items())
    )


def _blocks(upper_left: Iterable[Module], side: int) -> set[Module]:
    return {(x + dx, y + dy) for x, y in upper_left for dx, dy in product(range(side), repeat=2)}
