"""A frame laid out around the symbol."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from repoint.rendering.frames import pictures, plain, signs
from repoint.rendering.frames.frame import Frame, FrameStyle
from repoint.rendering.frames.room import QUIET_MODULES, Framed, Room

_BUILDERS: Mapping[FrameStyle, Callable[[Room], Framed]] = {
    "none": plain.none,
    "border": plain.border,
    "text-below": partial(plain.text, above=False),
    "text-above": partial(plain.text, above=True),
    "bar-below": partial(plain.bar, above=False),
    "bar-above": partial(plain.bar, above=True),
    "tooltip-below": partial(signs.tooltip, above=False),
    "tooltip-above": partial(signs.tooltip, above=True),
    "banner": signs.banner,
    "card": plain.card,
    "arrow": pictures.arrow,
    "circle": pictures.circle,
    "phone": pictures.phone,
}


def lay_out(frame: Frame, *, side: int, quiet_zone: int, ink: str, ground: str) -> Framed:
    """Return the canvas for a symbol whose area, its quiet zone included, has this side in modules.

    `ink` is the colour of the modules, which a frame without one takes, and `ground` the colour that is taken to lie
    under the picture. Where there is a frame, at least four modules around the symbol stay clear, also when its own
    quiet zone is smaller. Raises BadDesign with the field `design.frame.text` when the text does not fit or has
    characters that no bundled font has.
    """
    lacking = 0 if frame.style == "none" else max(QUIET_MODULES - quiet_zone, 0)
    room = Room(
        side=side + 2 * lacking,
        quiet=quiet_zone + lacking,
        frame=frame,
        ink=frame.color or ink,
        ground=ground,
    )
    framed = _BUILDERS[frame.style](room)
    return replace(framed, x=framed.x + lacking, y=framed.y + lacking)
