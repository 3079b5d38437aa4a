"""Titles, tags and texts are checked before anything is stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.codes.code import TAG_MAX, TAGS_MAX, TEXT_MAX, TITLE_MAX
from repoint.codes.draft import check_tags, check_text, check_title
from repoint.kit.errors import Invalid

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)
UNSTORABLE = st.sampled_from(["\x00", "\ud800", "\udfff"])


@given(WORDS.filter(lambda title: len(title) <= TITLE_MAX))
def test_a_title_is_kept_exactly(title: str) -> None:
    """Any text up to 150 characters, an empty one included."""
    assert check_title(title) == title


@given(st.lists(WORDS.filter(lambda tag: 1 <= len(tag.strip()) <= TAG_MAX), max_size=TAGS_MAX))
def test_tags_are_a_sorted_set(tags: list[str]) -> None:
    """Outer spaces go, each tag stays once, in order; checking what was checked changes nothing."""
    kept = check_tags(tags)
    assert kept == sorted({tag.strip() for tag in tags})
    assert check_tags(kept) == kept


@given(WORDS.filter(bool))
def test_a_text_is_kept_exactly(text: str) -> None:
    """Not a character of a static code is changed, blanks at its ends included."""
    assert check_text(text) == text


@given(WORDS, UNSTORABLE, WORDS)
def test_what_no_database_stores(before: str, character: str, behind: str) -> None:
    """NUL and halves of surrogate pairs are refused in every text, under its name."""
    text = before[:20] + character + behind[:20]
    for field, check in (("title", check_title), ("content.text", check_text)):
        with pytest.raises(Invalid) as caught:
            check(text)
        assert caught.value.field == field
    with pytest.raises(Invalid) as caught:
        check_tags(["fine", "x" + text + "x"])
    assert caught.value.field == "tags"


@pytest.mark.parametrize("tags", [[""], ["  "], ["x" * (TAG_MAX + 1)], [str(n) for n in range(TAGS_MAX + 1)]])
def test_tags_that_cannot_be(tags: list[str]) -> None:
    """Empty, too long or too many."""
    with pytest.raises(Invalid) as caught:
        check_tags(tags)
    assert caught.value.field == "tags"


def test_bounds() -> None:
    """The longest title, tag and text, and the most tags, pass; one more does not. A text counts in bytes."""
    assert check_title("\u00e9" * TITLE_MAX)
    assert len(check_tags(["\u00e9" * TAG_MAX, *(str(n) for n in range(TAGS_MAX - 1))])) == TAGS_MAX
    assert check_tags(["same"] * (TAGS_MAX + 1)) == ["same"]
    assert check_text("x" * TEXT_MAX)
    with pytest.raises(Invalid):
        check_title("\u00e9" * (TITLE_MAX + 1))
    for text in ("", "x" * (TEXT_MAX + 1), "\u00e9" * (TEXT_MAX // 2 + 1)):
        with pytest.raises(Invalid):
            check_text(text)
