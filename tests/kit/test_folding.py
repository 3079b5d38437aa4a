"""Names are the same, in order and found whatever their case, accents and spelling."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.kit.folding import SORT_KEY_MAX, marker, name_key, searchable, sort_key


@pytest.mark.parametrize(
    ("one", "other"), [("Print", "PRINT"), ("Straße", "STRASSE"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("ﬁne", "FINE"), ("é", "É")]
)
def test_the_same_names(one: str, other: str) -> None:
    """Case, ligatures and composed letters make no difference."""
    assert name_key(one) == name_key(other)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    """What was folded stays as it is, so a key can be compared with a key."""
    assert name_key(name_key(text)) == name_key(text)


@given(st.text(), st.text(min_size=1), st.text())
def test_a_part_is_found(before: str, part: str, after: str) -> None:
    """Wherever the folded part lies in the folded whole, the searchable part lies in the searchable whole."""
    whole = before + part + after
    assert (searchable(part) in searchable(whole)) == (name_key(part) in name_key(whole))


def test_accents_do_not_part_neighbours() -> None:
    """An accent is no reason to stand at the end of the alphabet; long titles are cut."""
    assert sorted(["Zoo", "éclair", "Apfel", "Ähre"], key=sort_key) == ["Ähre", "Apfel", "éclair", "Zoo"]
    assert len(sort_key("x" * 150)) == SORT_KEY_MAX


def test_markers_are_no_words() -> None:
    """Three characters of private use, the same for the same id and others for others."""
    one, other = uuid4(), uuid4()
    assert marker(one) == marker(one) != marker(other)
    assert len(marker(one)) == 3
    assert all("\ue000" <= each <= "\uf8ff" for each in marker(one))
