"""Text to a picture that scans. Imports nothing else of Repoint.

design = parse({"modules": {"shape": "dots", "color": "navy"}})
picture("https://example.com", design, fmt="svg", width_mm=40).body
"""

from repoint.rendering.design import Design
from repoint.rendering.design_json import complete, parse, patched, schema
from repoint.rendering.draw import draw
from repoint.rendering.errors import BadDesign, RenderingError, TooLong, Unrenderable
from repoint.rendering.options import Options
from repoint.rendering.picture import MEDIA_TYPES, Picture, picture
from repoint.rendering.presets import PRESETS, preset
from repoint.rendering.symbol import payload
from repoint.rendering.terminal import terminal

__all__ = [
    "MEDIA_TYPES",
    "PRESETS",
    "BadDesign",
    "Design",
    "Options",
    "Picture",
    "RenderingError",
    "TooLong",
    "Unrenderable",
    "complete",
    "draw",
    "parse",
    "patched",
    "payload",
    "picture",
    "preset",
    "schema",
    "terminal",
]
