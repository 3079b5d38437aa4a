"""Dark and light of every module, measured in the finished raster."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean

from repoint.rendering.legibility.view import View
from repoint.rendering.symbol import FINDER_MODULES
from repoint.rendering.trace import Module

QUIET_MODULES = 4  # what the standard asks for (clause 6.3.8)

# Modules around one, on each side, whose mean tells dark from light: enough to hold both wherever data lies, and near
# enough to follow a gradient, as readers do.
NEIGHBOURS = 4

# Places in a finder pattern, in modules, where two of its dark modules meet in the middle of a side or of the eye.
# Every allowed shape is inked there; dots are not.
_SEAMS = (
    *((x, y) for x in (3, 4) for y in (0.5, 6.5)),
    *((x, y) for y in (3, 4) for x in (0.5, 6.5)),
    *((x, y) for x in (3, 4) for y in (3, 4)),
)
SEAMS_OPEN_MAX = 2  # more light ones than this are no ragged edge


LevelAt = Callable[[float, float], int]


@dataclass(frozen=True, slots=True)
class Polarity:
    """What the centres of the modules look like.

    `wrong` are modules that look dark for light or the other way round, `quiet_zone` is how many modules around the
    symbol are clear (up to 4), and `broken_finders` counts the finder patterns whose dark parts do not hold together.
    """

    inverted: bool
    wrong: frozenset[Module]
    quiet_zone: int
    broken_finders: int


def measured(view: View, *, cleared: frozenset[Module]) -> Polarity:
    """Return the polarity of all modules but those that a logo took the place of.

    Finder patterns hold no data, and round ones leave their outermost modules light: their seams are looked at instead.
    """
    from PIL import Image, ImageChops, ImageFilter

    size, module = view.symbol.size, view.module_px
    right, bottom = view.left_px + size * module, view.top_px + size * module
    box = (view.left_px, view.top_px, right, bottom)
    centres = view.image.resize((size, size), Image.Resampling.NEAREST, box=box)
    bits = b"".join(view.symbol.rows)
    levels = centres.tobytes()
    left_out = cleared.union(*(_block(finder) for finder in view.symbol.finders()))
    counted = [(y * size + x, (x, y)) for y in range(size) for x in range(size) if (x, y) not in left_out]
    dark = fmean(levels[at] for at, _ in counted if bits[at])
    light = fmean(levels[at] for at, _ in counted if not bits[at])
    inverted = dark > light
    if inverted:
        centres = ImageChops.invert(centres)
        levels = centres.tobytes()
    means = centres.filter(ImageFilter.BoxBlur(NEIGHBOURS)).tobytes()
    wrong = (module for at, module in counted if (levels[at] >= means[at] if bits[at] else levels[at] < means[at]))
    level_at = _level_at(view)
    return Polarity(
        inverted=inverted,
        wrong=frozenset(wrong),
        quiet_zone=_quiet_zone(level_at, size, threshold=(dark + light) / 2, inverted=inverted),
        broken_finders=sum(_is_broken(level_at, finder, inverted=inverted) for finder in view.symbol.finders()),
    )


def _block(finder: Module) -> set[Module]:
    return {(finder[0] + dx, finder[1] + dy) for dx in range(FINDER_MODULES) for dy in range(FINDER_MODULES)}


def _quiet_zone(level_at: LevelAt, far: int, *, threshold: float, inverted: bool) -> int:
    """Return how many rings of modules around the symbol are clear, from the innermost on."""
    for ring in range(1, QUIET_MODULES + 1):
        ends = (-ring, far + ring - 1)
        places = ((a, b) for at in range(-ring, far + ring) for end in ends for a, b in ((at, end), (end, at)))
        levels = (level_at(x + 0.5, y + 0.5) for x, y in places)
        if any((level > threshold) == inverted for level in levels):
            return ring - 1
    return QUIET_MODULES


def _is_broken(level_at: LevelAt, finder: Module, *, inverted: bool) -> bool:
    left, top = finder
    centre = left + FINDER_MODULES / 2, top + FINDER_MODULES / 2
    dark = level_at(*centre)
    light = fmean(level_at(centre[0] + dx, centre[1] + dy) for dx, dy in ((0, 2), (0, -2), (2, 0), (-2, 0)))
    threshold = (dark + light) / 2
    seams = (level_at(left + x, top + y) for x, y in _SEAMS)
    return sum((level > threshold) != inverted for level in seams) > SEAMS_OPEN_MAX


def _level_at(view: View) -> LevelAt:
    """Return what tells the grey level at a place of the symbol, in modules; beyond the picture lies the surround."""
    levels, wide, high = view.image.tobytes(), view.image.width, view.image.height

    def level_at(x: float, y: float) -> int:
        column, row = int(view.left_px + x * view.module_px), int(view.top_px + y * view.module_px)
        return levels[row * wide + column] if 0 <= column < wide and 0 <= row < high else view.surround

    return level_at
