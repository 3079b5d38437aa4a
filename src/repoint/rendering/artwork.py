"""What a logo is made of: filled paths, or pixels."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple, assert_never

from repoint.rendering.affine import Affine
from repoint.rendering.errors import BadLogo
from repoint.rendering.hulls import hull_of
from repoint.rendering.scene import Arc, Contour, Curve, Fill, Line, Linear, Paint, Radial, Solid, Step
from repoint.rendering.subpaths import Point, Subpath, bounds, closed_line, flattened, moved

ASPECT_MAX = 10


@dataclass(frozen=True, slots=True)
class Drawing:
    """Filled paths that reach from (0, 0) to exactly (width, height); the longer side is 1.

    `hull` is the convex outline around all that is drawn, clockwise.
    """

    width: float
    height: float
    fills: tuple[Fill, ...]
    hull: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Photo:
    """Pixels, trimmed to what is not transparent: four bytes each, as in a Bitmap of the scene.

    `width` and `height` are the sides when the longer one is 1, and `hull` is the convex outline in that measure.
    """

    width: float
    height: float
    width_px: int
    height_px: int
    rgba: bytes
    hull: tuple[Point, ...]


Artwork = Drawing | Photo


class Piece(NamedTuple):
    """A path of a drawing before it has its place, filled by the nonzero rule."""

    paint: Paint
    subpaths: tuple[Subpath, ...]


def assembled(pieces: Iterable[Piece], *, tolerance: float) -> Drawing:
    """Return the drawing of pieces in drawing order, trimmed to them; `tolerance` is how exact the hull is."""
    pieces = tuple(pieces)
    points = [point for piece in pieces for subpath in piece.subpaths for point in flattened(subpath, tolerance)]
    box = bounds(points)
    if box is None:
        raise BadLogo("draws nothing")
    check_aspect(box.width, box.height)
    scale = 1 / max(box.width, box.height)
    into_place = Affine(a=scale, d=scale, e=-box.left * scale, f=-box.top * scale)
    fills = (
        Fill(
            placed(piece.paint, into_place),
            tuple(closed_line(moved(subpath, into_place)) for subpath in piece.subpaths),
        )
        for piece in pieces
    )
    hull = hull_of(into_place.at(*point) for point in points)
    return Drawing(box.width * scale, box.height * scale, tuple(fills), hull)


def fills_at(drawing: Drawing, through: Affine) -> tuple[Fill, ...]:
    """Return what a drawing draws, sent through a transform that only moves and scales."""
    return tuple(
        Fill(placed(fill.paint, through), tuple(contour_at(contour, through) for contour in fill.path))
        for fill in drawing.fills
    )


def contour_at(contour: Contour, through: Affine) -> Contour:
    """Return a contour sent through a transform that only moves and scales."""
    at = through.at
    steps: list[Step] = []
    for step in contour.steps:
        match step:
            case Line():
                steps.append(Line(*at(step.x, step.y)))
            case Curve():
                steps.append(Curve(*at(step.x1, step.y1), *at(step.x2, step.y2), *at(step.x, step.y)))
            case Arc():
                steps.append(Arc(*at(step.x, step.y), step.radius * through.a, step.clockwise, step.large))
            case _:
                assert_never(step)
    return Contour(*at(contour.x, contour.y), tuple(steps))


def placed(paint: Paint, through: Affine) -> Paint:
    """Return a paint sent through a transform that only moves and scales."""
    match paint:
        case Solid():
            return paint
        case Linear():
            (x1, y1), (x2, y2) = through.at(paint.x1, paint.y1), through.at(paint.x2, paint.y2)
            return replace(paint, x1=x1, y1=y1, x2=x2, y2=y2)
        case Radial():
            x, y = through.at(paint.x, paint.y)
            return replace(paint, x=x, y=y, radius=paint.radius * through.a)


def check_aspect(width: float, height: float) -> None:
    """Raise BadLogo when there is nothing to see, or one side is far longer than the other."""
    if width <= 0 or height <= 0:
        raise BadLogo("draws nothing")
    ratio = max(width / height, height / width)
    if ratio > ASPECT_MAX:
        raise BadLogo(f"is {ratio:.0f} times as long as it is wide; at most {ASPECT_MAX} is allowed")
