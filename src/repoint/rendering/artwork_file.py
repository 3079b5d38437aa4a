"""Artwork as a clean file to keep: own SVG or PNG."""

import io
from typing import assert_never

from repoint.rendering.affine import Affine
from repoint.rendering.artwork import Artwork, Drawing, Photo, fills_at
from repoint.rendering.scene import Scene
from repoint.rendering.svg import to_svg

SIDE = 200  # of the SVG, whose numbers have three decimals


def write(artwork: Artwork) -> tuple[str, bytes]:
    """Return the media type and the bytes of a file that holds the artwork and nothing else of what was uploaded.

    `logo_import.read` reads it back as the same artwork; it is safe to show, where the uploaded original is not.
    """
    match artwork:
        case Drawing():
            scene = Scene(artwork.width * SIDE, artwork.height * SIDE, None, fills_at(artwork, Affine(a=SIDE, d=SIDE)))
            return "image/svg+xml", to_svg(scene, width=artwork.width * SIDE, unit="")
        case Photo():
            from PIL import Image

            file = io.BytesIO()
            Image.frombytes("RGBA", (artwork.width_px, artwork.height_px), artwork.rgba).save(file, "PNG")
            return "image/png", file.getvalue()
        case _:
            assert_never(artwork)
