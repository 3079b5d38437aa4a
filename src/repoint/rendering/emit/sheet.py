"""Where a picture lies on its page."""

from dataclasses import dataclass
from typing import NamedTuple

from repoint.rendering.scene import Scene

POINTS_PER_MM = 72 / 25.4

# Crop marks stand clear of the bleed, so that none is printed in the picture when the knife misses a little.
MARK_OFFSET_MM_MIN = 3
MARK_LENGTH_MM = 5
MARK_WIDTH_POINTS = 0.25


class Edges(NamedTuple):
    """A rectangle in points, y upwards from the lower edge of the page."""

    left: float
    bottom: float
    right: float
    top: float

    def grown(self, by: float) -> "Edges":
        """Return the rectangle with its edges moved outwards."""
        return Edges(self.left - by, self.bottom - by, self.right + by, self.top + by)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page in points: its size, the scale (points a module), where the scene begins, and what its background covers.

    `trim` is where the paper is cut, when that is not the edge of the page.
    """

    width: float
    height: float
    module: float
    left: float
    top: float
    ground: Edges
    trim: Edges | None = None

    def matrix(self) -> str:
        """Return the six numbers that lead from modules, y downwards, to the points of the page."""
        return f"{self.module:.6f} 0 0 {-self.module:.6f} {self.left:.6f} {self.height - self.top:.6f}"


def exact(scene: Scene, *, width: float) -> Sheet:
    """Return a page that the picture fills."""
    module = width / scene.width
    height = module * scene.height
    return Sheet(width, height, module, left=0, top=0, ground=Edges(0, 0, width, height))


def trimmed(scene: Scene, *, width: float, bleed: float, marks: bool) -> Sheet:
    """Return a page with the picture, the background going on for the bleed around it, and room for crop marks."""
    module = width / scene.width
    height = module * scene.height
    around = mark_offset(bleed) + MARK_LENGTH_MM * POINTS_PER_MM if marks else bleed
    trim = Edges(around, around, around + width, around + height)
    return Sheet(width + 2 * around, height + 2 * around, module, around, around, trim.grown(bleed), trim)


def mark_offset(bleed: float) -> float:
    """Return how far from the cut crop marks begin."""
    return max(bleed, MARK_OFFSET_MM_MIN * POINTS_PER_MM)


def crop_marks(trim: Edges, *, bleed: float) -> list[tuple[float, float, float, float]]:
    """Return the eight lines (x1, y1, x2, y2) that the paper is cut along, two at each corner."""
    near, far = mark_offset(bleed), mark_offset(bleed) + MARK_LENGTH_MM * POINTS_PER_MM
    return [
        line
        for x, outwards_x in ((trim.left, -1), (trim.right, 1))
        for y, outwards_y in ((trim.bottom, -1), (trim.top, 1))
        for line in (
            (x + outwards_x * near, y, x + outwards_x * far, y),
            (x, y + outwards_y * near, x, y + outwards_y * far),
        )
    ]
