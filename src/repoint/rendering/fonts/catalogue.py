"""Which fonts are bundled, and which stands in for which."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from repoint.rendering.fonts.face import Face

FontName = Literal["sans", "serif", "rounded", "mono", "condensed", "handwritten"]
Weight = Literal["regular", "bold"]

_FOLDER = Path(__file__).parent


class Bundled(NamedTuple):
    """A font: its file in each weight, and how much larger than others it is set to look as large."""

    regular: str
    bold: str
    scale: float = 1


# What a design can ask for. The scales even out the heights of the capitals.
CHOICES: dict[FontName, Bundled] = {
    "sans": Bundled("Inter-Regular.otf", "Inter-Bold.otf"),
    "serif": Bundled("NotoSerif-Regular.otf", "NotoSerif-Bold.otf", 1.02),
    "rounded": Bundled("Nunito-Regular.otf", "Nunito-Bold.otf", 1.06),
    "mono": Bundled("JetBrainsMono-Regular.otf", "JetBrainsMono-Bold.otf"),
    "condensed": Bundled("Oswald-Regular.otf", "Oswald-Bold.otf"),
    "handwritten": Bundled("Caveat-Regular.otf", "Caveat-Bold.otf", 1.25),
}

# What stands in, in this order, for letters the chosen font lacks. Those with one file have one weight.
STAND_INS = (
    CHOICES["sans"],
    Bundled("NotoSansArabic-Regular.otf", "NotoSansArabic-Bold.otf", 1.1),
    Bundled("NotoSansHebrew-Regular.otf", "NotoSansHebrew-Bold.otf", 1.04),
    Bundled("NotoSansDevanagari-Regular.otf", "NotoSansDevanagari-Bold.otf", 1.06),
    Bundled("NotoSansBengali-Bold.otf", "NotoSansBengali-Bold.otf", 1.06),
    Bundled("NotoSansTamil-Bold.otf", "NotoSansTamil-Bold.otf"),
    Bundled("NotoSansThai-Bold.otf", "NotoSansThai-Bold.otf", 1.06),
)
JAPANESE = Bundled("NotoSansJP-Bold.otf", "NotoSansJP-Bold.otf")
CHINESE = Bundled("NotoSansSC-Bold.otf", "NotoSansSC-Bold.otf")  # and Korean
EMOJI = Bundled("NotoEmoji-Bold.otf", "NotoEmoji-Bold.otf")


def candidates(font: FontName, weight: Weight, *, japanese: bool) -> Iterator[Face]:
    """Yield the fonts to look for a character in, best first; each is opened when it is reached.

    Chinese and Japanese share characters that they draw differently, so the text has to say which it is.
    """
    eastern = (JAPANESE, CHINESE) if japanese else (CHINESE, JAPANESE)
    for bundled in dict.fromkeys((CHOICES[font], *STAND_INS, *eastern, EMOJI)):
        yield _face(bundled.bold if weight == "bold" else bundled.regular, bundled.scale)


@cache
def _face(file: str, scale: float) -> Face:
    return Face(_FOLDER / file, scale=scale)
