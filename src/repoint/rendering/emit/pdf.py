"""A scene as PDF 1.4, one page."""

from typing import assert_never

from repoint.rendering.decimals import short
from repoint.rendering.emit.paths import operators
from repoint.rendering.emit.pdf_file import Objects, stream, text
from repoint.rendering.emit.pdf_resources import Resources
from repoint.rendering.emit.sheet import MARK_WIDTH_POINTS, POINTS_PER_MM, Edges, Sheet, crop_marks, exact, trimmed
from repoint.rendering.scene import Bitmap, Fill, Layer, Scene

BLEED_MM_MAX = 20


def to_pdf(
    scene: Scene,
    *,
    width_mm: float,
    title: str | None = None,
    description: str | None = None,
    cmyk: bool = False,
    bleed_mm: float = 0,
    marks: bool = False,
) -> bytes:
    """Return a document with the picture exactly `width_mm` wide. It holds no date, so equal scenes are equal.

    `cmyk` puts every colour, bitmaps too, into the four inks of printing. With `bleed_mm` the background goes on beyond
    the cut, and with `marks` lines show where that is; the page grows by both, and its TrimBox is the picture.
    """
    width, bleed = width_mm * POINTS_PER_MM, bleed_mm * POINTS_PER_MM
    sheet = trimmed(scene, width=width, bleed=bleed, marks=marks) if bleed or marks else exact(scene, width=width)
    return document(
        scene, sheet, title=title, description=description, cmyk=cmyk, marked_bleed=bleed if marks else None
    )


def document(
    scene: Scene,
    sheet: Sheet,
    *,
    title: str | None = None,
    description: str | None = None,
    cmyk: bool = False,
    marked_bleed: float | None = None,
) -> bytes:
    """Return a document with the scene on a sheet, and crop marks around a bleed when it is not None."""
    objects = Objects()
    catalogue, pages, page, content = (objects.reserve() for _ in range(4))
    resources = Resources(objects, matrix=sheet.matrix(), cmyk=cmyk)
    lines = _marks(sheet.trim, marked_bleed, cmyk=cmyk) if sheet.trim and marked_bleed is not None else []
    # From here on one unit is one module and y grows downwards, as in the scene.
    lines.append(f"{sheet.matrix()} cm")
    lines += _ground(scene, sheet, resources)
    for layer in scene.layers:
        lines += _drawn(layer, resources)

    objects.put(catalogue, b"<</Type/Catalog/Pages %d 0 R>>" % pages)
    objects.put(pages, b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % page)
    objects.put(content, stream("", "\n".join(filter(None, lines)).encode("ascii")))
    entries = f"{_boxes(sheet)}{resources.page_entries()}/Contents {content} 0 R"
    objects.put(page, f"<</Type/Page/Parent {pages} 0 R{entries}>>".encode("ascii"))
    said = [(name, words) for name, words in ((b"Title", title), (b"Subject", description)) if words]
    info = objects.add(b"<<%s>>" % b"".join(b"/%s%s" % (name, text(words)) for name, words in said)) if said else None
    return objects.file(root=catalogue, info=info)


def _boxes(sheet: Sheet) -> str:
    boxes = [("MediaBox", Edges(0, 0, sheet.width, sheet.height))]
    if sheet.trim:
        boxes += [("BleedBox", sheet.ground), ("TrimBox", sheet.trim)]
    return "".join(f"/{name}[{' '.join(_number(edge) for edge in edges)}]" for name, edges in boxes)


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _ground(scene: Scene, sheet: Sheet, resources: Resources) -> list[str]:
    if scene.background is None:
        return []
    left, bottom, right, top = sheet.ground
    x, width = (left - sheet.left) / sheet.module, (right - left) / sheet.module
    y, height = (sheet.height - sheet.top - top) / sheet.module, (top - bottom) / sheet.module
    ink = resources.ink(scene.background)
    return [ink.before, f"{_number(x)} {_number(y)} {_number(width)} {_number(height)} re f", ink.after]


def _drawn(layer: Layer, resources: Resources) -> list[str]:
    match layer:
        case Fill(paint):
            ink = resources.ink(paint)
            return [ink.before, *operators(layer), "f", ink.after]
        case Bitmap(x, y, width, height):
            # The image stands on its lower edge, in a space where y grows downwards.
            box = f"{short(width)} 0 0 {short(-height)} {short(x)} {short(y + height)}"
            return [f"q {box} cm /{resources.bitmap(layer)} Do Q"]
        case _:
            assert_never(layer)


def _marks(trim: Edges, bleed: float, *, cmyk: bool) -> list[str]:
    # Every plate of a press needs the marks, so they are all four inks.
    ink = "1 1 1 1 K" if cmyk else "0 0 0 RG"
    lines = [f"{x1:.4f} {y1:.4f} m {x2:.4f} {y2:.4f} l" for x1, y1, x2, y2 in crop_marks(trim, bleed=bleed)]
    return [f"q {MARK_WIDTH_POINTS} w {ink}", *lines, "S Q"]
