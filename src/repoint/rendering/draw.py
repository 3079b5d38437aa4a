"""Text and design to a scene."""

from collections import defaultdict

from repoint.rendering import corners
from repoint.rendering.design import Design
from repoint.rendering.modules import module_path
from repoint.rendering.scene import Contour, Fill, Paint, Scene, Solid
from repoint.rendering.symbol import Symbol, encode


def draw(text: str, design: Design) -> Scene:
    """Return the picture of `text`: the same text and design always give an equal scene.

    Raises TooLong when no version holds the text, Unrenderable when it is empty or not text.
    """
    return compose(encode(text, error_correction=design.error_correction), design)


def compose(symbol: Symbol, design: Design) -> Scene:
    """Return the scene of a symbol, with one fill for each paint."""
    ink = Solid(design.modules.color)
    ring_paint = Solid(design.corners.outer_color or design.modules.color)
    eye_paint = Solid(design.corners.inner_color or design.modules.color)
    margin = design.quiet_zone

    contours: defaultdict[Paint, list[Contour]] = defaultdict(list)
    contours[ink] += module_path(symbol, design.modules.shape, quiet_zone=margin)
    for x, y in symbol.finders():
        contours[ring_paint] += corners.ring(design.corners.outer_shape, x + margin, y + margin)
        contours[eye_paint] += corners.eye(design.corners.inner_shape, x + margin, y + margin)
    return Scene(
        side_modules=symbol.size + 2 * margin,
        background=None if design.background.color == "transparent" else Solid(design.background.color),
        fills=tuple(Fill(paint, tuple(path)) for paint, path in contours.items()),
    )
