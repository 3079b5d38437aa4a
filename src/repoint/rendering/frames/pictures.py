"""Frames that picture something: an arrow, a disc, a phone."""

import math

from repoint.rendering.frames.parts import box, pill
from repoint.rendering.frames.room import TEXT_MARGIN, Framed, Room
from repoint.rendering.scene import Arc, Contour, Line
from repoint.rendering.shapes import circle as disc
from repoint.rendering.shapes import hole
from repoint.rendering.text_bend import bent

ARROW_RADIUS, ARROW_STROKE, ARROW_HEAD, ARROW_GAP, ARROW_EDGE = 0.1, 0.036, 0.062, 0.065, 0.08
ARROW_TEXT = 0.16

RING = 0.23  # the width of a disc around the symbol
RING_TEXT = 0.21
RING_INK_MAX = 0.8  # share of the ring's width that the letters take
RING_TURN_MAX = math.radians(150)  # of the text

PHONE_EDGE, PHONE_RADIUS = 0.045, 0.16
SCREEN_MARGIN, SCREEN_TOP, SCREEN_BOTTOM = 0.03, 0.12, 0.1
CAMERA_WIDTH, CAMERA_HEIGHT = 0.28, 0.05
HOME_WIDTH, HOME_HEIGHT = 0.34, 0.016  # the line that a finger swipes
BUTTON, BUTTON_RADIUS, BUTTON_TEXT = 0.215, 0.065, 0.135


def arrow(room: Room) -> Framed:
    """Return text below the symbol, and an arrow that turns up to it."""
    radius, stroke, head = (room.side * share for share in (ARROW_RADIUS, ARROW_STROKE, ARROW_HEAD))
    gap, edge = room.side * ARROW_GAP, room.share(ARROW_EDGE)
    across = radius + head
    block = room.fitted(room.side - 2 * edge - across - gap, share=ARROW_TEXT)
    tall = room.reach(block, share=ARROW_TEXT)
    drop = max(edge - room.quiet, 0)
    rise = radius + 1.2 * head + stroke / 2
    middle = room.side + drop + max(tall, rise)
    height = math.ceil(middle + tall + edge)
    # The arrow stands where the line ends: on the right, or on the left when it is read from there.
    away = 1 if room.reads_rightwards else -1
    text_middle = (room.side - away * (gap + across)) / 2
    start = text_middle + away * (block.width / 2 + gap)
    return Framed(
        width=room.side,
        height=height,
        x=0,
        y=0,
        fills=(
            room.inked(_turning_up(start, middle, away=away, radius=radius, stroke=stroke, head=head, rise=rise)),
            room.written(block.at(text_middle, middle)),
        ),
    )


def circle(room: Room) -> Framed:
    """Return a disc around the symbol, with the text along its lower edge."""
    inner = room.side / math.sqrt(2) + room.padding / 2
    ring = room.side * RING
    # As many modules on either side, so that the symbol stands on whole modules.
    edge = math.ceil(inner + ring - room.side / 2)
    side = room.side + 2 * edge
    middle, outer = side / 2, side / 2
    reach = (inner + outer) / 2
    block = room.fitted(reach * RING_TURN_MAX, share=RING_TEXT, lines_max=1)
    shrink = min(1, ring * RING_INK_MAX / 2 / max(block.above, block.below))
    block = room.fitted(reach * RING_TURN_MAX, share=RING_TEXT * shrink, lines_max=1)
    return Framed(
        width=side,
        height=side,
        x=edge,
        y=edge,
        fills=(
            room.inked(disc(middle, middle, radius=outer), hole(disc(middle, middle, radius=inner))),
            room.written_on_ink(bent(block.at(0, 0), x=middle, y=middle, radius=reach)),
        ),
    )


def phone(room: Room) -> Framed:
    """Return a phone that shows the symbol above a button with the text."""
    edge, margin = room.share(PHONE_EDGE), room.share(SCREEN_MARGIN)
    top, bottom = room.share(SCREEN_TOP), room.share(SCREEN_BOTTOM)
    block = room.fitted(room.side * (1 - 4 * TEXT_MARGIN), share=BUTTON_TEXT)
    button = room.band(block, share=BUTTON)
    screen_width, screen_height = room.side + 2 * margin, top + room.side + button + bottom
    width, height = screen_width + 2 * edge, screen_height + 2 * edge
    middle, button_top, button_width = width / 2, edge + top + room.side, room.side - 2 * margin
    radius, button_radius, camera_width, camera_height, home_width, home_height = (
        room.side * share
        for share in (PHONE_RADIUS, BUTTON_RADIUS, CAMERA_WIDTH, CAMERA_HEIGHT, HOME_WIDTH, HOME_HEIGHT)
    )
    return Framed(
        width=width,
        height=height,
        x=edge + margin,
        y=edge + top,
        fills=(
            room.inked(
                box(0, 0, width, height, radius=radius),
                hole(box(edge, edge, screen_width, screen_height, radius=radius - edge)),
                pill(middle - camera_width / 2, edge + (top - camera_height) / 2, camera_width, camera_height),
                box(middle - button_width / 2, button_top, button_width, button, radius=button_radius),
                pill(middle - home_width / 2, height - edge - (bottom + home_height) / 2, home_width, home_height),
            ),
            room.written_on_ink(block.at(middle, button_top + button / 2)),
        ),
    )


def _turning_up(x: float, y: float, *, away: int, radius: float, stroke: float, head: float, rise: float) -> Contour:
    """Return an arrow that starts at (x, y) to the right (`away` 1) or left (-1), turns up, and ends `rise` higher."""
    half, base = stroke / 2, y - rise + head * 1.1
    inner, outer, tip = (x + away * (radius + by) for by in (-half, half, 0))
    return Contour(
        x,
        y - half,
        (
            Arc(inner, y - radius, radius - half, clockwise=away < 0),
            Line(inner, base),
            Line(tip - away * head, base),
            Line(tip, y - rise),
            Line(tip + away * head, base),
            Line(outer, base),
            Line(outer, y - radius),
            Arc(x, y + half, radius + half, clockwise=away > 0),
            Arc(x, y - half, half, clockwise=away > 0),
        ),
    )
