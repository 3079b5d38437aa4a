"""A logo in the middle of a symbol: model, place, layers.

    {"name": null, "image": null, "size": 0.25, "padding": 1, "plate": "none", "plate_color": null, "color": null}

`size` is the side of everything together, plate or padding included, as a part of the symbol's side. It is rounded to
an odd number of whole modules, so that the logo stands in the exact middle and a plate ends between modules.
"""

import math
from dataclasses import dataclass
from typing import Annotated, Literal, Self, assert_never

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from repoint.rendering import clearing, colors, logos, shapes
from repoint.rendering.affine import Affine
from repoint.rendering.artwork import Artwork, Drawing, Photo, contour_at, fills_at
from repoint.rendering.errors import Unrenderable
from repoint.rendering.hulls import circle_around
from repoint.rendering.names import not_known
from repoint.rendering.scene import Arc, Bitmap, Contour, Fill, Layer, Line, Paint, Solid, Step
from repoint.rendering.subpaths import Point
from repoint.rendering.trace import Module

SIZE_MIN, SIZE_MAX, SIZE_DEFAULT = 0.1, 0.4, 0.25
PADDING_MODULES_MAX, PADDING_MODULES_DEFAULT = 4, 1
MODULES_MIN = 5  # that a logo and its padding take; a smaller one would be a speck
DRAWN_MODULES_MIN = 1  # that the padding must leave of a logo

ROUNDED_RADIUS = 0.24  # of the shorter side of a rounded plate
PLATE_GAP_MODULES = 0.4  # between a coloured plate and the modules around it, for which it would pass otherwise
SQUARE_ASPECT_MAX = 2.05  # a longer logo, as a line of lettering, has a plate as flat as itself
CIRCLE_POINTS = 48

IMAGE_CHARACTERS_MAX = 100

Plate = Literal["none", "square", "rounded", "circle"]
Color = Annotated[str, AfterValidator(colors.parse)]


def _known(name: str) -> str:
    if name not in logos.names():
        raise ValueError(not_known(name, logos.names()))
    return name


def _list_names(schema: JsonDict) -> None:
    schema["enum"] = [*logos.names(), None]


class Logo(BaseModel):
    """A built-in logo by name, or an uploaded image by the name its owner keeps it under; neither means no logo."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    name: Annotated[str, AfterValidator(_known)] | None = Field(
        default=None, description="a built-in logo", json_schema_extra=_list_names
    )
    image: str | None = Field(default=None, max_length=IMAGE_CHARACTERS_MAX, description="an uploaded logo")
    size: float = Field(
        default=SIZE_DEFAULT, ge=SIZE_MIN, le=SIZE_MAX, description="with padding or plate, a part of the symbol's side"
    )
    padding: float = Field(
        default=PADDING_MODULES_DEFAULT, ge=0, le=PADDING_MODULES_MAX, description="modules around the logo"
    )
    plate: Plate = Field(default="none", description="what lies under the logo")
    plate_color: Color | None = Field(default=None, description="null follows the background")
    color: Color | None = Field(default=None, description="of a built-in logo; null is the brand's own colour")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.name and self.image:
            raise ValueError("has a name and an image; give one of them")
        return self


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a logo lies on a symbol, in modules from the upper left one, and which modules give way to it.

    The artwork's own (0, 0) comes to (x, y), its longer side is `side` modules long, and `plate` is None when there is
    none.
    """

    artwork: Artwork
    x: float
    y: float
    side: float
    plate: Contour | None
    cleared: frozenset[Module]


def place(artwork: Artwork, logo: Logo, *, symbol_size: int) -> Placement:
    """Return the place of a logo on a symbol of so many modules a side; Unrenderable when padding leaves nothing."""
    long = _odd(logo.size * symbol_size)
    gap = PLATE_GAP_MODULES if logo.plate != "none" and logo.plate_color else 0
    margin = logo.padding + gap
    inner = long - 2 * margin
    if inner < DRAWN_MODULES_MIN:
        most = max((long - DRAWN_MODULES_MIN) / 2 - gap, 0)
        raise Unrenderable("design.logo.padding", f"must be at most {most:g} at this size")
    middle = symbol_size / 2
    if logo.plate == "none":
        x, y = middle - artwork.width * inner / 2, middle - artwork.height * inner / 2
        outline = [(x + hull_x * inner, y + hull_y * inner) for hull_x, hull_y in artwork.hull]
        cleared = clearing.touched(clearing.grown(outline, logo.padding))
        return Placement(artwork, x, y, inner, None, cleared)

    wide, high = _plate_sides(artwork, logo.plate, long, margin)
    x, y = artwork.width / 2, artwork.height / 2
    if logo.plate == "circle":
        x, y, _ = circle_around(artwork.hull)
    radius = _radius(logo.plate, min(wide, high) - 2 * gap)
    side = _fitted(
        [(abs(hull_x - x), abs(hull_y - y)) for hull_x, hull_y in artwork.hull],
        half=(wide / 2 - margin, high / 2 - margin),
        radius=max(radius - logo.padding, 0),
    )
    corner = middle - wide / 2, middle - high / 2
    plate = _plate(logo.plate, (corner[0] + gap, corner[1] + gap), (wide - 2 * gap, high - 2 * gap), radius)
    cleared = clearing.touched(_outline(logo.plate, corner, (wide, high)))
    return Placement(artwork, middle - x * side, middle - y * side, side, plate, cleared)


