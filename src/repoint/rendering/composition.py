"""Text and design to a scene: symbol, logo, frame.

From the bottom to the top lie the background over the whole canvas, the frame, the modules and the logo. The frame
makes the canvas larger and says where on it the symbol stands; the logo may raise the symbol's level and version.
"""

from dataclasses import dataclass

from repoint.rendering import frames, logo_fit, logos
from repoint.rendering import logo as logo_layers
from repoint.rendering.artwork import Artwork
from repoint.rendering.damage import Damage
from repoint.rendering.design import Design
from repoint.rendering.draw import NONE_CLEARED, background, symbol_layers, symbol_of
from repoint.rendering.emit.shading import is_opaque, seen_as
from repoint.rendering.errors import BadDesign
from repoint.rendering.scene import Paint, Scene, Solid
from repoint.rendering.symbol import Symbol, payload
from repoint.rendering.trace import Module

WHITE = Solid("#FFFFFF")


@dataclass(frozen=True, slots=True)
class Composition:
    """A scene, and what is known about it.

    The symbol's upper left module lies at (x, y) of the scene. The `cleared` modules, counted from that one, are not
    drawn, and `damage` is what they cost, None without a logo. `changes` are sentences for people on what was raised
    so that the symbol carries its logo.
    """

    scene: Scene
    symbol: Symbol
    x: int
    y: int
    cleared: frozenset[Module]
    damage: Damage | None
    changes: tuple[str, ...]


def draw(text: str, design: Design, *, image: Artwork | None = None) -> Scene:
    """Return the picture of `text`; takes and raises what `compose_text` does."""
    return compose_text(text, design, image).scene


def compose_text(text: str, design: Design, image: Artwork | None = None) -> Composition:
    """Return the picture of `text`: equal arguments always give an equal one.

    `image` is the artwork that `design.logo.image` names, and is not looked at when that is null.
    Raises TooLong when no version holds the text, Unrenderable when it is empty, not text, or too damaged by the logo,
    BadDesign when the frame cannot show its own text or the image is missing.
    """
    artwork = _artwork(design, image)
    fit = None
    if artwork is None:
        symbol = symbol_of(text, design)
    else:
        fit = logo_fit.fit(
            payload(text, uppercase=design.uppercase),
            design.logo,
            artwork,
            error_correction=design.error_correction,
            version_min=design.version_min,
        )
        symbol = fit.symbol
    framed = frames.lay_out(
        design.frame,
        side=symbol.size + 2 * design.quiet_zone,
        quiet_zone=design.quiet_zone,
        ink=design.modules.color,
        ground=seen_as(background(design, width=1, height=1)),
    )
    x, y = framed.x + design.quiet_zone, framed.y + design.quiet_zone
    under = background(design, width=framed.width, height=framed.height)
    cleared = fit.placement.cleared if fit else NONE_CLEARED
    over = logo_layers.layers(fit.placement, design.logo, x=x, y=y, ground=_plate(under)) if fit else ()
    modules = symbol_layers(symbol, design, x=x, y=y, cleared=cleared)
    return Composition(
        scene=Scene(framed.width, framed.height, under, (*framed.fills, *modules, *over)),
        symbol=symbol,
        x=x,
        y=y,
        cleared=cleared,
        damage=fit.damage if fit else None,
        changes=fit.changes if fit else (),
    )


def _artwork(design: Design, image: Artwork | None) -> Artwork | None:
    if design.logo.name:
        return logos.load(design.logo.name, color=design.logo.color, ink=design.modules.color)
    if design.logo.image and image is None:
        raise BadDesign("design.logo.image", f"{design.logo.image!r} is not there")
    return image if design.logo.image else None


def _plate(under: Paint | None) -> Paint:
    """Return what a plate without a colour of its own is filled with: the background, as far as that covers."""
    return under if under and is_opaque(under) else WHITE
