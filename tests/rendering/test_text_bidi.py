"""Letters of mixed direction stand where readers expect them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.rendering.text_bidi import LEFT_TO_RIGHT, RIGHT_TO_LEFT, base_level, in_visual_order, levels

# Letters, digits and signs of every kind that the rules tell apart.
MIXED = "ab1 2.,+-%$()[]אבمل٣٤!/:\u0301\u064b#\u200d"

# Text and the level of each character, which bidi-js 1.1.0 finds too.
CASES = {
    "Scan me!": [0, 0, 0, 0, 0, 0, 0, 0],
    "אב!": [1, 1, 1],
    "אב 12": [1, 1, 1, 2, 2],
    "אב a1 ב": [1, 1, 1, 2, 2, 1, 1],
    "מל 5,5%": [1, 1, 1, 2, 2, 2, 2],
    "a אב b": [0, 0, 1, 1, 0, 0],
    "a אב": [0, 0, 1, 1],
    "a אב 12": [0, 0, 1, 1, 1, 2, 2],
    "مل 12": [1, 1, 1, 2, 2],
    "مل ٣/٤": [1, 1, 1, 2, 2, 2],
    "مل ٣+٤": [1, 1, 1, 2, 1, 2],
    "a (א) b": [0, 0, 0, 1, 0, 0, 0],
    "א (a) ב": [1, 1, 1, 2, 1, 1, 1],
    "א (a)": [1, 1, 1, 2, 1],
    "a א(1)": [0, 0, 1, 1, 2, 1],
    "אa\u0301ב": [1, 2, 2, 1],
    "م\u200dل": [1, 1, 1],
}


@pytest.mark.parametrize("text", CASES)
def test_every_rule_gives_its_level(text: str) -> None:
    """Letters, numbers, signs between them, brackets and marks have the level of UAX #9."""
    assert levels(text, base=base_level(text)) == CASES[text]


@pytest.mark.parametrize(
    ("text", "base"),
    [("12 a א", LEFT_TO_RIGHT), ("12 א a", RIGHT_TO_LEFT), ("!؟ م", RIGHT_TO_LEFT), ("12", LEFT_TO_RIGHT)],
)
def test_the_first_letter_decides(text: str, base: int) -> None:
    """The direction of a paragraph is that of its first letter, and to the right without one."""
    assert base_level(text) == base


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a אב b", "a בא b"), ("אב 12 ab", "ab 12 בא"), ("אב 12", "12 בא"), ("אב ab!", "!ab בא")],
)
def test_runs_are_put_in_visual_order(text: str, shown: str) -> None:
    """From left to right stands what a reader of either script would write there."""
    assert "".join(in_visual_order(text, levels(text, base=base_level(text)))) == shown


@given(st.text(MIXED, max_size=40), st.sampled_from([LEFT_TO_RIGHT, RIGHT_TO_LEFT]))
def test_nothing_is_lost(text: str, base: int) -> None:
    """Every character has one level of 0 to 2, and the visual order has all of them."""
    found = levels(text, base=base)
    assert len(found) == len(text)
    assert set(found) <= {0, 1, 2}
    assert sorted(in_visual_order(text, found)) == sorted(text)


@given(st.text("ab1 2.,+-%$()[]!/:#", max_size=40))
def test_text_of_one_direction_keeps_its_order(text: str) -> None:
    """Without letters that run to the left nothing moves."""
    assert "".join(in_visual_order(text, levels(text, base=LEFT_TO_RIGHT))) == text