def layers(placement: Placement, logo: Logo, *, x: float, y: float, ground: Paint) -> tuple[Layer, ...]:
    """Return what is drawn over a symbol whose upper left module lies at (x, y); `ground` fills a plate."""
    under: tuple[Layer, ...] = ()
    if placement.plate:
        plate = contour_at(placement.plate, Affine(e=x, f=y))
        paint = Solid(logo.plate_color) if logo.plate_color else ground
        under = (Fill(paint, (plate,)),)
    artwork = placement.artwork
    through = Affine(placement.side, 0, 0, placement.side, placement.x + x, placement.y + y)
    match artwork:
        case Drawing():
            return (*under, *fills_at(artwork, through))
        case Photo():
            wide, high = artwork.width * placement.side, artwork.height * placement.side
            left, top = through.at(0, 0)
            return (*under, Bitmap(left, top, wide, high, artwork.width_px, artwork.height_px, artwork.rgba))
        case _:
            assert_never(artwork)


def _odd(modules: float) -> int:
    """Return the nearest odd number of modules: as wide as the symbol's own middle asks for."""
    return max(2 * math.floor(modules / 2) + 1, MODULES_MIN)


def _plate_sides(artwork: Artwork, plate: Plate, long: int, margin: float) -> tuple[int, int]:
    """Return how many modules a plate clears: a square for circles and logos not far from square, else a flat one."""
    aspect = artwork.width / artwork.height
    if plate == "circle" or max(aspect, 1 / aspect) <= SQUARE_ASPECT_MAX:
        return long, long
    needed = (long - 2 * margin) * min(artwork.width, artwork.height) + 2 * margin
    short = 2 * math.ceil((needed - 1) / 2) + 1  # rounded up, or the logo would have to be smaller
    return (long, short) if aspect > 1 else (short, long)


def _radius(plate: Plate, shorter: float) -> float:
    match plate:
        case "circle":
            return shorter / 2
        case "rounded":
            return shorter * ROUNDED_RADIUS
        case _:
            return 0


def _fitted(reaches: list[Point], *, half: Point, radius: float) -> float:
    """Return how large a logo can be so that none of its points, by their distance from the middle, leaves the plate.

    The plate reaches `half` of its sides from the middle, its corners rounded by `radius`.
    """
    flat_x, flat_y = half[0] - radius, half[1] - radius
    largest = math.inf
    for x, y in reaches:
        side = min(half[0] / x if x else math.inf, half[1] / y if y else math.inf)
        if side * x > flat_x and side * y > flat_y:
            # Where a ray through the point leaves the corner's circle: a quadratic equation for the side.
            a, b, c = x * x + y * y, flat_x * x + flat_y * y, flat_x**2 + flat_y**2 - radius**2
            side = (b + math.sqrt(max(b * b - a * c, 0))) / a
        largest = min(largest, side)
    return largest


def _corners(corner: Point, sides: Point) -> list[Point]:
    (x, y), (wide, high) = corner, sides
    return [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]


def _outline(plate: Plate, corner: Point, sides: Point) -> list[Point]:
    """Return the convex outline of what a plate clears; round corners cover hardly less than sharp ones."""
    if plate != "circle":
        return _corners(corner, sides)
    radius = sides[0] / 2
    turns = (math.tau * point / CIRCLE_POINTS for point in range(CIRCLE_POINTS))
    return [(corner[0] + radius * (1 + math.cos(turn)), corner[1] + radius * (1 + math.sin(turn))) for turn in turns]


def _plate(plate: Plate, corner: Point, sides: Point, radius: float) -> Contour:
    x, y = corner
    if plate == "circle":
        return shapes.circle(x + radius, y + radius, radius=radius)
    first, *others = _corners(corner, sides)
    if not radius:
        return Contour(*first, tuple(Line(*other) for other in others))
    steps: list[Step] = []
    ways = (((-1, 0), (0, 1)), ((0, -1), (-1, 0)), ((1, 0), (0, -1)), ((0, 1), (1, 0)))  # to a corner, and from it
    for (at_x, at_y), ((dx, dy), (out_x, out_y)) in zip((*others, first), ways, strict=True):
        steps.append(Line(at_x + dx * radius, at_y + dy * radius))
        steps.append(Arc(at_x + out_x * radius, at_y + out_y * radius, radius, clockwise=True))
    return Contour(x + radius, y, tuple(steps))
