"""Uploaded PNG, JPEG and WebP as plain pixels.

The size that a file declares is checked before a pixel of it is decoded, so a small file cannot ask for much memory.
What comes out is pixels alone: no profile, no text, no metadata of the file is kept.
"""

import io
import struct
import warnings
from typing import TYPE_CHECKING

from repoint.rendering import artwork
from repoint.rendering.artwork import Photo
from repoint.rendering.errors import BadLogo
from repoint.rendering.hulls import hull_of
from repoint.rendering.subpaths import Point

if TYPE_CHECKING:
    from PIL.Image import Image

BYTES_MAX = 2_000_000
SIDE_PX_MAX = 4_096
KEPT_SIDE_PX_MAX = 1_024  # more than print resolves in a logo

# A progressive JPEG goes over all its pixels once for each scan, and a scan may be ten bytes long. Cameras and
# optimisers write about ten.
SCANS_MAX = 40

SEEN_FROM = 16  # the opacity, of 255, from which a pixel belongs to the logo

FORMATS = ("PNG", "JPEG", "WEBP")

_SCAN = b"\xff\xda"
_SEEN = b"\xff"


def read(body: bytes) -> Photo:
    """Return the pixels of a file, upright and trimmed to what is not transparent; BadLogo says what is wrong with it.

    A larger picture than 1,024 pixels a side is made smaller.
    """
    if len(body) > BYTES_MAX:
        raise BadLogo(f"is {len(body):,} bytes long; at most {BYTES_MAX:,} are allowed")
    if body[8:12] == b"WEBP":
        # Pillow sets up the whole canvas of a WebP as soon as it opens one.
        _check_size(*_webp_size(body))
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes and of damaged metadata; the checks here decide
            with Image.open(io.BytesIO(body), formats=FORMATS) as image:
                _check(image, body)
                return _photo(_upright(image))
    except BadLogo:
        raise
    except UnidentifiedImageError:
        raise BadLogo("is not a PNG, JPEG or WebP that can be read") from None
    except Image.DecompressionBombError:
        raise BadLogo(f"is far larger than {SIDE_PX_MAX:,} pixels a side, which is the most allowed") from None
    except Exception as error:
        # Decoders raise what they like on damaged files: OSError, SyntaxError, ValueError, struct.error.
        raise BadLogo("is damaged or cut off and cannot be decoded") from error


def _check(image: "Image", body: bytes) -> None:
    _check_size(*image.size)
    # A JPEG of several pictures is a photo with its preview, and the first one is the photo.
    if image.format in ("PNG", "WEBP") and getattr(image, "n_frames", 1) > 1:
        raise BadLogo("is animated; upload one picture of it")
    if image.format not in ("PNG", "WEBP") and body.count(_SCAN) > SCANS_MAX:
        raise BadLogo(f"is a JPEG of more than {SCANS_MAX} scans; save it as a baseline JPEG")


def _check_size(width: int, height: int) -> None:
    if max(width, height) > SIDE_PX_MAX:
        raise BadLogo(f"is {width:,} by {height:,} pixels; at most {SIDE_PX_MAX:,} a side are allowed")


def _webp_size(body: bytes) -> tuple[int, int]:
    """Return width and height of a WebP, from the header of its first chunk (RFC 9649 sections 2.5 to 2.7)."""
    kind, head = body[12:16], body[20:30]
    if len(head) == 10:
        match kind:
            case b"VP8X":
                return int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1
            case b"VP8L":
                bits = int.from_bytes(head[1:5], "little")
                return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
            case b"VP8 ":
                width, height = struct.unpack("<HH", head[6:10])
                return width & 0x3FFF, height & 0x3FFF
    raise BadLogo("is damaged or cut off and cannot be decoded")


def _upright(image: "Image") -> "Image":
    """Return red, green, blue and alpha of eight bits each, turned as the EXIF data says, and not too large."""
    from PIL import ImageOps
    from PIL.Image import Resampling

    # Modes that can be made smaller before they are converted need less memory so.
    if image.mode not in ("RGB", "RGBA", "CMYK") or "transparency" in image.info:
        image = _converted(image)
    image.thumbnail((KEPT_SIDE_PX_MAX, KEPT_SIDE_PX_MAX), Resampling.LANCZOS)
    return _converted(ImageOps.exif_transpose(image))


def _converted(image: "Image") -> "Image":
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.point(lambda value: value * (1 / 257)).convert("L")
    if image.mode == "CMYK":
        image = image.convert("RGB")
    return image.convert("RGBA")


def _photo(image: "Image") -> Photo:
    seen = image.getchannel("A").point([255 if opacity >= SEEN_FROM else 0 for opacity in range(256)])
    box = seen.getbbox()
    if box is None:
        raise BadLogo("draws nothing: every pixel is transparent")
    image, seen = image.crop(box), seen.crop(box)
    width, height = image.size
    artwork.check_aspect(width, height)
    scale = 1 / max(width, height)
    return Photo(width * scale, height * scale, width, height, image.tobytes(), _hull(seen, scale))


def _hull(seen: "Image", scale: float) -> tuple[Point, ...]:
    width, height = seen.size
    mask = seen.tobytes()
    points = []
    for y in range(height):
        row = mask[y * width : (y + 1) * width]
        left, right = row.find(_SEEN), row.rfind(_SEEN) + 1
        if right:
            points += [(x * scale, edge * scale) for x in (left, right) for edge in (y, y + 1)]
    return hull_of(points)
