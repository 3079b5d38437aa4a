"""The three finder patterns: an outer ring around an inner eye.

A line through the centre of any of these shapes meets dark and light in the ratio 1:1:3:1:1, which is what readers look
for (clause 6.3.3.1). The ring is one module thick all around, in its round corners too.
"""

from repoint.rendering import shapes
from repoint.rendering.design import CornerShape
from repoint.rendering.scene import Path

RING_SIDE = 7
HOLE_SIDE = 5
EYE_SIDE = 3

RING_RADIUS: dict[CornerShape, float] = {"square": 0, "rounded": 2}
EYE_RADIUS: dict[CornerShape, float] = {"square": 0, "rounded": 0.75}


def ring(shape: CornerShape, x: float, y: float) -> Path:
    """Return the outer ring of the finder pattern whose upper left corner is (x, y)."""
    radius = RING_RADIUS[shape]
    gap = shapes.square(x + 1, y + 1, side=HOLE_SIDE, radius=max(radius - 1, 0))
    return shapes.square(x, y, side=RING_SIDE, radius=radius), shapes.hole(gap)


def eye(shape: CornerShape, x: float, y: float) -> Path:
    """Return the inner eye of the finder pattern whose upper left corner is (x, y)."""
    return (shapes.square(x + 2, y + 2, side=EYE_SIDE, radius=EYE_RADIUS[shape]),)
