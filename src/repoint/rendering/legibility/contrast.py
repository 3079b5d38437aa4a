"""How far the inks of a design stand out from its background.

Contrast is a difference in brightness as `view.brightness` has it, 0 to 1: what is left for a reader to tell dark from
light by. ISO/IEC 15415 grades a symbol's contrast in the same way, by the difference of its extremes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from repoint.rendering import colors, corners
from repoint.rendering.design import Design, Gradient
from repoint.rendering.legibility.view import brightness

Field = tuple[str, ...]

MODULES_INK: Field = ("modules",)


@dataclass(frozen=True, slots=True)
class Inked:
    """Where a design has a paint of its own, as a path in it, and its colours."""

    field: Field
    colors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contrast:
    """The contrast of the worst ink with the worst colour of the background, below 0 when they change places.

    `inverted` when the modules are lighter than the background; `weakest` is where the worst ink is set.
    """

    least: float
    inverted: bool
    weakest: Field


def contrast(design: Design, *, surround: str) -> Contrast:
    """Return the contrast of a design on its surround, which shows through where the background does."""
    grounds = grounds_of(design, surround=surround)
    inks = tuple(inked(design))
    inverted = _mean(inks[0].colors, grounds) > sum(map(brightness, grounds)) / len(grounds)
    least, weakest = min(
        ((brightness(ground) - brightness(colors.over(color, ground))) * (-1 if inverted else 1), ink.field)
        for ink in inks
        for color in ink.colors
        for ground in grounds
    )
    return Contrast(least, inverted, weakest)


def grounds_of(design: Design, *, surround: str) -> tuple[str, ...]:
    """Return the opaque colours that the background shows."""
    gradient, color = design.background.gradient, design.background.color
    if gradient:
        return tuple(colors.over(stop.color, surround) for stop in gradient.stops)
    return (surround if color == "transparent" else colors.over(color, surround),)


def inked(design: Design) -> Iterator[Inked]:
    """Yield the paint of the modules first, then those of the corners that do not follow it, each once."""
    yield Inked(MODULES_INK, _colors(design.modules.color, design.modules.gradient))
    for part in ("outer", "inner"):
        color, gradient = getattr(design.corners, f"{part}_color"), getattr(design.corners, f"{part}_gradient")
        own = {place: getattr(getattr(design.corners, place), f"{part}_color") for place in corners.PLACES}
        if (color or gradient) and not all(own.values()):
            yield Inked(("corners", part), _colors(color, gradient))
        for place, own_color in own.items():
            if own_color:
                yield Inked(("corners", place, part), (own_color,))


def _colors(color: str | None, gradient: Gradient | None) -> tuple[str, ...]:
    if gradient:
        return tuple(stop.color for stop in gradient.stops)
    assert color is not None
    return (color,)


def _mean(inks: tuple[str, ...], grounds: tuple[str, ...]) -> float:
    seen = [brightness(colors.over(ink, ground)) for ink in inks for ground in grounds]
    return sum(seen) / len(seen)
