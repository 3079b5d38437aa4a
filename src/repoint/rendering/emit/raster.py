"""A scene as pixels, by way of its own PDF."""

import threading
from contextlib import closing
from typing import TYPE_CHECKING

from repoint.rendering.emit.pdf import document
from repoint.rendering.emit.shading import is_opaque
from repoint.rendering.emit.sheet import Edges, Sheet
from repoint.rendering.errors import Unrenderable
from repoint.rendering.scene import Scene
from repoint.rendering.sizes import SIZE_PX_MAX

if TYPE_CHECKING:
    from PIL.Image import Image

# PDFium keeps global state and may run on one thread at a time in the whole process, its import included.
_PDFIUM = threading.Lock()

_INVISIBLE = (0, 0, 0, 0)


def sheet_px(scene: Scene, *, width_px: int) -> Sheet:
    """Return a page of exactly `width_px` pixels, and as many in height as the picture's shape asks for.

    A module is the largest whole number of pixels that fits, so that all edges of square modules are sharp; what is
    left over widens the background on all four sides.
    """
    height_px = round(width_px * scene.height / scene.width)
    module_px = int(min(width_px / scene.width, height_px / scene.height))
    if module_px == 0:
        least = -int(-scene.width // 1)
        raise Unrenderable("size_px", f"must be at least {least} for this symbol: a pixel for each module")
    if height_px > SIZE_PX_MAX:
        raise Unrenderable("size_px", f"makes this picture {height_px} pixels high; {SIZE_PX_MAX} are possible")
    left, top = (
        int(px - modules * module_px) // 2 for px, modules in ((width_px, scene.width), (height_px, scene.height))
    )
    return Sheet(width_px, height_px, module_px, left, top, ground=Edges(0, 0, width_px, height_px))


def is_see_through(scene: Scene) -> bool:
    """Say whether a picture needs alpha."""
    return scene.background is None or not is_opaque(scene.background)


def pixels(scene: Scene, sheet: Sheet) -> "Image":
    """Return the picture in RGB, with alpha when the background lets something through."""
    if is_see_through(scene):
        return rendered(document(scene, sheet), fill_color=_INVISIBLE, rev_byteorder=True)
    return pixels_on_white(scene, sheet)


def pixels_on_white(scene: Scene, sheet: Sheet) -> "Image":
    """Return the picture in RGB, on white paper where it lets something through."""
    return rendered(document(scene, sheet))


def coverage(scene: Scene, sheet: Sheet) -> "Image":
    """Return a picture of black and white in one byte a pixel."""
    return rendered(document(scene, sheet), grayscale=True)


def rendered(body: bytes, **options: object) -> "Image":
    """Return the pixels of a PDF's first page; `options` are those of pypdfium2's `PdfPage.render`."""
    with _PDFIUM:
        from pypdfium2 import PdfDocument

        with (
            closing(PdfDocument(body)) as pdf,
            closing(pdf[0]) as page,
            closing(page.render(may_draw_forms=False, draw_annots=False, **options)) as bitmap,
        ):
            image: Image = bitmap.to_pil()  # keeps the pixels alive, which belong to Python
            return image
