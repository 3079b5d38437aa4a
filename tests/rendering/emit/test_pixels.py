"""Pixels of bitmaps keep their colours in every form."""

import io

from PIL import Image

from repoint.rendering.emit.pixels import alpha_plane, as_png, color_planes, flattened
from repoint.rendering.inks import of_screen
from repoint.rendering.scene import Bitmap

COLORS = [(0, 0, 0, 255), (255, 255, 255, 255), (128, 128, 128, 255), (10, 200, 90, 255), (255, 1, 0, 64)]


def bitmap() -> Bitmap:
    """Return one row of COLORS."""
    return Bitmap(0, 0, 1, 1, len(COLORS), 1, bytes(channel for color in COLORS for channel in color))


def test_inks_of_pixels_are_those_of_colours() -> None:
    """Each pixel gets the inks that its colour would get as a paint, within a step; greys are black alone."""
    planes = color_planes(bitmap(), cmyk=True)
    for at, (red, green, blue, _) in enumerate(COLORS):
        for seen, meant in zip(planes[at * 4 : at * 4 + 4], of_screen(red, green, blue), strict=True):
            assert abs(seen - meant * 255) <= 1
    assert planes[8:11] == bytes(3)


def test_screen_colours_are_kept() -> None:
    """Red, green and blue are the bytes without alpha."""
    assert color_planes(bitmap(), cmyk=False) == bytes(channel for color in COLORS for channel in color[:3])


def test_alpha_is_there_only_when_needed() -> None:
    """A bitmap without a transparent pixel has no plane for it."""
    assert alpha_plane(bitmap()) == bytes([255, 255, 255, 255, 64])
    assert alpha_plane(Bitmap(0, 0, 1, 1, 1, 1, bytes([1, 2, 3, 255]))) is None


def test_flattened_pixels_look_as_they_do_on_their_ground() -> None:
    """A quarter of red on white is pink, and all alpha is gone."""
    assert flattened(bitmap(), (255, 255, 255))[-4:] == bytes([255, 191, 191, 255])


def test_a_png_has_the_same_pixels() -> None:
    """Nothing is lost, colour below transparency neither."""
    image = Image.open(io.BytesIO(as_png(bitmap())))
    assert (image.mode, image.tobytes()) == ("RGBA", bitmap().rgba)
