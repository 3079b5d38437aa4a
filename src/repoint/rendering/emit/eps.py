"""A scene as EPS: PostScript level 3, one picture."""

import math
import textwrap
import zlib
from base64 import a85encode
from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from repoint.rendering import colors
from repoint.rendering.decimals import short
from repoint.rendering.emit.paths import operators
from repoint.rendering.emit.pixels import alpha_plane, color_planes, flattened
from repoint.rendering.emit.shading import WHITE, components, over_solid, seen_as, shading
from repoint.rendering.emit.sheet import POINTS_PER_MM
from repoint.rendering.scene import Bitmap, Fill, Layer, Linear, Paint, Radial, Scene, Solid

# Document structuring conventions, section 3: no line is longer than 255 characters.
LINE_CHARACTERS_MAX = 200

TITLE_CHARACTERS_MAX = 150

# Path operators have the names that they have in PDF, and live in a dictionary that is put away again.
_PROLOG = """%%BeginProlog
/repointdict 8 dict def
repointdict begin
/m{moveto}bind def
/l{lineto}bind def
/c{curveto}bind def
/h{closepath}bind def
/f{fill}bind def
/rg{setrgbcolor}bind def
/k{setcmykcolor}bind def
/sh{<</PatternType 2/Shading 5 -1 roll>>matrix makepattern setpattern}bind def
end
%%EndProlog"""


def to_eps(scene: Scene, *, width_mm: float, title: str | None = None, cmyk: bool = False) -> bytes:
    """Return a picture exactly `width_mm` wide, in RGB or in the four inks of printing.

    PostScript knows no opacity: what is see-through is mixed with the colour of the background (white where there is
    none, the mean of its stops where it is a gradient), and pixels of bitmaps that are more than half transparent are
    left out.
    """
    module = width_mm * POINTS_PER_MM / scene.width
    width, height = scene.width * module, scene.height * module
    ground = seen_as(scene.background)
    lines = [*_header(width, height, title=title, cmyk=cmyk), _PROLOG, "%%Page: 1 1", "repointdict begin gsave"]
    # From here on one unit is one module and y grows downwards, as in the scene.
    lines.append(f"[{module:.6f} 0 0 {-module:.6f} 0 {height:.6f}]concat")
    if scene.background:
        area = f"0 0 {short(scene.width)} {short(scene.height)} rectfill"
        lines += _wrapped([_ink(scene.background, WHITE, cmyk=cmyk), area])
    for layer in scene.layers:
        lines += _drawn(layer, ground, cmyk=cmyk)
    lines += ["grestore end", "showpage", "%%Trailer", "%%EOF", ""]
    return "\n".join(lines).encode("ascii")


def _header(width: float, height: float, *, title: str | None, cmyk: bool) -> list[str]:
    lines = [
        "%!PS-Adobe-3.0 EPSF-3.0",
        f"%%BoundingBox: 0 0 {math.ceil(width - 1e-6)} {math.ceil(height - 1e-6)}",
        f"%%HiResBoundingBox: 0 0 {width:.6f} {height:.6f}",
        "%%LanguageLevel: 3",
        "%%DocumentData: Clean7Bit",
        "%%Pages: 1",
    ]
    if cmyk:
        lines.append("%%DocumentProcessColors: Cyan Magenta Yellow Black")
    if title:
        # A text of this file has no character set, so other characters than those of ASCII become question marks.
        printable = "".join(char if " " <= char <= "~" else "?" for char in title[:TITLE_CHARACTERS_MAX])
        lines.append(f"%%Title: {printable}")
    return [*lines, "%%EndComments"]


def _drawn(layer: Layer, ground: str, *, cmyk: bool) -> Iterable[str]:
    match layer:
        case Fill(paint):
            return _wrapped([_ink(paint, ground, cmyk=cmyk), *operators(layer), "f"])
        case Bitmap():
            return _image(layer, ground, cmyk=cmyk)
        case _:
            assert_never(layer)


def _ink(paint: Paint, ground: str, *, cmyk: bool) -> str:
    match paint:
        case Solid(color):
            return components(colors.over(color, ground), cmyk=cmyk) + (" k" if cmyk else " rg")
        case Linear() | Radial():
            return f"{shading(over_solid(paint, ground), cmyk=cmyk)} sh"
        case _:
            assert_never(paint)


def _image(bitmap: Bitmap, ground: str, *, cmyk: bool) -> list[str]:
    space, channels = ("/DeviceCMYK", 4) if cmyk else ("/DeviceRGB", 3)
    width, height = bitmap.width_px, bitmap.height_px
    alpha = alpha_plane(bitmap)
    samples = color_planes(replace(bitmap, rgba=flattened(bitmap, colors.channels(ground))), cmyk=cmyk)
    size = f"/Width {width}/Height {height}/BitsPerComponent 8/ImageMatrix[{width} 0 0 {height} 0 0]"
    source = "/DataSource currentfile/ASCII85Decode filter/FlateDecode filter"
    image = f"<</ImageType 1 {size}/Decode[{' '.join(['0 1'] * channels)}]"
    if alpha is None:
        dictionary = f"{image}{source}>>"
    else:
        # Each pixel says first whether it is painted (0) or not (1).
        samples = _interleaved(alpha, samples, channels)
        mask = f"<</ImageType 1 {size}/Decode[0 1]>>"
        dictionary = f"<</ImageType 3/InterleaveType 1/DataDict {image}{source}>>/MaskDict {mask}>>"
    data = a85encode(zlib.compress(samples, 6), wrapcol=LINE_CHARACTERS_MAX).decode().split("\n")
    return [
        f"gsave {short(bitmap.x)} {short(bitmap.y)} translate {short(bitmap.width)} {short(bitmap.height)} scale",
        f"{space} setcolorspace",
        *_wrapped([dictionary]),
        "image",
        # A line of data that begins as a comment would be taken for one.
        *(f" {line}" if line.startswith("%") else line for line in data),
        "~>",
        "grestore",
    ]


def _interleaved(alpha: bytes, samples: bytes, channels: int) -> bytes:
    masked = bytearray(len(alpha) * (channels + 1))
    masked[:: channels + 1] = alpha.translate(bytes([255] * 128 + [0] * 128))
    for channel in range(channels):
        masked[channel + 1 :: channels + 1] = samples[channel::channels]
    return bytes(masked)


def _wrapped(lines: list[str]) -> list[str]:
    return [
        part
        for line in lines
        for part in (
            [line]
            if len(line) <= LINE_CHARACTERS_MAX
            else textwrap.wrap(line, LINE_CHARACTERS_MAX, break_on_hyphens=False)
        )
    ]
