"""Colours as people write them, in one canonical spelling.

    #RGB, #RRGGBB, #RRGGBBAA     hexadecimal; AA is the opacity
    navy                         the names of CSS
    cmyk(0 100 100 0)            inks in percent, for print; screens show about what coated paper would
    cmyk(0 100 100 0, #E30613)   the same, and exactly what screens show

The canonical spelling has capital digits, no opacity of FF, no name, and the screen colour of inks always.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from repoint.rendering.decimals import short
from repoint.rendering.inks import of_screen, on_paper
from repoint.rendering.names import not_known

WRITTEN_CHARACTERS_MAX = 80

_HEX = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})")
_PERCENT = r"(\d{1,3}(?:\.\d{1,3})?|\.\d{1,3})%?"
_INKS = re.compile(rf"cmyk\( *{' *[ ,] *'.join([_PERCENT] * 4)} *(?:, *(#[0-9A-F]+) *)?\)", re.IGNORECASE)

# The named colours of CSS Color Module Level 4, section 6.1.
_NAMED = """
aliceblue F0F8FF  antiquewhite FAEBD7  aqua 00FFFF  aquamarine 7FFFD4  azure F0FFFF  beige F5F5DC  bisque FFE4C4
black 000000  blanchedalmond FFEBCD  blue 0000FF  blueviolet 8A2BE2  brown A52A2A  burlywood DEB887
cadetblue 5F9EA0  chartreuse 7FFF00  chocolate D2691E  coral FF7F50  cornflowerblue 6495ED  cornsilk FFF8DC
crimson DC143C  cyan 00FFFF  darkblue 00008B  darkcyan 008B8B  darkgoldenrod B8860B  darkgray A9A9A9
darkgreen 006400  darkgrey A9A9A9  darkkhaki BDB76B  darkmagenta 8B008B  darkolivegreen 556B2F  darkorange FF8C00
darkorchid 9932CC  darkred 8B0000  darksalmon E9967A  darkseagreen 8FBC8F  darkslateblue 483D8B
darkslategray 2F4F4F  darkslategrey 2F4F4F  darkturquoise 00CED1  darkviolet 9400D3  deeppink FF1493
deepskyblue 00BFFF  dimgray 696969  dimgrey 696969  dodgerblue 1E90FF  firebrick B22222  floralwhite FFFAF0
forestgreen 228B22  fuchsia FF00FF  gainsboro DCDCDC  ghostwhite F8F8FF  gold FFD700  goldenrod DAA520  gray 808080
green 008000  greenyellow ADFF2F  grey 808080  honeydew F0FFF0  hotpink FF69B4  indianred CD5C5C  indigo 4B0082
ivory FFFFF0  khaki F0E68C  lavender E6E6FA  lavenderblush FFF0F5  lawngreen 7CFC00  lemonchiffon FFFACD
lightblue ADD8E6  lightcoral F08080  lightcyan E0FFFF  lightgoldenrodyellow FAFAD2  lightgray D3D3D3
lightgreen 90EE90  lightgrey D3D3D3  lightpink FFB6C1  lightsalmon FFA07A  lightseagreen 20B2AA  lightskyblue 87CEFA
lightslategray 778899  lightslategrey 778899  lightsteelblue B0C4DE  lightyellow FFFFE0  lime 00FF00
limegreen 32CD32  linen FAF0E6  magenta FF00FF  maroon 800000  mediumaquamarine 66CDAA  mediumblue 0000CD
mediumorchid BA55D3  mediumpurple 9370DB  mediumseagreen 3CB371  mediumslateblue 7B68EE  mediumspringgreen 00FA9A
mediumturquoise 48D1CC  mediumvioletred C71585  midnightblue 191970  mintcream F5FFFA  mistyrose FFE4E1
moccasin FFE4B5  navajowhite FFDEAD  navy 000080  oldlace FDF5E6  olive 808000  olivedrab 6B8E23  orange FFA500
orangered FF4500  orchid DA70D6  palegoldenrod EEE8AA  palegreen 98FB98  paleturquoise AFEEEE  palevioletred DB7093
papayawhip FFEFD5  peachpuff FFDAB9  peru CD853F  pink FFC0CB  plum DDA0DD  powderblue B0E0E6  purple 800080
rebeccapurple 663399  red FF0000  rosybrown BC8F8F  royalblue 4169E1  saddlebrown 8B4513  salmon FA8072
sandybrown F4A460  seagreen 2E8B57  seashell FFF5EE  sienna A0522D  silver C0C0C0  skyblue 87CEEB  slateblue 6A5ACD
slategray 708090  slategrey 708090  snow FFFAFA  springgreen 00FF7F  steelblue 4682B4  tan D2B48C  teal 008080
thistle D8BFD8  tomato FF6347  turquoise 40E0D0  violet EE82EE  wheat F5DEB3  white FFFFFF  whitesmoke F5F5F5
yellow FFFF00  yellowgreen 9ACD32
"""


@lru_cache(maxsize=1_024)
def parse(text: str) -> str:
    """Return the canonical spelling of a colour; ValueError says what is wrong with it and what is known."""
    wanted = text[: WRITTEN_CHARACTERS_MAX + 1].strip()
    if wanted.startswith("#"):
        return _hexadecimal(wanted)
    if wanted.lower().startswith("cmyk"):
        return _inks(wanted)
    named = _named()
    if wanted.lower() not in named:
        raise ValueError(not_known(wanted, named))
    return named[wanted.lower()]


def parse_background(text: str) -> str:
    """Return what `parse` returns, or `transparent`."""
    wanted = text.strip().lower()
    return wanted if wanted == "transparent" else parse(text)


@lru_cache(maxsize=1_024)
def channels(color: str) -> tuple[int, int, int]:
    """Return red, green and blue, each 0 to 255, that screens show for a canonical colour."""
    at = color.index("#")
    return int(color[at + 1 : at + 3], 16), int(color[at + 3 : at + 5], 16), int(color[at + 5 : at + 7], 16)


@lru_cache(maxsize=1_024)
def opacity(color: str) -> float:
    """Return the opacity of a canonical colour, 0 to 1."""
    digits = color[color.index("#") + 7 :].rstrip(")")
    return int(digits, 16) / 255 if digits else 1


@lru_cache(maxsize=1_024)
def inks(color: str) -> tuple[float, float, float, float]:
    """Return cyan, magenta, yellow and black, each 0 to 1, that paper gets for a canonical colour."""
    if color.startswith("#"):
        return of_screen(*channels(color))
    cyan, magenta, yellow, black = (float(percent) / 100 for percent in color[5 : color.index(",")].split())
    return cyan, magenta, yellow, black


def over(color: str, ground: str) -> str:
    """Return the opaque colour that is seen when a canonical colour lies on an opaque ground."""
    share = opacity(color)
    if share == 1:
        return color
    mixed = (round(c * share + g * (1 - share)) for c, g in zip(channels(color), channels(ground), strict=True))
    return _spelled(*mixed)


def mean(opaque: Sequence[str]) -> str:
    """Return the colour in the middle of others."""
    return _spelled(*(round(sum(all_of) / len(opaque)) for all_of in zip(*map(channels, opaque), strict=True)))


def _spelled(red: int, green: int, blue: int) -> str:
    return f"#{red:02X}{green:02X}{blue:02X}"


def _hexadecimal(wanted: str) -> str:
    if not _HEX.fullmatch(wanted):
        raise ValueError("is not a colour; write #RGB, #RRGGBB or #RRGGBBAA with hexadecimal digits")
    digits = wanted[1:].upper()
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return "#" + (digits[:6] if digits[6:] == "FF" else digits)


def _inks(wanted: str) -> str:
    found = _INKS.fullmatch(wanted)
    percents = [float(written) for written in found.groups()[:4]] if found else []
    if found is None or max(percents) > 100:
        raise ValueError("is not a colour; write cmyk(C M Y K) with four percentages, 0 to 100")
    cyan, magenta, yellow, black = percents
    screen = _hexadecimal(found[5]) if found[5] else _spelled(*on_paper(cyan, magenta, yellow, black))
    return f"cmyk({' '.join(map(short, percents))}, {screen})"


@cache
def _named() -> dict[str, str]:
    words = _NAMED.split()
    return {name: f"#{digits}" for name, digits in zip(words[::2], words[1::2], strict=True)}
