"""Pixels of a bitmap, as the formats want them."""

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from repoint.rendering.scene import Bitmap

if TYPE_CHECKING:
    from PIL import Image

# Packing a logo takes longer than all the rest of an SVG, and the same logo comes again. Large ones are not kept.
KEPT_BYTES_MAX = 1_000_000


def as_png(bitmap: Bitmap) -> bytes:
    """Return the pixels as a PNG file."""
    pack = _packed_once if len(bitmap.rgba) <= KEPT_BYTES_MAX else _packed
    return pack(bitmap.width_px, bitmap.height_px, bitmap.rgba)


def color_planes(bitmap: Bitmap, *, cmyk: bool) -> bytes:
    """Return red, green and blue, or the four inks, a byte each, for all pixels."""
    from PIL import Image

    rgb = Image.frombytes("RGBA", (bitmap.width_px, bitmap.height_px), bitmap.rgba).convert("RGB")
    return _separated(rgb).tobytes() if cmyk else rgb.tobytes()


def alpha_plane(bitmap: Bitmap) -> bytes | None:
    """Return the opacity of all pixels, a byte each, or None when all are opaque."""
    alpha = bitmap.rgba[3::4]
    return None if alpha.count(255) == len(alpha) else alpha


def flattened(bitmap: Bitmap, ground: tuple[int, int, int]) -> bytes:
    """Return the same pixels, opaque, as they look on a ground of one colour."""
    from PIL import Image

    size = (bitmap.width_px, bitmap.height_px)
    paper = Image.new("RGBA", size, (*ground, 255))
    paper.alpha_composite(Image.frombytes("RGBA", size, bitmap.rgba))
    return paper.tobytes()


def _packed(width_px: int, height_px: int, rgba: bytes) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.frombytes("RGBA", (width_px, height_px), rgba).save(file, "PNG")
    return file.getvalue()


_packed_once = lru_cache(maxsize=16)(_packed)


def _separated(rgb: "Image.Image") -> "Image.Image":
    """Return the four inks of all pixels, as `inks.of_screen` does for one colour."""
    from PIL import Image, ImageChops, ImageMath

    red, green, blue = rgb.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)

    def ink(args: dict[str, Any]) -> Any:
        # Dividing by 0 gives 0 here: black has none of the three.
        return args["convert"]((args["most"] - args["band"]) * 255 / args["most"], "L")

    three = [ImageMath.lambda_eval(ink, band=band, most=most) for band in (red, green, blue)]
    return Image.merge("CMYK", (*three, ImageChops.invert(most)))
