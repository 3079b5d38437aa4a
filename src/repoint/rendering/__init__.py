"""Text to a picture that scans. Imports nothing else of Repoint.

design = parse({"modules": {"shape": "dots", "color": "navy"}})
picture("https://example.com", design, fmt="svg", width_mm=40).body
"""

from repoint.rendering.design import Design, complete, parse, patched
from repoint.rendering.draw import draw
from repoint.rendering.errors import BadDesign, RenderingError, TooLong, Unrenderable
from repoint.rendering.picture import MEDIA_TYPES, Picture, picture

__all__ = [
    "MEDIA_TYPES",
    "BadDesign",
    "Design",
    "Picture",
    "RenderingError",
    "TooLong",
    "Unrenderable",
    "complete",
    "draw",
    "parse",
    "patched",
    "picture",
]
