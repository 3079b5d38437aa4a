"""The measures all frames share, from the side of the symbol's area.

All that a frame draws keeps out of the clear area: the symbol with at least four modules of quiet zone around it.
Lengths that the modules have to line up with are whole modules, so that a PNG has no blurred edges.
"""

import math
from dataclasses import dataclass

from repoint.rendering.frames.frame import Frame
from repoint.rendering.frames.palette import on
from repoint.rendering.frames.parts import box
from repoint.rendering.scene import Contour, Fill, Path, Solid
from repoint.rendering.shapes import hole
from repoint.rendering.text_bidi import LEFT_TO_RIGHT, base_level
from repoint.rendering.text_fit import Block, fit

QUIET_MODULES = 4  # that no ink of a frame enters (ISO/IEC 18004 clause 6.3.8)

# Shares of the side of the clear area.
STROKE = 0.032
PADDING = 0.022  # between the clear area and a round window around it
TEXT_SIZE = 0.15
TEXT_SIZE_MIN = 0.06
BAR = 0.235
TEXT_MARGIN = 0.065  # at both ends of a line
ONE_LINE_MARGIN, TWO_LINES_MARGIN = 0.035, 0.06  # at least, above and below the tallest letters

# How far letters with tails reach from their middle, in ems: room for them is there with or without.
TAIL_EM = 0.53

# How far a round corner of radius 1 keeps from the corner of the square around it, along either side.
_CORNER = 1 - math.sqrt(0.5)


@dataclass(frozen=True, slots=True)
class Framed:
    """A canvas in modules, where on it the symbol's area (with its own quiet zone) begins, and what lies around it."""

    width: int
    height: int
    x: int
    y: int
    fills: tuple[Fill, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """The clear area of one symbol, its quiet zone included, and a frame's colours: `ink` on `ground`."""

    side: int
    quiet: int
    frame: Frame
    ink: str
    ground: str

    def share(self, part: float, *, least: float = 1) -> int:
        """Return a share of the side in whole modules."""
        return max(math.ceil(least), round(self.side * part))

    @property
    def reads_rightwards(self) -> bool:
        """Whether the text begins on the left."""
        return base_level(self.frame.text) == LEFT_TO_RIGHT

    @property
    def stroke(self) -> int:
        """The width of lines."""
        return self.share(STROKE)

    @property
    def padding(self) -> int:
        """What stays free between the clear area and a window."""
        return self.share(PADDING)

    @property
    def window(self) -> int:
        """The side of a window with round corners that clear the area."""
        return self.side + 2 * self.padding

    @property
    def window_radius(self) -> float:
        """The radius of a window's corners: as round as the padding allows."""
        return self.padding / _CORNER

    def band(self, block: Block, *, share: float) -> int:
        """Return the height of a bar for a text: the same for every single line without very tall marks."""
        margin = ONE_LINE_MARGIN if len(block.lines) == 1 else TWO_LINES_MARGIN
        return self.share(share, least=2 * (max(block.above, block.below) + self.side * margin))

    def reach(self, block: Block, *, share: float) -> float:
        """Return how far a text set at a share of the side is taken to reach up and down from its middle."""
        return max(block.above, block.below, self.side * share * TAIL_EM)

    def line(self, x: float, y: float) -> Fill:
        """Return a line with round corners around the window, its upper left corner at (x, y)."""
        stroke, radius = self.stroke, self.window_radius
        side = self.window + 2 * stroke
        outer = box(x, y, side, side, radius=radius + stroke)
        return self.inked(outer, hole(box(x + stroke, y + stroke, self.window, self.window, radius=radius)))

    def fitted(self, width: float, *, share: float, lines_max: int = 2) -> Block:
        """Return the frame's text, no wider than `width` and at a share of the side, or smaller if need be."""
        return fit(
            self.frame.text,
            self.frame.font,
            self.frame.weight,
            width=width,
            size=self.side * share,
            size_min=self.side * TEXT_SIZE_MIN,
            lines_max=lines_max,
        )

    def inked(self, *contours: Contour) -> Fill:
        """Return contours in the colour of the frame."""
        return Fill(Solid(self.ink), contours)

    def written(self, path: Path) -> Fill:
        """Return letters that stand on the background."""
        return Fill(Solid(self.frame.text_color or self.ink), path)

    def written_on_ink(self, path: Path) -> Fill:
        """Return letters that stand on a filled part of the frame."""
        return Fill(Solid(self.frame.text_color or on(self.ink, ground=self.ground)), path)
