"""How small a picture may be, how far it reads.

A module of 0.33 mm is what four dots of a printer with 300 dots an inch make, and four is the fewest that Denso Wave,
who made the QR code, recommends (qrcode.com, "Point for setting the module size"). Scanning from as far as ten times
the width of the symbol, without its margin, is the rule of thumb of the trade (for example delivr.com, "QR code
printing guidelines"); it is meant for short links, so it is taken at version 3, and a module of a larger symbol carries
as far as one of that. A design that needs more pixels for each module than plain squares needs larger modules, or less
distance, in the same proportion.
"""

from repoint.rendering.composition import Composition
from repoint.rendering.legibility.strain import CONDITIONS
from repoint.rendering.legibility.verdict import PrintSize, Reached

MODULE_MM_MIN = 0.33
WIDTHS_AWAY = 10
SYMBOL_MODULES = 29  # version 3

_SIZE = next(condition for condition in CONDITIONS if condition.name == "size")
_UNREAD_PX = 2 * _SIZE.strengths[0]  # taken for a picture that is not even read under the stated condition


def print_size(composition: Composition, size: Reached, *, width_mm: float) -> PrintSize:
    """Return the smallest width of the whole picture, and the greatest distance when it is `width_mm` wide."""
    needed = max(_pixels(size.reached) / _pixels(size.plain), 1)
    across = composition.scene.width
    return PrintSize(
        width_mm_min=round(MODULE_MM_MIN * needed * across, 1),
        module_mm_min=round(MODULE_MM_MIN * needed, 2),
        width_mm=width_mm,
        distance_mm_max=round(width_mm / across * WIDTHS_AWAY * SYMBOL_MODULES / needed),
    )


def _pixels(reached: int) -> float:
    return _SIZE.strengths[reached - 1] if reached else _UNREAD_PX
