"""A scene as PNG, by way of its own PDF."""

import io
import threading
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from repoint.rendering import colors
from repoint.rendering.errors import Unrenderable
from repoint.rendering.pdf import Sheet, document
from repoint.rendering.scene import Scene, Solid

if TYPE_CHECKING:
    from PIL.Image import Image

# PDFium keeps global state and may run on one thread at a time in the whole process, its import included.
_PDFIUM = threading.Lock()

_BLACK, _WHITE = Solid("#000000"), Solid("#FFFFFF")
_INVISIBLE = (0, 0, 0, 0)


def to_png(scene: Scene, *, side_px: int, dpi: int | None) -> bytes:
    """Return a picture of exactly `side_px` by `side_px`, with `dpi` written into the file unless it is None.

    A module is the largest whole number of pixels that fits, so that all edges of square modules are sharp; what is
    left over widens the quiet zone on all four sides.
    """
    module_px, rest_px = divmod(side_px, scene.side_modules)
    if module_px == 0:
        raise Unrenderable("size_px", f"must be at least {scene.side_modules} for this symbol: a pixel for each module")
    sheet = Sheet(side=side_px, module=module_px, margin=rest_px // 2)
    image = _in_one_ink(scene, sheet) if len(scene.fills) == 1 else _in_full_color(scene, sheet)
    file = io.BytesIO()
    image.save(file, "PNG", **({"dpi": (dpi, dpi)} if dpi else {}))
    return file.getvalue()


def _in_one_ink(scene: Scene, sheet: Sheet) -> "Image":
    """Draw only how much ink covers each pixel, and let a palette mix the colours: a fraction of the bytes."""
    (fill,) = scene.fills
    stencil = replace(scene, background=_WHITE, fills=(replace(fill, paint=_BLACK),))
    image = _raster(stencil, sheet, grayscale=True)
    levels = [level for level, count in enumerate(image.histogram()) if count]
    ink = colors.channels(fill.paint.color)
    ground = colors.channels(scene.background.color) if scene.background else ink
    mixed = (round((i * (255 - level) + g * level) / 255) for level in levels for i, g in zip(ink, ground, strict=True))

    # Two levels make a palette of two colours, which PNG stores in one bit for each pixel.
    image = image.point([levels.index(level) if level in levels else 0 for level in range(256)])
    image.putpalette(bytes(mixed))
    if scene.background is None:
        image.info["transparency"] = bytes(255 - level for level in levels)
    return image


def _in_full_color(scene: Scene, sheet: Sheet) -> "Image":
    if scene.background is None:
        return _raster(scene, sheet, fill_color=_INVISIBLE, rev_byteorder=True)
    return _raster(scene, sheet)


def _raster(scene: Scene, sheet: Sheet, **options: object) -> "Image":
    body = document(scene, sheet)
    with _PDFIUM:
        from pypdfium2 import PdfDocument

        with (
            closing(PdfDocument(body)) as pdf,
            closing(pdf[0]) as page,
            closing(page.render(may_draw_forms=False, draw_annots=False, **options)) as bitmap,
        ):
            image: Image = bitmap.to_pil()  # keeps the pixels alive, which belong to Python
            return image
