"""Uploaded SVG, read with an allow-list into paths of our own.

document     XML to elements, without entities, scripts or addresses     css       style sheets and attributes
shapes       basic shapes and lengths        paths      path data        strokes   strokes as outlines
paint        colours and gradients           winding    even-odd fills   drawing   all of it together
"""

from repoint.rendering.svg_import.drawing import read

__all__ = ["read"]
