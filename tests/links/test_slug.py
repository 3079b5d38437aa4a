"""Drawn slugs are random and presentable; chosen ones are kept."""

import string
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.kit import base58
from repoint.kit.errors import Invalid
from repoint.links import slug as slugs
from repoint.links.slug import CUSTOM_MAX, CUSTOM_MIN, LENGTH, RESERVED, check_custom, draw, is_presentable

INNER = string.ascii_letters + string.digits + "-_"
CUSTOM = st.builds(
    str.__add__,
    st.sampled_from(string.ascii_letters + string.digits),
    st.text(INNER, min_size=CUSTOM_MIN - 1, max_size=CUSTOM_MAX - 1),
).filter(lambda slug: slug.lower() not in RESERVED)


def test_what_is_drawn() -> None:
    """2,000 slugs: 7 Base58 characters, all different, presentable, each a slug an owner could choose too."""
    drawn = [draw() for _ in range(2_000)]
    assert len(set(drawn)) == 2_000
    for slug in drawn:
        assert len(slug) == LENGTH
        assert set(slug) <= set(base58.ALPHABET)
        assert is_presentable(slug)
        assert check_custom(slug) == slug


def test_every_character_is_drawn_alike() -> None:
    """Among 14,000 characters each of the 58 turns up about 241 times; none is preferred or left out."""
    times = Counter("".join(draw() for _ in range(2_000)))
    assert set(times) == set(base58.ALPHABET)
    assert 140 < min(times.values()) <= max(times.values()) < 360


def test_a_word_that_nobody_wants_is_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not presentable is thrown away, and the next draw is taken."""
    characters = iter("xxSHiTx" + "account" + "aB3xK9z")
    monkeypatch.setattr("repoint.links.slug.secrets.choice", lambda _: next(characters))
    assert draw() == "aB3xK9z"


@pytest.mark.parametrize("slug", ["shitabc", "xxShItx", "x5h1txx", "5H17abc", "Account", "account"])
def test_screening_reads_digits_as_letters(slug: str) -> None:
    """Case and digits that look like letters hide no screened word; a reserved word is not drawn either."""
    assert not is_presentable(slug)


@given(st.sampled_from(slugs._SCREENED), st.text(base58.ALPHABET, max_size=4), st.text(base58.ALPHABET, max_size=4))
def test_every_screened_word_is_found(word: str, before: str, behind: str) -> None:
    """Wherever a screened word stands, it is found, in either case."""
    assert not is_presentable(before + word + behind)
    assert not is_presentable(before + word.upper() + behind)


def test_the_list_of_words_can_match() -> None:
    """Words are lower case, without blanks, in the alphabet that slugs can be read as, and leave most slugs alone."""
    assert len(slugs._SCREENED) > 50
    for word in slugs._SCREENED:
        assert word == word.strip().lower()
        assert word.isalpha()
        assert 3 <= len(word) <= LENGTH


@given(CUSTOM)
def test_a_custom_slug_stays_as_it_is(slug: str) -> None:
    """3 to 64 letters, digits, '-' and '_', beginning with a letter or a digit, are taken unchanged."""
    assert check_custom(slug) == slug


@given(st.text(max_size=70) | st.text(INNER + "./%é\n ", max_size=70))
def test_what_is_accepted_fits_a_path(slug: str) -> None:
    """Whatever the text, it is refused with a reason or needs no escaping in a URL and cannot be mistaken."""
    try:
        assert check_custom(slug) == slug
    except Invalid:
        return
    assert CUSTOM_MIN <= len(slug) <= CUSTOM_MAX
    assert set(slug) <= set(INNER)
    assert slug[0] not in "-_"


@pytest.mark.parametrize(
    "slug",
    ["ab", "x" * 65, "-abc", "_abc", "abc\n", "ab c", "ab.c", "ab/c", "äbc", "abc\x00", "", "abc%20", "\uff41bc"],
)
def test_a_custom_slug_that_cannot_be(slug: str) -> None:
    """Bounds and characters: one step outside is refused, and the reason says what would be right."""
    with pytest.raises(Invalid, match="must have 3 to 64 characters") as caught:
        check_custom(slug)
    assert caught.value.field == "slug"


@given(st.sampled_from(sorted(RESERVED)), st.randoms(use_true_random=False))
def test_reserved_words_in_any_case(word: str, random: Random) -> None:
    """A path segment that Repoint needs itself is refused, however it is written."""
    spelled = "".join(random.choice((c.lower(), c.upper())) for c in word)
    with pytest.raises(Invalid, match="reserved" if len(word) >= CUSTOM_MIN else "must have"):
        check_custom(spelled)
