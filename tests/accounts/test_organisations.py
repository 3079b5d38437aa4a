"""An organisation is founded with an owner and found by its id."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from repoint.accounts import organisations
from repoint.accounts.organisations import NAME_MAX, members, users
from repoint.kit.db import Database
from repoint.kit.errors import Invalid, NotFound
from tests.conftest import START, FakeClock


def test_an_organisation_is_found_again(db: Database) -> None:
    """What was founded is what its public id leads to, outer spaces left out."""
    made = db.write_now(organisations.found, "  Acme ")
    assert (made.name, made.created_at) == ("Acme", START)
    assert made.public_id.startswith("org_")
    assert db.read_now(organisations.get, made.public_id) == made


def test_it_has_an_owner_from_the_start(db: Database) -> None:
    """Each organisation has one member, its owner, who is nobody else's."""
    made = [db.write_now(organisations.found, name) for name in ("Acme", "Globex")]
    rows = db.read_now(lambda tx: tx.execute(select(members).join(users, users.c.id == members.c.user_id)).all())
    assert sorted((row.org_id, row.role) for row in rows) == [(org.id, "owner") for org in made]
    assert len({row.user_id for row in rows}) == 2


@pytest.mark.parametrize("name", ["", "   ", "x" * (NAME_MAX + 1)])
def test_a_name_that_cannot_be(db: Database, name: str) -> None:
    """An empty or too long name is refused, and nothing is made."""
    with pytest.raises(Invalid) as caught:
        db.write_now(organisations.found, name)
    assert caught.value.field == "name"
    assert db.read_now(organisations.first) is None


def test_the_longest_name_fits(db: Database) -> None:
    """`NAME_MAX` characters are accepted."""
    assert db.write_now(organisations.found, "ü" * NAME_MAX).name == "ü" * NAME_MAX


def test_the_first_one_stays_the_first(db: Database, clock: FakeClock) -> None:
    """Whatever is founded later, the first start's organisation is the first."""
    assert db.read_now(organisations.first) is None
    made = db.write_now(organisations.found, "Acme")
    clock.forward(timedelta(days=1))
    db.write_now(organisations.found, "Globex")
    assert db.read_now(organisations.first) == made


@pytest.mark.parametrize("public_id", ["org_01ARZ3NDEKTSV4RRFFQ69G5FAV", "org_", "", "qr_01ARZ3NDEKTSV4RRFFQ69G5FAV"])
def test_an_unknown_id(db: Database, public_id: str) -> None:
    """An id that is nobody's, or none at all, is NotFound."""
    db.write_now(organisations.found, "Acme")
    with pytest.raises(NotFound):
        db.read_now(organisations.get, public_id)
