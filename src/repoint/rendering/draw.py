"""A symbol in the shapes and paints of a design."""

from repoint.rendering import corners, gradients
from repoint.rendering.design import Design
from repoint.rendering.gradients import Box
from repoint.rendering.modules import module_shapes
from repoint.rendering.scene import Contour, Fill, Layer, Paint, Solid
from repoint.rendering.symbol import Symbol, encode, payload
from repoint.rendering.trace import Module

NONE_CLEARED: frozenset[Module] = frozenset()


def symbol_of(text: str, design: Design) -> Symbol:
    """Return the symbol that a design asks for; raises what `encode` raises."""
    return encode(
        payload(text, uppercase=design.uppercase),
        error_correction=design.error_correction,
        version_min=design.version_min,
    )


def background(design: Design, *, width: float, height: float) -> Paint | None:
    """Return what lies under a picture of this width and height, None when it is transparent."""
    if design.background.gradient:
        return gradients.over(Box(0, 0, width, height), design.background.gradient)
    return None if design.background.color == "transparent" else Solid(design.background.color)


def symbol_layers(
    symbol: Symbol, design: Design, *, x: float, y: float, cleared: frozenset[Module] = NONE_CLEARED
) -> tuple[Layer, ...]:
    """Return the dark modules of a symbol whose upper left module lies at (x, y): one fill for each paint."""
    paths: dict[Paint, list[Contour]] = {}
    box = Box(x, y, symbol.size, symbol.size)
    ink = gradients.paint(box, design.modules.color, design.modules.gradient)
    contours, stamps = module_shapes(symbol, design.modules, x=x, y=y, cleared=cleared)
    paths[ink] = list(contours)
    for place, (column, row) in zip(corners.PLACES, symbol.finders(), strict=True):
        look = corners.look(design.corners, place)
        for shape_of, shape, color, gradient in (
            (corners.ring, look.outer_shape, look.outer_color, look.outer_gradient),
            (corners.eye, look.inner_shape, look.inner_color, look.inner_gradient),
        ):
            paint = gradients.paint(box, color, gradient) if color or gradient else ink
            paths.setdefault(paint, []).extend(shape_of(shape, place, x + column, y + row))
    return tuple(Fill(paint, tuple(path), stamps if paint == ink else ()) for paint, path in paths.items())
