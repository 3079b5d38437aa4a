"""Text and design to a finished file."""

from dataclasses import dataclass

from repoint.rendering.decimals import short
from repoint.rendering.design import Design
from repoint.rendering.draw import draw
from repoint.rendering.errors import Unrenderable
from repoint.rendering.names import not_known
from repoint.rendering.pdf import to_pdf
from repoint.rendering.png import to_png
from repoint.rendering.scene import Scene
from repoint.rendering.sizes import Paper, Pixels, Size, choose, paper_mm, raster
from repoint.rendering.svg import to_svg

# What each format is called on the web; the names are also the extensions of the files.
MEDIA_TYPES = {"svg": "image/svg+xml", "pdf": "application/pdf", "png": "image/png"}

SCREEN_DEFAULT = Pixels(1_024, dpi=None)
PRINT_DEFAULT = Paper(50, dpi=None)


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished file."""

    media_type: str
    extension: str
    body: bytes


def picture(
    text: str,
    design: Design,
    *,
    fmt: str,
    size_px: int | None = None,
    width_mm: float | None = None,
    dpi: int | None = None,
    title: str | None = None,
) -> Picture:
    """Return the picture of `text` as `svg`, `pdf` or `png`; equal arguments give equal bytes.

    The side, quiet zone included, is `size_px` (32 to 8192) or `width_mm` (5 to 2000); without either it is 1024 px,
    in a PDF 50 mm. `dpi` (72 to 1200) turns mm into the pixels of a PNG (300 when not given) and is written into it,
    and turns pixels into the mm of a PDF (96 when not given). Screen readers and PDF viewers show the `title`.
    Raises Unrenderable with the field that is wrong, and its subclass TooLong when no symbol holds the text.
    """
    if fmt not in MEDIA_TYPES:
        raise Unrenderable("format", not_known(fmt, MEDIA_TYPES))
    default = PRINT_DEFAULT if fmt == "pdf" else SCREEN_DEFAULT
    size = choose(size_px=size_px, width_mm=width_mm, dpi=dpi, default=default)
    return Picture(MEDIA_TYPES[fmt], fmt, _emitted(draw(text, design), fmt, size, title))


def _emitted(scene: Scene, fmt: str, size: Size, title: str | None) -> bytes:
    match fmt:
        case "svg":
            width = f"{short(size.width_mm)}mm" if isinstance(size, Paper) else str(size.side_px)
            return to_svg(scene, width=width, title=title)
        case "pdf":
            return to_pdf(scene, width_mm=paper_mm(size), title=title)
        case _:
            side_px, dpi = raster(size)
            return to_png(scene, side_px=side_px, dpi=dpi)
