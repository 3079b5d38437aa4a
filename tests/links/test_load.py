"""The store says what the rows of links say at that moment."""

from datetime import timedelta

import pytest

from repoint.accounts.actor import Actor
from repoint.kit.clock import to_ms
from repoint.kit.db import Database
from repoint.links.allocate import Link
from repoint.links.change import bury, end, pause, retarget
from repoint.links.resolve import GONE, Paused, Redirect, Resolution, key_of, load
from repoint.links.space import LinkSpace
from tests.conftest import START, FakeClock, MakeActor
from tests.links.allocating import allocate

HOUR = timedelta(hours=1)


@pytest.fixture
def link(db: Database, actor: Actor, space: LinkSpace) -> Link:
    """A link on the default domain to a page with an international name."""
    return _make(db, actor, space, "Spring", None)


def _make(db: Database, actor: Actor, space: LinkSpace, slug: str, domain: str | None) -> Link:
    goal = f"https://example.com/{slug}/\u00e9"
    return db.write_now(allocate, actor.org, destination=goal, wanted=slug, domain=domain, space=space)


def _ask(db: Database, *keys: bytes) -> dict[bytes, Resolution]:
    return db.read_now(load, keys)


def test_keys() -> None:
    """On the default domain the slug alone, elsewhere behind its domain."""
    assert (key_of("", "abc"), key_of("go.example", "abc")) == (b"abc", b"go.example/abc")


def test_a_working_link(db: Database, link: Link) -> None:
    """The number scans are counted under, and a header that is ready to be sent."""
    assert _ask(db, b"Spring") == {b"Spring": Redirect(link.id, b"https://example.com/Spring/%C3%A9", 0)}


def test_many_links_of_many_owners(db: Database, actor: Actor, make_actor: MakeActor, space: LinkSpace) -> None:
    """One question answers for all domains and organisations; unknown keys are left out, case tells slugs apart."""
    owners = [actor, make_actor(name="Globex")]
    made = {
        key_of(domain or "", slug): _make(db, owners[number % 2], space, slug, domain)
        for number, (domain, slug) in enumerate([(None, "aaa"), (None, "AAA"), ("go.example", "aaa"), (None, "bbb")])
    }
    found = _ask(db, *made, b"nix", b"go.example/bbb", b"other.example/aaa", b"Aaa")
    assert {key: answer.link for key, answer in found.items() if isinstance(answer, Redirect)} == {
        key: each.id for key, each in made.items()
    }
    assert len(found) == len(made)


def test_each_state(db: Database, actor: Actor, space: LinkSpace, link: Link, clock: FakeClock) -> None:
    """Retargeted, paused, ending, ended and buried, one after the other, as a scan would find it."""
    db.write_now(retarget, actor.org, link.id, destination="https://example.org/", space=space)
    assert _ask(db, b"Spring") == {b"Spring": Redirect(link.id, b"https://example.org/")}
    db.write_now(pause, actor.org, link.id, paused=True, space=space)
    assert _ask(db, b"Spring") == {b"Spring": Paused()}
    db.write_now(end, actor.org, link.id, at=START + HOUR, space=space)
    assert _ask(db, b"Spring") == {b"Spring": Paused(to_ms(START + HOUR))}
    db.write_now(pause, actor.org, link.id, paused=False, space=space)
    clock.forward(HOUR - timedelta(milliseconds=1))
    assert _ask(db, b"Spring") == {b"Spring": Redirect(link.id, b"https://example.org/", to_ms(START + HOUR))}
    clock.forward(timedelta(milliseconds=1))
    assert _ask(db, b"Spring") == {b"Spring": GONE}


def test_a_buried_link_is_gone(db: Database, actor: Actor, space: LinkSpace, link: Link) -> None:
    """Whether it was paused or not, and whatever the clock says."""
    db.write_now(bury, actor.org, link.id, space=space)
    assert _ask(db, b"Spring") == {b"Spring": GONE}
    db.write_now(pause, actor.org, link.id, paused=True, space=space)
    assert _ask(db, b"Spring") == {b"Spring": GONE}


def test_no_keys(db: Database) -> None:
    """Nothing asked, nothing found."""
    assert _ask(db) == {}
