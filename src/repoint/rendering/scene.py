"""A picture as layers of filled paths and bitmaps.

Everything is measured in modules. The origin is the upper left corner of the picture, x grows to the right and y
downwards. Contours are closed, and a path is filled by the nonzero rule: outer edges run clockwise, holes the other
way round. A colour is the canonical spelling that `colors.parse` returns: `#RRGGBB`, `#RRGGBBAA`, or
`cmyk(C M Y K, #RRGGBB)`.

How to add to a picture, which every format then shows in the same way (`composition.py` puts the parts together):

- A frame is fills on a larger canvas, and says where on it the symbol stands: whole numbers, so that the modules of a
  PNG stay on whole pixels. The background covers all of the picture, the bleed around it and what is left over in a
  PNG.
- Text is a Fill like any other, its glyphs outlined as contours.
- A logo is more layers on top: fills, or a Bitmap stretched to its box. The modules below it are left out with
  `symbol_layers(..., cleared=...)`: the (x, y) of modules of the symbol, the upper left one being (0, 0); whole modules
  are not drawn, and their neighbours close as if they were light. Finder patterns are drawn whole in any case.
- A contour that is needed in many places is a Stamp: it costs its points once in time and a few bytes for each place.
- A gradient lies in the picture, not in the shape it fills: fills with an equal paint are one surface.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Line(NamedTuple):
    """A straight line to (x, y)."""

    x: float
    y: float


class Arc(NamedTuple):
    """An arc of a circle to (x, y): the shorter way around, or the longer one when `large`."""

    x: float
    y: float
    radius: float
    clockwise: bool
    large: bool = False


class Curve(NamedTuple):
    """A cubic Bezier curve to (x, y), pulled to (x1, y1) where it begins and to (x2, y2) where it ends."""

    x1: float
    y1: float
    x2: float
    y2: float
    x: float
    y: float


Step = Line | Arc | Curve


class Contour(NamedTuple):
    """A closed line: it starts at (x, y), follows the steps, and goes straight back to its start."""

    x: float
    y: float
    steps: tuple[Step, ...]


Path = tuple[Contour, ...]


class Stamp(NamedTuple):
    """One contour in many places: its origin is moved to each of them."""

    contour: Contour
    places: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Solid:
    """One colour."""

    color: str


class Stop(NamedTuple):
    """A colour of a gradient, `at` 0 (its beginning) to 1 (its end)."""

    at: float
    color: str


@dataclass(frozen=True, slots=True)
class Linear:
    """A gradient along the line from (x1, y1) to (x2, y2); beyond its ends the first and the last colour go on."""

    x1: float
    y1: float
    x2: float
    y2: float
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Radial:
    """A gradient from the point (x, y) outwards to a radius; beyond it the last colour goes on."""

    x: float
    y: float
    radius: float
    stops: tuple[Stop, ...]


Gradient = Linear | Radial
Paint = Solid | Linear | Radial


@dataclass(frozen=True, slots=True)
class Fill:
    """One path in one paint; the stamps are part of the path."""

    paint: Paint
    path: Path
    stamps: tuple[Stamp, ...] = ()


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Pixels stretched over a box: rows from the top; red, green, blue and alpha (not premultiplied) in a byte each."""

    x: float
    y: float
    width: float
    height: float
    width_px: int
    height_px: int
    rgba: bytes


Layer = Fill | Bitmap


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture: an optional background over its whole area, then the layers in drawing order."""

    width: float
    height: float
    background: Paint | None
    layers: tuple[Layer, ...]
