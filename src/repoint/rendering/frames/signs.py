"""Frames with text on a sign of its own."""

from repoint.rendering.frames.palette import behind
from repoint.rendering.frames.parts import Corner, box, polygon
from repoint.rendering.frames.room import BAR, TEXT_MARGIN, TEXT_SIZE, Framed, Room
from repoint.rendering.scene import Contour, Fill, Solid

POINTER_HEIGHT, POINTER_WIDTH, POINTER_TIP = 0.075, 0.17, 0.012
POINTER_GAP = 0.03

TAIL = 0.1  # how far a ribbon reaches out on either side
HANG = 0.05  # how far its ends hang lower than its middle
NOTCH = 0.055


def tooltip(room: Room, *, above: bool) -> Framed:
    """Return a line around the symbol, and a bubble that points to it."""
    edge = room.stroke + room.padding
    width = room.side + 2 * edge
    block = room.fitted(width - 3 * room.side * TEXT_MARGIN, share=TEXT_SIZE)
    band = room.band(block, share=BAR)
    pointer = room.share(POINTER_HEIGHT)
    shift = band + pointer + room.share(POINTER_GAP)
    height = width + shift
    bubble = _bubble(room, 0 if above else height - band, width, band, pointer=pointer if above else -pointer)
    letters = block.at(width / 2, band / 2 if above else height - band / 2)
    top = shift if above else 0
    return Framed(
        width=width,
        height=height,
        x=edge,
        y=top + edge,
        fills=(room.line(0, top), room.inked(bubble), room.written_on_ink(letters)),
    )


def banner(room: Room) -> Framed:
    """Return a ribbon below the symbol, its ends folded back."""
    tail, hang, notch = room.share(TAIL), room.share(HANG), room.share(NOTCH)
    block = room.fitted(room.side * (1 - 2.5 * TEXT_MARGIN), share=TEXT_SIZE)
    band = room.band(block, share=BAR)
    width, top = room.side + 2 * tail, room.side
    bottom = top + band
    tails, folds = [], []
    for edge, outwards in ((tail, -1), (tail + room.side, 1)):
        tip, inside = edge + outwards * tail, edge - outwards * tail / 2
        tails.append(
            _clockwise(
                (inside, top + hang),
                (tip, top + hang),
                (tip - outwards * notch, top + hang + band / 2),
                (tip, bottom + hang),
                (inside, bottom + hang),
            )
        )
        folds.append(_clockwise((edge, bottom), (inside, bottom), (inside, bottom + hang)))
    tail_color, fold_color = behind(room.ink)
    return Framed(
        width=width,
        height=bottom + hang,
        x=tail,
        y=0,
        fills=(
            Fill(Solid(tail_color), tuple(tails)),
            Fill(Solid(fold_color), tuple(folds)),
            room.inked(box(tail, top, room.side, band)),
            room.written_on_ink(block.at(width / 2, top + band / 2)),
        ),
    )


def _bubble(room: Room, top: float, width: float, height: float, *, pointer: float) -> Contour:
    """Return a rounded rectangle with a pointer downwards, or upwards when its length is negative."""
    radius = min(room.window_radius + room.stroke, height / 2)
    base, half, middle = top + height if pointer > 0 else top, room.side * POINTER_WIDTH / 2, width / 2
    pointing = (
        Corner(middle - half, base, room.side * POINTER_TIP),
        Corner(middle, base + pointer, room.side * POINTER_TIP),
        Corner(middle + half, base, room.side * POINTER_TIP),
    )
    upper_left, upper_right = Corner(0, top, radius), Corner(width, top, radius)
    lower_right, lower_left = Corner(width, top + height, radius), Corner(0, top + height, radius)
    if pointer > 0:
        return polygon((upper_left, upper_right, lower_right, *reversed(pointing), lower_left))
    return polygon((upper_left, *pointing, upper_right, lower_right, lower_left))


def _clockwise(*points: tuple[float, float]) -> Contour:
    area = sum(
        x * next_y - next_x * y for (x, y), (next_x, next_y) in zip(points, (*points[1:], points[0]), strict=True)
    )
    return polygon([Corner(x, y) for x, y in (points if area > 0 else reversed(points))])
