"""Text to a picture that scans. Imports nothing else of Repoint.

design = parse({"modules": {"shape": "dots", "color": "navy"}, "logo": {"name": "wifi"}, "frame": {"style": "card"}})
picture("https://example.com", design, fmt="svg", width_mm=40).body
compose_text("https://example.com", design).changes
"""

from repoint.rendering.artwork import Artwork
from repoint.rendering.composition import Composition, compose_text, draw
from repoint.rendering.design import Design
from repoint.rendering.design_json import complete, parse, patched, schema
from repoint.rendering.emit.terminal import terminal
from repoint.rendering.errors import BadDesign, RenderingError, TooLong, Unrenderable
from repoint.rendering.options import Options
from repoint.rendering.picture import MEDIA_TYPES, Picture, picture
from repoint.rendering.presets import PRESETS, preset
from repoint.rendering.symbol import payload

__all__ = [
    "MEDIA_TYPES",
    "PRESETS",
    "Artwork",
    "BadDesign",
    "Composition",
    "Design",
    "Options",
    "Picture",
    "RenderingError",
    "TooLong",
    "Unrenderable",
    "complete",
    "compose_text",
    "draw",
    "parse",
    "patched",
    "payload",
    "picture",
    "preset",
    "schema",
    "terminal",
]
