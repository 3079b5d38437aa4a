"""Text to outlines.

    line = set_line("Scan me!", "sans", "bold", read=reading("Scan me!"))
    path = placed(line, x=10, y=40, size=5)

Letters are shaped by HarfBuzz, run by run (`text_runs`), and come out as closed contours for the nonzero rule, so that
a picture holds no font. Measures are in ems of the size the text is set at; y grows downwards and is 0 on the baseline.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import assert_never
from unicodedata import category, normalize

from repoint.rendering.fonts import FontName, Weight
from repoint.rendering.scene import Arc, Contour, Curve, Path, Step
from repoint.rendering.scene import Line as Straight
from repoint.rendering.text_runs import JOINERS, Reading, Run, runs

# A line of 80 Chinese characters is the largest: about 500 kB.
LINES_KEPT_MAX = 64

# Scripts whose letters keep to no two lines, so that they are centred by their ink; the letters of all others stand
# between the baseline and what the font calls the height of capitals.
_CENTRED_BY_INK = ("Arab", "Hani", "Hira", "Kana", "Hang")

_INVISIBLE = ("Cf", "Cc", "Cs")  # marks of direction and format, controls, halves of surrogate pairs

_SPACES = re.compile(r"[^\S\n]+")
_AROUND_BREAK = re.compile(r" ?\n ?")


@dataclass(frozen=True, slots=True)
class Line:
    """A line one em in size: outlines from x 0 on, the box of its ink, and the height that looks like its middle."""

    path: Path
    width: float
    top: float
    bottom: float
    middle: float


def tidy(text: str) -> str:
    """Compose accents, make all white space single spaces or line breaks, and drop what is invisible."""
    kept = normalize("NFC", text.replace("\r\n", "\n"))
    visible = (
        character
        for character in kept
        if character in JOINERS or character.isspace() or category(character) not in _INVISIBLE
    )
    # Variation selectors ask for a colour picture or a plain one; only the plain one is there.
    spaced = _SPACES.sub(" ", "".join(visible).replace("\ufe0e", "").replace("\ufe0f", ""))
    return _AROUND_BREAK.sub("\n", spaced).strip()


@lru_cache(maxsize=LINES_KEPT_MAX)
def set_line(text: str, font: FontName, weight: Weight, *, read: Reading) -> Line:
    """Return one line of a tidy text that is read so; BadDesign names characters no font has."""
    contours: list[Contour] = []
    boxes: list[tuple[float, float, float, float]] = []
    bands: list[tuple[float, float]] = []
    pen = 0.0
    for run in runs(text, font, weight, read=read):
        placed_glyphs, advance = run.face.shape(run.text, script=run.script, right_to_left=run.right_to_left)
        ink = []
        for number, x, y in placed_glyphs:
            glyph = run.face.glyph(number)
            if glyph.outline:
                contours += _moved(glyph.outline, pen + x, y, 1)
                ink.append((pen + x + glyph.left, y + glyph.top, pen + x + glyph.right, y + glyph.bottom))
        bands += _bands(run, ink)
        boxes += ink
        pen += advance
    if not boxes:
        return Line((), 0, 0, 0, 0)
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    left, top, right, bottom = min(lefts), min(tops), max(rights), max(bottoms)
    band = (min(high for high, _ in bands) + max(low for _, low in bands)) / 2
    # Tails and accents weigh less than letters do, but they weigh.
    middle = (band + (top + bottom) / 2) / 2
    return Line(_moved(tuple(contours), -left, 0, 1), right - left, top, bottom, middle)


def placed(line: Line, *, x: float, y: float, size: float) -> Path:
    """Return a line at a size, its ink from x on and its baseline at y."""
    return _moved(line.path, x, y, size)


def _bands(run: Run, ink: list[tuple[float, float, float, float]]) -> list[tuple[float, float]]:
    """Return between which heights the letters of a run stand."""
    if run.script in _CENTRED_BY_INK:
        return [(top, bottom) for _, top, _, bottom in ink]
    return [(-run.face.capitals, 0)]


def _moved(path: Path, x: float, y: float, scale: float) -> Path:
    """Return a path scaled and then moved."""
    result = []
    for contour in path:
        steps: list[Step] = []
        for step in contour.steps:
            match step:
                case Curve(x1, y1, x2, y2, to_x, to_y):
                    curve = Curve(
                        x1 * scale + x,
                        y1 * scale + y,
                        x2 * scale + x,
                        y2 * scale + y,
                        to_x * scale + x,
                        to_y * scale + y,
                    )
                    steps.append(curve)
                case Straight(to_x, to_y):
                    steps.append(Straight(to_x * scale + x, to_y * scale + y))
                case Arc(to_x, to_y, radius, clockwise, large):
                    steps.append(Arc(to_x * scale + x, to_y * scale + y, radius * scale, clockwise, large))
                case _:
                    assert_never(step)
        result.append(Contour(contour.x * scale + x, contour.y * scale + y, tuple(steps)))
    return tuple(result)
