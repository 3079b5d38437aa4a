"""What the child process does with an uploaded logo.

Takes the uploaded bytes and gives a line of JSON, `{"media_type": ...}` with our own artwork behind it, or
`{"reason": ...}`. Nothing of the upload itself comes out.
"""

import json

# Loaded before the bounds are set and before a byte of a stranger is read.
from PIL import Image

from repoint.rendering import artwork_file, logo_import
from repoint.rendering.errors import BadLogo

Image.init()


def normalised(body: bytes) -> bytes:
    """The clean artwork of an uploaded file, or why there is none."""
    try:
        media_type, artwork = artwork_file.write(logo_import.read(body))
    except BadLogo as error:
        return json.dumps({"reason": error.reason}).encode() + b"\n"
    return json.dumps({"media_type": media_type}).encode() + b"\n" + artwork
