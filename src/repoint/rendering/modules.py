"""The dark modules outside the corners, as one path."""

from collections.abc import Iterable
from itertools import product
from typing import assert_never

from repoint.rendering import shapes
from repoint.rendering.design import ModuleShape
from repoint.rendering.scene import Path
from repoint.rendering.symbol import ALIGNMENT_MODULES, FINDER_MODULES, Symbol
from repoint.rendering.trace import Corner, Module, outlines

DOT_RADIUS = 0.5
ROUNDED_RADIUS = 0.5

# Alignment patterns are what a reader straightens a symbol by, so they stay solid in every shape: connected modules
# with corners just soft enough to sit beside round ones.
ALIGNMENT_RADIUS = 0.25


def module_path(symbol: Symbol, shape: ModuleShape, *, quiet_zone: int) -> Path:
    """Return every dark module that belongs to no finder pattern, in one shape and moved by the quiet zone."""
    modules = symbol.dark() - _blocks(symbol.finders(), FINDER_MODULES)
    reach = ALIGNMENT_MODULES // 2
    alignments = modules & _blocks(((x - reach, y - reach) for x, y in symbol.alignments()), ALIGNMENT_MODULES)
    modules, alignments = _moved(modules, quiet_zone), _moved(alignments, quiet_zone)

    def radius_at(corner: Corner) -> float:
        return ALIGNMENT_RADIUS if corner.module() in alignments else ROUNDED_RADIUS

    match shape:
        case "square":
            return tuple(map(shapes.sharp, outlines(modules)))
        case "rounded":
            return tuple(shapes.rounded(outline, radius_at) for outline in outlines(modules))
        case "dots":
            by_row = sorted(modules - alignments, key=lambda module: (module[1], module[0]))
            dots = (shapes.circle(x + 0.5, y + 0.5, radius=DOT_RADIUS) for x, y in by_row)
            solid = (shapes.rounded(outline, radius_at) for outline in outlines(alignments))
            return (*dots, *solid)
        case _:
            assert_never(shape)


def _blocks(upper_left: Iterable[Module], side: int) -> set[Module]:
    return {(x + dx, y + dy) for x, y in upper_left for dx, dy in product(range(side), repeat=2)}


def _moved(modules: set[Module], by: int) -> set[Module]:
    return {(x + by, y + by) for x, y in modules}
