"""Text and design to a finished file."""

from dataclasses import dataclass
from typing import Literal, TypeGuard, assert_never

from repoint.rendering import options as file_options
from repoint.rendering.artwork import Artwork
from repoint.rendering.composition import draw
from repoint.rendering.design import Design
from repoint.rendering.emit.eps import to_eps
from repoint.rendering.emit.jpg import to_jpg
from repoint.rendering.emit.pdf import to_pdf
from repoint.rendering.emit.png import to_png
from repoint.rendering.emit.svg import to_svg
from repoint.rendering.emit.webp import to_webp
from repoint.rendering.errors import Unrenderable
from repoint.rendering.names import not_known
from repoint.rendering.options import Options
from repoint.rendering.scene import Scene
from repoint.rendering.sizes import Paper, Pixels, Size, choose, paper_mm, raster

Format = Literal["svg", "pdf", "png", "eps", "jpg", "webp"]

# What each format is called on the web; the names are also the extensions of the files.
MEDIA_TYPES: dict[str, str] = {
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "png": "image/png",
    "eps": "application/postscript",
    "jpg": "image/jpeg",
    "webp": "image/webp",
}

SCREEN_DEFAULT = Pixels(1_024, dpi=None)
PRINT_DEFAULT = Paper(50, dpi=None)

PLAIN = Options()


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished file."""

    media_type: str
    extension: str
    body: bytes


def picture(  # noqa: PLR0913 (by name, and most are never given)
    text: str,
    design: Design,
    *,
    fmt: str,
    image: Artwork | None = None,
    size_px: int | None = None,
    width_mm: float | None = None,
    dpi: int | None = None,
    title: str | None = None,
    options: Options = PLAIN,
) -> Picture:
    """Return the picture of `text` as `svg`, `pdf`, `png`, `eps`, `jpg` or `webp`; equal arguments give equal bytes.

    The width, quiet zone included, is `size_px` (32 to 8192) or `width_mm` (5 to 2000); without either it is 1024 px,
    in a PDF or EPS 50 mm. `dpi` (72 to 1200) turns mm into the pixels of a raster (300 when not given) and is written
    into it, and turns pixels into the mm of a PDF or EPS (96 when not given). Screen readers and PDF viewers show the
    `title`. The `options` are a description (svg, pdf), the inks of printing (`cmyk`: pdf, eps), and `bleed_mm` (0 to
    20) and `crop_marks` (pdf), by which the page grows. `image` is the artwork that `design.logo.image` names.
    Raises Unrenderable with the field that is wrong, its subclass TooLong when no symbol holds the text, and BadDesign
    when the frame cannot show its own text or the image is missing.
    """
    if not _is_format(fmt):
        raise Unrenderable("format", not_known(fmt, MEDIA_TYPES))
    file_options.check(options, fmt)
    default = PRINT_DEFAULT if fmt in ("pdf", "eps") else SCREEN_DEFAULT
    size = choose(size_px=size_px, width_mm=width_mm, dpi=dpi, default=default)
    return Picture(MEDIA_TYPES[fmt], fmt, _emitted(draw(text, design, image=image), fmt, size, title, options))


def _is_format(fmt: str) -> TypeGuard[Format]:
    return fmt in MEDIA_TYPES


def _emitted(scene: Scene, fmt: Format, size: Size, title: str | None, options: Options) -> bytes:
    match fmt:
        case "svg":
            words = {"title": title, "description": options.description}
            if isinstance(size, Paper):
                return to_svg(scene, width=size.width_mm, unit="mm", **words)
            return to_svg(scene, width=size.width_px, unit="", **words)
        case "pdf":
            return to_pdf(
                scene,
                width_mm=paper_mm(size),
                title=title,
                description=options.description,
                cmyk=options.cmyk,
                bleed_mm=options.bleed_mm,
                marks=options.crop_marks,
            )
        case "eps":
            return to_eps(scene, width_mm=paper_mm(size), title=title, cmyk=options.cmyk)
        case "png" | "jpg" | "webp":
            width_px, dpi = raster(size)
            return {"png": to_png, "jpg": to_jpg, "webp": to_webp}[fmt](scene, width_px=width_px, dpi=dpi)
        case _:
            assert_never(fmt)
