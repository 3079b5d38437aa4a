"""What a picture is made for: its format, its size, its surround."""

from dataclasses import dataclass

from repoint.rendering import colors
from repoint.rendering import options as file_options
from repoint.rendering.errors import Unrenderable
from repoint.rendering.names import not_known
from repoint.rendering.options import Options
from repoint.rendering.picture import MEDIA_TYPES, PLAIN
from repoint.rendering.sizes import Paper, choose, raster

WIDTH_MM_DEFAULT = 50

PIXEL_FORMATS = ("png", "jpg", "webp")


@dataclass(frozen=True, slots=True)
class Product:
    """The file that is checked.

    `surround` is the colour the picture lies on, None when nobody knows: then a transparent picture is taken to lie on
    white, and one with a background on what would hide a missing quiet zone. `width_px` is None for what has no pixels
    or no size yet, and `is_sized` says that somebody asked for the width in mm.
    """

    fmt: str
    surround: str | None
    width_px: int | None
    width_mm: float
    is_sized: bool
    options: Options


def product(
    *,
    fmt: str = "png",
    size_px: int | None = None,
    width_mm: float | None = None,
    dpi: int | None = None,
    surround: str | None = None,
    options: Options = PLAIN,
) -> Product:
    """Return the product that arguments as those of `picture` describe; Unrenderable names the bound they break."""
    if fmt not in MEDIA_TYPES:
        raise Unrenderable("format", not_known(fmt, MEDIA_TYPES))
    file_options.check(options, fmt)
    size = choose(size_px=size_px, width_mm=width_mm, dpi=dpi, default=Paper(WIDTH_MM_DEFAULT, dpi=dpi))
    has_pixels = fmt in PIXEL_FORMATS and (size_px or width_mm)
    return Product(
        fmt=fmt,
        surround=_color(surround) if surround else None,
        width_px=raster(size)[0] if has_pixels else None,
        width_mm=width_mm or WIDTH_MM_DEFAULT,
        is_sized=width_mm is not None,
        options=options,
    )


def _color(surround: str) -> str:
    try:
        return colors.over(colors.parse(surround), "#FFFFFF")
    except ValueError as error:
        raise Unrenderable("surround", str(error)) from None
