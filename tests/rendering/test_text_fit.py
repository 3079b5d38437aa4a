"""Text fits, or says that it does not."""

# ruff: noqa: RUF001  # letters of every script

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.rendering.errors import BadDesign
from repoint.rendering.text import tidy
from repoint.rendering.text_fit import LEADING_EM, ONE_LINE_MIN, TWO_LINES_MAX, Block, fit

SIZE = 5.0


def fitted(text: str, *, width: float, **changes: Any) -> Block:
    """Fit text in bold sans at SIZE, down to 2."""
    return fit(text, "sans", "bold", width=width, size=SIZE, **{"size_min": 2, **changes})


def widths(block: Block) -> list[float]:
    """Return the widths of its lines."""
    return [line.width * block.size for line in block.lines]


def test_short_text_has_the_size_asked_for() -> None:
    """What fits is neither shrunk nor broken nor blown up."""
    block = fitted("Scan me!", width=100)
    assert (block.size, len(block.lines)) == (SIZE, 1)


def test_longer_text_is_shrunk_first() -> None:
    """A little too long: one line that fills the width."""
    block = fitted("Scan me!", width=18)
    assert len(block.lines) == 1
    assert SIZE * ONE_LINE_MIN < block.size < SIZE
    assert block.width == pytest.approx(18)


def test_long_text_gets_two_lines() -> None:
    """Much too long: two lines as even as its spaces allow, larger than one line would be."""
    block = fitted("Tap to pay & enjoy your meal", width=30)
    assert len(block.lines) == 2
    assert block.size <= SIZE * TWO_LINES_MAX
    assert max(widths(block)) <= 30 + 1e-9
    assert min(widths(block)) > 0.6 * max(widths(block))
    assert block.offsets[1] - block.offsets[0] >= LEADING_EM * block.size


def test_a_word_that_cannot_be_broken_is_shrunk_on() -> None:
    """Without a place to break, one line may be smaller than it would be otherwise."""
    block = fitted("Donaudampfschiff", width=18.5)
    assert len(block.lines) == 1
    assert block.size < SIZE * ONE_LINE_MIN


@pytest.mark.parametrize(
    ("text", "lines"), [("Donaudampfschifffahrtsgesellschaft", 2), ("so many words " * 5, 2), ("a b c d e f " * 4, 1)]
)
def test_text_that_cannot_fit_is_refused(text: str, lines: int) -> None:
    """The error names the field and how much of the text fits."""
    with pytest.raises(BadDesign, match=rf"\d+ of its {len(text.strip())} characters fit") as raised:
        fitted(text.strip(), width=15, lines_max=lines)
    assert raised.value.field == "design.frame.text"


def test_a_line_break_is_kept() -> None:
    """Text written in two lines is set in two, also when it would fit in one."""
    block = fitted("Scan\nme", width=100)
    assert len(block.lines) == 2
    assert block.size == SIZE * TWO_LINES_MAX


def test_more_lines_than_the_frame_takes_are_refused() -> None:
    """A frame of one line says so."""
    with pytest.raises(BadDesign, match="has 2 lines; this frame takes 1"):
        fitted("Scan\nme", width=100, lines_max=1)


def test_chinese_breaks_after_a_sign() -> None:
    """Without spaces a line ends after punctuation, and no line begins with it."""
    block = fitted("扫描二维码，关注我们的公众号", width=30)
    halves = [fitted(text, width=1_000).lines[0] for text in ("扫描二维码，", "关注我们的公众号")]
    assert list(block.lines) == halves


def test_japanese_does_not_begin_a_line_with_a_small_kana() -> None:
    """Small kana, long marks and closing signs stay with the letter before them."""
    block = fitted("ああああゃいいいい", width=18)
    assert list(block.lines) == [fitted(text, width=1_000).lines[0] for text in ("ああああゃ", "いいいい")]


def test_both_lines_have_the_direction_of_the_paragraph() -> None:
    """A second line that begins with a Latin word is still read from the right."""
    block = fitted("امسح الرمز الآن\nabc مل", width=100)
    alone = fitted("abc مل", width=100)
    assert block.lines[1].path != alone.lines[0].path


def test_both_lines_have_the_forms_of_the_language() -> None:
    """A second line without kana is Japanese still."""
    block = fitted("これは\n直", width=100)
    assert block.lines[1].path != fitted("直", width=100).lines[0].path


@pytest.mark.parametrize("text", ["\u200d", "\u3164", "a\n\u200d"])
def test_a_line_without_ink_is_refused(text: str) -> None:
    """Letters that draw nothing make no text."""
    with pytest.raises(BadDesign):
        fitted(text, width=30)


@given(st.text("aeg IW.\n", min_size=1, max_size=60).map(tidy).filter(bool), st.floats(5, 80))
def test_what_fits_is_inside(text: str, width: float) -> None:
    """A block is never wider than asked for, its ink reaches as far as it says, and its size is in the bounds."""
    try:
        block = fitted(text, width=width)
    except BadDesign:
        return
    assert block.width <= width + 1e-9
    assert 2 <= block.size <= SIZE
    points = [(step.x, step.y) for contour in block.at(0, 0) for step in (*contour.steps, contour)]
    assert max(abs(x) for x, _ in points) <= block.width / 2 + 0.05
    assert -block.above - 0.05 <= min(y for _, y in points)
    assert max(y for _, y in points) <= block.below + 0.05
