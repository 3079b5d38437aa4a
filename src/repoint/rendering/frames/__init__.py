"""Frames around a symbol, and the text that asks to scan it.

`Frame` is the part of a design; `lay_out` turns one into a larger canvas, a place on it for the symbol, and fills.
"""

from repoint.rendering.frames.frame import ALIASES, STYLES, TEXT_CHARACTERS_MAX, Frame, FrameStyle
from repoint.rendering.frames.lay_out import lay_out
from repoint.rendering.frames.room import Framed

__all__ = ["ALIASES", "STYLES", "TEXT_CHARACTERS_MAX", "Frame", "FrameStyle", "Framed", "lay_out"]
