"""Text made to fit: shrunk, then in two lines."""

from dataclasses import dataclass
from itertools import pairwise

from repoint.rendering.errors import BadDesign
from repoint.rendering.fonts import FontName, Weight, script_of
from repoint.rendering.scene import Path
from repoint.rendering.text import Line, placed, set_line
from repoint.rendering.text_runs import TEXT_FIELD, Reading, reading

# Shares of the size that a frame would like best.
ONE_LINE_MIN = 0.6  # below this, two lines are tried
TWO_LINES_MAX = 0.8

LEADING_EM = 1.2  # from baseline to baseline, more where marks would touch
BETWEEN_INK_EM = 0.18

BREAKS_TRIED = 7  # those nearest to the middle
INSIDE_SENTENCE = 1.3  # what a break between two letters costs, where a sign or a space would cost 1

# Scripts that break between any two letters, and signs that do not begin or end a line of them.
_UNSPACED = ("Hani", "Hira", "Kana")
_NOT_FIRST = frozenset("，。！？、：；）」』】》…ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")  # noqa: RUF001
_NOT_LAST = frozenset("（「『【《")  # noqa: RUF001


@dataclass(frozen=True, slots=True)
class Block:
    """One or two lines at a size; `above` and `below` are how far the ink reaches from the middle."""

    lines: tuple[Line, ...]
    size: float
    offsets: tuple[float, ...]  # of the baselines from the middle
    width: float
    above: float
    below: float

    def at(self, x: float, y: float) -> Path:
        """Return the outlines with the middle of the text at (x, y)."""
        return tuple(
            contour
            for line, offset in zip(self.lines, self.offsets, strict=True)
            for contour in placed(line, x=x - line.width * self.size / 2, y=y + offset, size=self.size)
        )


def fit(
    text: str, font: FontName, weight: Weight, *, width: float, size: float, size_min: float, lines_max: int = 2
) -> Block:
    """Return tidy text no wider than `width`, at `size` if it fits; BadDesign when it would be less than `size_min`."""
    read = reading(text)
    written = text.split("\n")
    if len(written) > lines_max:
        raise BadDesign(TEXT_FIELD, f"has {len(written)} lines; this frame takes {lines_max}")
    lines = [set_line(line, font, weight, read=read) for line in written]
    if not all(line.path for line in lines):
        raise BadDesign(TEXT_FIELD, "has nothing that can be seen")
    fitting = min(_fitting(lines, width), size if len(lines) == 1 else size * TWO_LINES_MAX)
    if len(lines) < lines_max and fitting < size * ONE_LINE_MIN:
        broken = _broken(text, font, weight, read=read)
        if broken and _fitting(broken, width) > fitting:
            lines, fitting = broken, min(_fitting(broken, width), size * TWO_LINES_MAX)
    if fitting < size_min:
        raise BadDesign(
            TEXT_FIELD,
            f"is too long for this frame: {int(len(text) * fitting / size_min)} of its {len(text)} characters fit",
        )
    return _stacked(lines, fitting)


def _fitting(lines: list[Line], width: float) -> float:
    return width / max(line.width for line in lines)


def _broken(text: str, font: FontName, weight: Weight, *, read: Reading) -> list[Line]:
    """Return the text in its two most even lines; nothing when there is no place to break it."""
    middle = len(text) / 2
    places = sorted(_places(text), key=lambda at: abs(at - middle))[:BREAKS_TRIED]
    tried = []
    for place in places:
        lines = [set_line(part.strip(), font, weight, read=read) for part in (text[:place], text[place:])]
        cost = INSIDE_SENTENCE if script_of(text[place - 1]) else 1
        tried.append((cost * max(line.width for line in lines), place, lines))
    return min(tried)[2] if tried else []


def _places(text: str) -> list[int]:
    return [
        at
        for at, (before, after) in enumerate(pairwise(text), 1)
        if before == " "
        or (
            after not in _NOT_FIRST
            and before not in _NOT_LAST
            and script_of(after) in _UNSPACED
            and (script_of(before) in _UNSPACED or before in _NOT_FIRST)
        )
    ]


def _stacked(lines: list[Line], size: float) -> Block:
    baselines = [0.0]
    for upper, lower in pairwise(lines):
        baselines.append(baselines[-1] + size * max(LEADING_EM, upper.bottom - lower.top + BETWEEN_INK_EM))
    middle = sum(at + line.middle * size for at, line in zip(baselines, lines, strict=True)) / len(lines)
    offsets = tuple(at - middle for at in baselines)
    return Block(
        lines=tuple(lines),
        size=size,
        offsets=offsets,
        width=max(line.width for line in lines) * size,
        above=-min(at + line.top * size for at, line in zip(offsets, lines, strict=True)),
        below=max(at + line.bottom * size for at, line in zip(offsets, lines, strict=True)),
    )
