"""A change is announced after its commit, and reaches no other link."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from repoint.accounts.actor import Actor
from repoint.kit.db import Database, Tx
from repoint.kit.errors import Invalid
from repoint.links.allocate import Link
from repoint.links.change import bury, end, pause, retarget
from repoint.links.space import LinkSpace
from repoint.links.table import links
from tests.conftest import START, Forgotten, MakeActor
from tests.links.allocating import allocate

GOAL = "https://example.com/"
LATER = START + timedelta(days=90)

Change = Callable[..., None]

CHANGES: list[tuple[Change, dict[str, object]]] = [
    (partial(retarget, destination="https://example.org/"), {"destination": "https://example.org/"}),
    (partial(pause, paused=True), {"paused": True}),
    (partial(end, at=LATER), {"ends_at": LATER}),
    (bury, {"destination": None}),
]
each_change = pytest.mark.parametrize(("change", "effect"), CHANGES, ids=["retarget", "pause", "end", "bury"])


@pytest.fixture
def link(db: Database, actor: Actor, space: LinkSpace, forgotten: Forgotten) -> Link:
    """A link on the short domain, its making no longer news."""
    made = db.write_now(allocate, actor.org, destination=GOAL, wanted="Spring", domain="go.example", space=space)
    forgotten.links.clear()
    return made


def _stored(tx: Tx) -> list[dict[str, object]]:
    return [dict(row) for row in tx.execute(select(links).order_by(links.c.id)).mappings()]


@each_change
def test_a_change_changes_one_thing(
    db: Database, actor: Actor, space: LinkSpace, link: Link, change: Change, effect: dict[str, object]
) -> None:
    """What is changed is changed; the rest of the row, and every other row, is not."""
    db.write_now(allocate, actor.org, destination=GOAL, wanted="Summer", domain="go.example", space=space)
    before, other = db.read_now(_stored)
    db.write_now(change, actor.org, link.id, space=space)
    assert db.read_now(_stored) == [before | effect, other]


@each_change
def test_a_change_is_announced_after_its_commit(
    db: Database, actor: Actor, link: Link, change: Change, effect: dict[str, object]
) -> None:
    """When the announcement comes, whoever asks the database already gets the new state."""
    announced = list[tuple[str, str, bool]]()

    def forget(domain: str, slug: str) -> None:
        (row,) = db.read_now(_stored)
        announced.append((domain, slug, row | effect == row))

    space = LinkSpace("https://qr.example", frozenset({"go.example"}), forget=forget)
    db.write_now(change, actor.org, link.id, space=space)
    assert announced == [("go.example", "Spring", True)]


@each_change
def test_what_is_rolled_back_is_not_announced(
    db: Database,
    actor: Actor,
    space: LinkSpace,
    link: Link,
    forgotten: Forgotten,
    change: Change,
    effect: dict[str, object],
) -> None:
    """A change in a transaction that fails later has not happened."""

    def use_case(tx: Tx) -> None:
        change(tx, actor.org, link.id, space=space)
        assert all(_stored(tx)[0][name] == value for name, value in effect.items())
        raise Invalid("title", "cannot be")

    before = db.read_now(_stored)
    with pytest.raises(Invalid):
        db.write_now(use_case)
    assert db.read_now(_stored) == before
    assert forgotten.links == []


@each_change
def test_nobody_changes_another_organisations_link(
    db: Database,
    make_actor: MakeActor,
    space: LinkSpace,
    link: Link,
    forgotten: Forgotten,
    change: Change,
    effect: dict[str, object],
) -> None:
    """With another organisation's id a link is not there: a bug in the caller, and nothing changes."""
    del effect
    before = db.read_now(_stored)
    with pytest.raises(NoResultFound):
        db.write_now(change, make_actor(name="Globex").org, link.id, space=space)
    assert db.read_now(_stored) == before
    assert forgotten.links == []


def test_a_retarget_is_checked(db: Database, actor: Actor, space: LinkSpace, link: Link, forgotten: Forgotten) -> None:
    """A destination that could not be given at first cannot be given later."""
    for bad in ("ftp://example.com", "https://go.example/x", "http://qr.example/r/x", ""):
        with pytest.raises(Invalid):
            db.write_now(retarget, actor.org, link.id, destination=bad, space=space)
    assert db.read_now(_stored)[0]["destination"] == GOAL
    assert forgotten.links == []


def test_a_pause_ends(db: Database, actor: Actor, space: LinkSpace, link: Link) -> None:
    """Pausing twice and letting go on once leaves the link working."""
    for paused in (True, True, False):
        db.write_now(pause, actor.org, link.id, paused=paused, space=space)
        assert db.read_now(_stored)[0]["paused"] is paused
