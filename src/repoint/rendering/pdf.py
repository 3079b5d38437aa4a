"""A scene as PDF 1.4, one page."""

import math
import zlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from repoint.rendering import colors
from repoint.rendering.decimals import short
from repoint.rendering.scene import Arc, Contour, Line, Scene, Solid

POINTS_PER_MM = 72 / 25.4

_HEAD = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"  # four bytes above 127 mark the file as binary (ISO 32000-1 section 7.5.2)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A square page in points, and where the scene lies on it: the size of a module, and the margin left and above."""

    side: float
    module: float
    margin: float = 0


def to_pdf(scene: Scene, *, width_mm: float, title: str | None) -> bytes:
    """Return a document whose page is exactly as large as the picture. It holds no date, so equal scenes are equal."""
    side = width_mm * POINTS_PER_MM
    return document(scene, Sheet(side, side / scene.side_modules), title=title)


def document(scene: Scene, sheet: Sheet, *, title: str | None = None) -> bytes:
    """Return a document with the scene on a sheet; the background covers the whole sheet."""
    content = zlib.compress(_content(scene, sheet).encode("ascii"), 6)
    side = f"{sheet.side:.6f}"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {side} {side}]/Resources<<>>/Contents 4 0 R>>".encode("ascii"),
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(content), content),
    ]
    if title:
        # UTF-16 with a byte order mark, in hexadecimal (ISO 32000-1 section 7.9.2.2).
        text = b"\xfe\xff" + title.encode("utf-16-be", "replace")
        objects.append(f"<</Title<{text.hex()}>>>".encode("ascii"))
    return _file(objects, info=5 if title else None)


def _file(objects: list[bytes], *, info: int | None) -> bytes:
    """Number the objects from 1, the first being the catalogue, and add the cross-reference table."""
    body = bytearray(_HEAD)
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    reference = b"/Info %d 0 R" % info if info else b""
    body += b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, reference, start)
    return bytes(body)


def _content(scene: Scene, sheet: Sheet) -> str:
    words = []
    if scene.background:
        words.append(f"{_ink(scene.background)} 0 0 {sheet.side:.6f} {sheet.side:.6f} re f")
    # From here on one unit is one module and y grows downwards, as in the scene.
    top = sheet.side - sheet.margin
    words.append(f"{sheet.module:.6f} 0 0 {-sheet.module:.6f} {sheet.margin:.6f} {top:.6f} cm")
    for fill in scene.fills:
        words.append(_ink(fill.paint))
        words += map(_contour, fill.path)
        words.append("f")
    return "\n".join(words)


def _ink(paint: Solid) -> str:
    red, green, blue = (short(channel / 255) for channel in colors.channels(paint.color))
    return f"{red} {green} {blue} rg"


def _contour(contour: Contour) -> str:
    x, y = contour.x, contour.y
    words = [f"{short(x)} {short(y)} m"]
    for step in contour.steps:
        match step:
            case Line():
                words.append(f"{short(step.x)} {short(step.y)} l")
            case Arc():
                for curve in _curves(step.x - x, step.y - y, step.radius, clockwise=step.clockwise):
                    points = " ".join(f"{short(x + dx)} {short(y + dy)}" for dx, dy in curve)
                    words.append(f"{points} c")
        x, y = step.x, step.y
    words.append("h")
    return " ".join(words)


Offset = tuple[float, float]


@lru_cache(maxsize=1_024)
def _curves(dx: float, dy: float, radius: float, *, clockwise: bool) -> tuple[tuple[Offset, Offset, Offset], ...]:
    """Return Bezier curves, as offsets from the start, for an arc that ends at (dx, dy).

    Each covers at most a quarter turn, where the curve is within 0.03 % of the radius of the true arc.
    """
    chord = math.hypot(dx, dy)
    turn = 1 if clockwise else -1
    # The centre lies to the right of a clockwise arc, at a right angle to its chord (y grows downwards).
    height = math.sqrt(max(radius**2 - chord**2 / 4, 0)) * turn / chord
    centre_x, centre_y = dx / 2 - dy * height, dy / 2 + dx * height
    begin = math.atan2(-centre_y, -centre_x)
    sweep = 2 * math.asin(min(chord / (2 * radius), 1)) * turn
    pieces = math.ceil(abs(sweep) / (math.pi / 2) - 1e-9)
    reach = 4 / 3 * math.tan(sweep / pieces / 4)

    def point(angle: float, tangent: float) -> Offset:
        cos, sin = math.cos(angle), math.sin(angle)
        return centre_x + radius * (cos - tangent * sin), centre_y + radius * (sin + tangent * cos)

    angles = [begin + sweep * piece / pieces for piece in range(pieces + 1)]
    return tuple((point(first, reach), point(last, -reach), point(last, 0)) for first, last in pairwise(angles))
