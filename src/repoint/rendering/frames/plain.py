"""The plain frames: a line, bare text, a surface with text."""

import math

from repoint.rendering.frames.parts import box
from repoint.rendering.frames.room import BAR, TEXT_MARGIN, TEXT_SIZE, Framed, Room
from repoint.rendering.shapes import hole

TEXT_GAP = 0.085  # between the symbol and the text, and around the text
TEXT_ALONE = 0.17

CARD_EDGE, CARD_BAR, CARD_TEXT = 0.08, 0.26, 0.17


def none(room: Room) -> Framed:
    """Return the clear area alone."""
    return Framed(room.side, room.side, 0, 0, ())


def border(room: Room) -> Framed:
    """Return a line with round corners all around."""
    edge = room.stroke + room.padding
    side = room.side + 2 * edge
    return Framed(side, side, edge, edge, (room.line(0, 0),))


def text(room: Room, *, above: bool) -> Framed:
    """Return the clear area with text below or above it."""
    gap = room.share(TEXT_GAP)
    block = room.fitted(room.side - 2 * max(room.quiet, room.side * TEXT_MARGIN), share=TEXT_ALONE)
    tall = room.reach(block, share=TEXT_ALONE)
    # The quiet zone is part of the gap between the symbol and the text.
    drop = max(gap - room.quiet, 0)
    band = math.ceil(drop + 2 * tall + gap)
    middle = gap + tall if above else room.side + band - gap - tall
    written = room.written(block.at(room.side / 2, middle))
    return Framed(room.side, room.side + band, 0, band if above else 0, (written,))


def bar(room: Room, *, above: bool) -> Framed:
    """Return a line around the symbol that widens to a bar for the text."""
    return _surface(room, edge=room.stroke, bar=BAR, text=TEXT_SIZE, above=above)


def card(room: Room) -> Framed:
    """Return a broad surface around the symbol, with the text below."""
    return _surface(room, edge=room.share(CARD_EDGE), bar=CARD_BAR, text=CARD_TEXT, above=False)


def _surface(room: Room, *, edge: int, bar: float, text: float, above: bool) -> Framed:
    width = room.window + 2 * edge
    block = room.fitted(width - 2 * (edge + room.side * TEXT_MARGIN), share=text)
    band = room.band(block, share=bar)
    height = edge + room.window + band
    top = band if above else edge
    surface = box(0, 0, width, height, radius=room.window_radius + edge)
    window = box(edge, top, room.window, room.window, radius=room.window_radius)
    letters = block.at(width / 2, band / 2 if above else height - band / 2)
    return Framed(
        width=width,
        height=height,
        x=edge + room.padding,
        y=top + room.padding,
        fills=(room.inked(surface, hole(window)), room.written_on_ink(letters)),
    )
