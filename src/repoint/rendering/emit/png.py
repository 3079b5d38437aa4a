"""A scene as PNG."""

import io
from dataclasses import replace
from typing import TYPE_CHECKING

from repoint.rendering import colors
from repoint.rendering.emit.raster import coverage, is_see_through, pixels, sheet_px
from repoint.rendering.emit.shading import is_opaque
from repoint.rendering.emit.sheet import Sheet
from repoint.rendering.scene import Fill, Scene, Solid

if TYPE_CHECKING:
    from PIL.Image import Image

# Packs gradients in two thirds of the time of the usual level, in an eighth more bytes.
FULL_COLOR_EFFORT = 3

_BLACK, _WHITE = Solid("#000000"), Solid("#FFFFFF")


def to_png(scene: Scene, *, width_px: int, dpi: int | None) -> bytes:
    """Return a picture exactly `width_px` wide, with `dpi` written into the file unless it is None."""
    sheet = sheet_px(scene, width_px=width_px)
    resolution = {"dpi": (dpi, dpi)} if dpi else {}
    file = io.BytesIO()
    if image := _in_one_ink(scene, sheet):
        image.save(file, "PNG", **resolution)
    else:
        pixels(scene, sheet).save(file, "PNG", compress_level=FULL_COLOR_EFFORT, **resolution)
    return file.getvalue()


def _in_one_ink(scene: Scene, sheet: Sheet) -> "Image | None":
    """Draw only how much ink covers each pixel, and let a palette mix the colours: a fraction of the bytes.

    None when the scene has more than one ink, or one that is not the same all over.
    """
    match scene:
        case Scene(background=Solid() | None as ground, layers=(Fill(Solid() as ink) as fill,)) if is_opaque(ink):
            if ground and is_see_through(scene):
                return None
        case _:
            return None
    image = coverage(replace(scene, background=_WHITE, layers=(replace(fill, paint=_BLACK),)), sheet)
    levels = [level for level, count in enumerate(image.histogram()) if count]
    dark = colors.channels(ink.color)
    light = colors.channels(ground.color) if ground else dark
    mixed = (round((d * (255 - level) + g * level) / 255) for level in levels for d, g in zip(dark, light, strict=True))

    # Two levels make a palette of two colours, which PNG stores in one bit for each pixel.
    image = image.point([levels.index(level) if level in levels else 0 for level in range(256)])
    image.putpalette(bytes(mixed))
    if ground is None:
        image.info["transparency"] = bytes(255 - level for level in levels)
    return image
