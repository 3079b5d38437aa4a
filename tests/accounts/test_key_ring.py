"""Keys are made within bounds, change, rotate with an overlap, end, and are revoked at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from repoint.accounts import audit, key_ring, keys, uses
from repoint.accounts.actor import Actor, Role, Scope
from repoint.accounts.key_ring import NewKey
from repoint.accounts.uses import Uses
from repoint.kit.db import Database
from repoint.kit.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from tests.accounts.people import ALL, Enrol
from tests.conftest import START, FakeClock, MakeActor

TILL = NewKey("till", Scope.WRITE)


def test_rotation_overlaps(db: Database, actor: Actor, clock: FakeClock) -> None:
    """The new token works at once, the one before until the overlap ends; then its refusal says so."""
    key, old = db.write_now(key_ring.make_key, actor, TILL)
    rotated, new = db.write_now(key_ring.rotate_key, actor, key.public_id, overlap_hours=24, expected=frozenset({1}))
    assert (rotated.id, rotated.version, rotated.previous_until) == (key.id, 2, START + timedelta(hours=24))
    assert db.read_now(keys.recognise, new) == db.read_now(keys.recognise, old) != None  # noqa: E711 - all three
    clock.forward(timedelta(hours=24))
    assert db.read_now(keys.recognise, old) is None
    assert "rotated" in db.read_now(keys.why_unusable, old)
    assert db.read_now(keys.recognise, new) is not None


def test_rotation_without_an_overlap(db: Database, actor: Actor) -> None:
    """With an overlap of nothing the token before stops at once; a second rotation ends what is left of the first."""
    key, first = db.write_now(key_ring.make_key, actor, TILL)
    _, second = db.write_now(key_ring.rotate_key, actor, key.public_id, overlap_hours=24, expected=None)
    _, third = db.write_now(key_ring.rotate_key, actor, key.public_id, overlap_hours=0, expected=None)
    assert [db.read_now(keys.recognise, token) is not None for token in (first, second, third)] == [False, False, True]


def test_revoking_ends_both_tokens(db: Database, actor: Actor) -> None:
    """A key that is revoked within an overlap works with neither token, and cannot be changed or rotated."""
    key, old = db.write_now(key_ring.make_key, actor, TILL)
    _, new = db.write_now(key_ring.rotate_key, actor, key.public_id, overlap_hours=24, expected=None)
    db.write_now(key_ring.revoke_key, actor, key.public_id, expected=None)
    assert [db.read_now(keys.recognise, token) for token in (old, new)] == [None, None]
    assert "revoked" in db.read_now(keys.why_unusable, new)
    for change in (
        lambda: db.write_now(key_ring.rotate_key, actor, key.public_id, overlap_hours=1, expected=None),
        lambda: db.write_now(key_ring.change_key, actor, key.public_id, {"label": "x"}, expected=None),
    ):
        with pytest.raises(Conflict) as caught:
            change()
        assert caught.value.code == "key_revoked"


def test_a_key_expires(db: Database, actor: Actor, clock: FakeClock) -> None:
    """A key works until its end; a later end brings it back."""
    end = START + timedelta(days=1)
    key, token = db.write_now(key_ring.make_key, actor, NewKey("till", Scope.READ, 60, end))
    found = db.read_now(keys.recognise, token)
    assert found is not None
    assert found.rate_limit_per_minute == 60
    clock.forward(timedelta(days=1))
    assert db.read_now(keys.recognise, token) is None
    assert "expired on 2026-11-21" in db.read_now(keys.why_unusable, token)
    with pytest.raises(Conflict, match="expired"):
        db.write_now(key_ring.rotate_key, actor, key.public_id, overlap_hours=1, expected=None)
    db.write_now(key_ring.change_key, actor, key.public_id, {"expires_at": None}, expected=None)
    assert db.read_now(keys.recognise, token) is not None


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (NewKey(" ", Scope.READ), "label"),
        (NewKey("a\x00b", Scope.READ), "label"),
        (NewKey("a", Scope.READ, 0), "rate_limit_per_minute"),
        (NewKey("a", Scope.READ, 1_000_001), "rate_limit_per_minute"),
        (NewKey("a", Scope.READ, None, START), "expires_at"),
        (NewKey("a", Scope.READ, None, START + timedelta(days=40_000)), "expires_at"),
    ],
)
def test_keys_that_cannot_be(db: Database, actor: Actor, wanted: NewKey, field: str) -> None:
    """What is out of bounds is refused by name, and no key is made."""
    before = db.read_now(keys.listed, actor.org)
    with pytest.raises(Invalid) as caught:
        db.write_now(key_ring.make_key, actor, wanted)
    assert caught.value.field == field
    assert db.read_now(keys.listed, actor.org) == before


def test_who_may_make_keys(db: Database, make_actor: MakeActor, enrol: Enrol) -> None:
    """Admins and owners make keys, which say who made them; others do not even see them."""
    for lesser in (make_actor(name="B", scope=Scope.WRITE), enrol(Role.EDITOR), enrol(Role.VIEWER)):
        with pytest.raises(Forbidden):
            db.write_now(key_ring.make_key, lesser, NewKey("a", Scope.READ))
        with pytest.raises(Forbidden):
            db.read_now(key_ring.list_keys, lesser, ALL)
    admin = enrol(Role.ADMIN)
    assert db.write_now(key_ring.make_key, admin, TILL)[0].created_by == admin.who


def test_a_change_is_written_down(db: Database, actor: Actor) -> None:
    """The log holds what changed, before and after, and never the token; a stale change does not happen."""
    key, token = db.write_now(key_ring.make_key, actor, TILL)
    with pytest.raises(Stale):
        db.write_now(key_ring.change_key, actor, key.public_id, {"label": "x"}, expected=frozenset({9}))
    changed = db.write_now(
        key_ring.change_key, actor, key.public_id, {"scope": Scope.READ, "rate_limit_per_minute": 5}, expected=None
    )
    assert (changed.scope, changed.rate_limit_per_minute, changed.version) == (Scope.READ, 5, 2)
    newest = db.read_now(audit.newest, actor.org, subject=key.public_id, below=None, limit=5)
    assert [entry.action for entry in newest] == ["key.changed", "key.created"]
    assert newest[0].before == {"scope": "write", "rate_limit_per_minute": None}
    assert newest[0].after == {"scope": "read", "rate_limit_per_minute": 5}
    assert token not in str(newest)


def test_a_change_that_is_none(db: Database, actor: Actor, clock: FakeClock) -> None:
    """Spaces around the label and parts of a millisecond make no other version, nor does an end that is past."""
    end = START + timedelta(days=1)
    key, _ = db.write_now(key_ring.make_key, actor, NewKey("till", Scope.READ, expires_at=end))
    same = {"label": " till ", "expires_at": end + timedelta(microseconds=1), "scope": Scope.READ}
    assert db.write_now(key_ring.change_key, actor, key.public_id, same, expected=None) == key
    clock.now = end
    same = {"label": "till", "expires_at": end}
    assert db.write_now(key_ring.change_key, actor, key.public_id, same, expected=None) == key


def test_keys_of_others_are_unknown(db: Database, actor: Actor, make_actor: MakeActor) -> None:
    """To another organisation a key is NotFound, whatever is asked, and goes on working as it is."""
    key, token = db.write_now(key_ring.make_key, actor, TILL)
    stranger = make_actor(name="Other")
    asks: list[Callable[[], object]] = [
        lambda: db.read_now(key_ring.get_key, stranger, key.public_id),
        lambda: db.write_now(key_ring.change_key, stranger, key.public_id, {"label": "x"}, expected=None),
        lambda: db.write_now(key_ring.rotate_key, stranger, key.public_id, overlap_hours=0, expected=None),
        lambda: db.write_now(key_ring.revoke_key, stranger, key.public_id, expected=None),
    ]
    for ask in asks:
        with pytest.raises(NotFound):
            ask()
    assert key not in db.read_now(key_ring.list_keys, stranger, ALL).items
    assert db.read_now(keys.recognise, token) is not None
    assert db.read_now(key_ring.get_key, actor, key.public_id) == key


def test_the_last_use_is_kept_to_the_minute(db: Database, actor: Actor) -> None:
    """A key's use is written once a minute, rounded down; what could not be written waits; time never steps back."""
    key, token = db.write_now(key_ring.make_key, actor, TILL)
    found, noted = db.read_now(keys.recognise, token), Uses()
    assert found is not None
    for second in range(59):
        noted.of_key(found, START + timedelta(minutes=3, seconds=second))
    taken = noted.take()
    assert taken == ({key.id: START + timedelta(minutes=3)}, {})
    noted.put_back(taken)
    assert noted.take() == taken
    db.write_now(uses.write_down, *taken)
    noted.of_key(found, START + timedelta(minutes=3, seconds=59))
    assert noted.take() is None
    db.write_now(uses.write_down, {key.id: START}, {})
    assert db.read_now(keys.get, actor.org, key.public_id).last_used_at == START + timedelta(minutes=3)
