"""A scene as JPEG."""

import io

from repoint.rendering.emit.raster import pixels_on_white, sheet_px
from repoint.rendering.scene import Scene

# Fine enough that edges of modules get no halo that is seen, with colour as sharp as brightness.
QUALITY = 92


def to_jpg(scene: Scene, *, width_px: int, dpi: int | None) -> bytes:
    """Return a picture exactly `width_px` wide, on white where it would be transparent: JPEG has no alpha."""
    image = pixels_on_white(scene, sheet_px(scene, width_px=width_px))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY, subsampling=0, **({"dpi": (dpi, dpi)} if dpi else {}))
    return file.getvalue()
