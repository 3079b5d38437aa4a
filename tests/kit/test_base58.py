"""Base58 reads back, keeps its width, and holds no lookalikes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.kit import base58

WIDTH = 12


@given(st.integers(0, 58**WIDTH - 1))
def test_a_number_reads_back(number: int) -> None:
    """Every number that fits is spelled with exactly the width asked for and means itself."""
    spelled = base58.encode(number, width=WIDTH)
    assert len(spelled) == WIDTH
    assert set(spelled) <= set(base58.ALPHABET)
    assert base58.decode(spelled) == number


@given(st.integers(0, 58**6 - 1), st.integers(0, 58**6 - 1))
def test_spellings_sort_like_numbers(one: int, other: int) -> None:
    """At one width the order of the texts is the order of the numbers."""
    assert (base58.encode(one, width=6) < base58.encode(other, width=6)) == (one < other)


def test_what_does_not_fit_is_a_bug() -> None:
    """The last number that fits is spelled, the next one raises."""
    assert base58.encode(58**3 - 1, width=3) == "zzz"
    with pytest.raises(OverflowError):
        base58.encode(58**3, width=3)


@given(st.text(base58.ALPHABET, max_size=8), st.sampled_from("0OIl +/_-é\x00"), st.text(base58.ALPHABET, max_size=8))
def test_other_characters_are_refused(before: str, alien: str, behind: str) -> None:
    """One character outside the alphabet makes the whole text no number."""
    assert base58.decode(before + alien + behind) is None


def test_nothing_looks_alike() -> None:
    """58 characters, each once, without zero, capital O, capital I and small l."""
    assert len(set(base58.ALPHABET)) == len(base58.ALPHABET) == 58
    assert not set(base58.ALPHABET) & set("0OIl")
