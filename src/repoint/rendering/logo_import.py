"""Uploaded logos, by what they are rather than what they are called."""

from repoint.rendering import raster_import, svg_import
from repoint.rendering.artwork import Artwork
from repoint.rendering.errors import BadLogo

_RASTER = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")

# How XML may begin: a tag, white space, or a mark of its encoding.
_XML = (b"<", b" ", b"\t", b"\r", b"\n", b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe")

_OTHERS = {
    b"GIF8": "a GIF",
    b"BM": "a BMP",
    b"II*\0": "a TIFF",
    b"MM\0*": "a TIFF",
    b"%PDF": "a PDF",
    b"%!PS": "a PostScript file",
    b"\x1f\x8b": "compressed (SVGZ, perhaps)",
    b"PK": "a ZIP archive",
    b"\0\0\0": "a HEIC or AVIF",
    b"\0\0\1\0": "an ICO",
    b"8BPS": "a Photoshop file",
}


def read(body: bytes) -> Artwork:
    """Return the artwork in an uploaded PNG, JPEG, WebP or SVG; BadLogo says what is wrong with it and what works.

    It is bounded in time and memory, but decoders of raster formats are native code: call it in a child process.
    """
    if body.startswith(_RASTER):
        return raster_import.read(body)
    if body.startswith(_XML):
        return svg_import.read(body)
    other = next((name for start, name in _OTHERS.items() if body.startswith(start)), "not a picture that is known")
    raise BadLogo(f"is {other}; upload a PNG, JPEG, WebP or SVG" if body else "is empty")
