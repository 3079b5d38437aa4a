"""Artwork as a clean file to keep: own SVG or PNG."""

import io
from typing import assert_never

from repoint.rendering.affine import Affine
from repoint.rendering.artwork import Artwork, Drawing, Photo, fills_at
from repoint.rendering.emit.svg import to_svg
from repoint.rendering.scene import Scene

SIDE = 2_000  # of the SVG, so that its rounded numbers keep every detail


def write(artwork: Artwork) -> tuple[str, bytes]:
    """Return the media type and the bytes of a file that holds the artwork and nothing else of what was uploaded.

    `logo_import.read` reads it back as the same artwork; it is safe to show, where the uploaded original is not.
    """
    match artwork:
        case Drawing():
            width, height = round(artwork.width * SIDE), round(artwork.height * SIDE)
            scene = Scene(width, height, None, fills_at(artwork, Affine(a=SIDE, d=SIDE)))
            return "image/svg+xml", to_svg(scene, width=width, unit="")
        case Photo():
            from PIL import Image

            file = io.BytesIO()
            Image.frombytes("RGBA", (artwork.width_px, artwork.height_px), artwork.rgba).save(file, "PNG")
            return "image/png", file.getvalue()
        case _:
            assert_never(artwork)
