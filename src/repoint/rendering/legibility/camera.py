"""What a camera does to grey pixels: angle, shadow, noise."""

import math
import random
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

NOISE_SEED = 18_004
NOISE_TILE_PX = 256

# Two bytes, each any of 0 to 255 with equal chance, have a mean that spreads by this much.
NOISE_SPREAD = 255 / math.sqrt(24)

DISTANCE = 5  # of the camera, in sides of the picture: half of what reads at most, so that a tilted symbol narrows


def photographed(shot: "Image.Image", *, turned: float = 0, tilted: float = 0, surround: int) -> "Image.Image":
    """Return a picture turned by an angle, then its right side tilted away from the camera; both in degrees.

    A pinhole camera looks at the centre. What it shows at (u, v) from there lies on the tilted paper at
    (u / cos, v) / (1 - u k), where k = tan / distance, and turning back leads from there to the picture. Pillow takes
    the eight coefficients of that as a projective map from corner to corner.
    """
    from PIL.Image import Resampling, Transform

    turn, tilt = math.radians(turned), math.radians(tilted)
    cos, sin = math.cos(turn), math.sin(turn)
    wide = math.ceil(shot.width * abs(cos) + shot.height * abs(sin))
    high = math.ceil(shot.width * abs(sin) + shot.height * abs(cos))
    x, y, to_x, to_y = wide / 2, high / 2, shot.width / 2, shot.height / 2
    k, stretch = math.tan(tilt) / (DISTANCE * max(wide, high)), 1 / math.cos(tilt)
    unit = 1 + k * x
    across = (cos * stretch - to_x * k, sin)
    along = (-sin * stretch - to_y * k, cos)
    rows = (
        (*across, to_x - across[0] * x - across[1] * y),
        (*along, to_y - along[0] * x - along[1] * y),
        (-k, 0),
    )
    coefficients = [value / unit for row in rows for value in row]
    return shot.transform((wide, high), Transform.PERSPECTIVE, coefficients, Resampling.BILINEAR, fillcolor=surround)


def shaded(shot: "Image.Image", darkest: float) -> "Image.Image":
    """Return a picture in a light that falls off evenly from one side to the other, down to a share of the full one."""
    from PIL import ImageChops

    return ImageChops.multiply(shot, _slope(shot.size, darkest))


def noisy(shot: "Image.Image", spread: float) -> "Image.Image":
    """Return a picture with noise of a standard deviation, always the same."""
    from PIL import ImageChops

    tile = _noise(-(-max(shot.size) // NOISE_TILE_PX) * NOISE_TILE_PX, spread)
    return ImageChops.add(shot, tile.crop((0, 0, *shot.size)), offset=-128)


@lru_cache(maxsize=16)
def _slope(size: tuple[int, int], darkest: float) -> "Image.Image":
    from PIL import Image

    levels = [round(255 * darkest + level * (1 - darkest)) for level in range(256)]
    return Image.linear_gradient("L").rotate(90).resize(size, Image.Resampling.BILINEAR).point(levels)


@lru_cache(maxsize=16)
def _noise(side_px: int, spread: float) -> "Image.Image":
    from PIL import Image, ImageChops

    source = random.Random(NOISE_SEED)  # noqa: S311  # noise, no secret
    one, two = (Image.frombytes("L", (side_px, side_px), source.randbytes(side_px**2)) for _ in range(2))
    scale = spread / NOISE_SPREAD
    levels = [max(0, min(255, round(128 + (level - 127.5) * scale))) for level in range(256)]
    return ImageChops.add(one, two, scale=2).point(levels)
