"""The bundled fonts, all under the SIL Open Font License.

`catalogue` says which there are and which stands in for which; `face` opens one. docs/fonts.md says what they cover,
and scripts/subset_fonts.py how the files were made.
"""

from repoint.rendering.fonts.catalogue import FontName, Weight, candidates
from repoint.rendering.fonts.face import Face, Glyph, Placed, script_of

__all__ = ["Face", "FontName", "Glyph", "Placed", "Weight", "candidates", "script_of"]
