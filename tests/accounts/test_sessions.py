"""A session ends by itself, on demand, and with the password."""

from datetime import timedelta

import pytest

from repoint.accounts import audit, sessions, users, uses
from repoint.accounts.actor import Actor, Role, Scope
from repoint.accounts.organisations import PREFIX
from repoint.accounts.sessions import Session
from repoint.accounts.users import Credentials
from repoint.accounts.uses import Uses
from repoint.kit.db import Database
from repoint.kit.errors import NotFound, Stale
from repoint.kit.ids import prefixed
from tests.accounts.people import HASH, Enrol, sign_in
from tests.conftest import FakeClock, MakeActor


def _at_work(db: Database, token: str, org: str | None = None) -> Session:
    session = db.read_now(sessions.recognise, token, org)
    assert session is not None
    return session


def _told(db: Database, actor: Actor) -> list[str]:
    """What the log of an organisation says of sessions, newest first."""
    entries = db.read_now(audit.newest, actor.org, subject=None, below=None, limit=50)
    return [entry.action for entry in entries if entry.action.startswith("session.")]


@pytest.mark.parametrize(
    ("role", "scope"),
    [(Role.VIEWER, Scope.READ), (Role.EDITOR, Scope.WRITE), (Role.ADMIN, Scope.ADMIN), (Role.OWNER, Scope.ADMIN)],
)
def test_a_session_acts_for_its_user(db: Database, enrol: Enrol, role: Role, scope: Scope) -> None:
    """The actor is the user, in the organisation, with the scope of the role."""
    user = enrol(role)
    actor = _at_work(db, sign_in(db, user)).actor
    assert (actor.org, actor.who, actor.user, actor.role, actor.scope) == (user.org, user.who, user.user, role, scope)


def test_idle_sessions_end(db: Database, enrol: Enrol, clock: FakeClock) -> None:
    """14 days after it was used last a session is over."""
    token = sign_in(db, enrol(Role.VIEWER))
    clock.forward(timedelta(days=14) - timedelta(milliseconds=1))
    _at_work(db, token)
    clock.forward(timedelta(milliseconds=1))
    assert db.read_now(sessions.recognise, token, None) is None


def test_every_session_ends(db: Database, enrol: Enrol, clock: FakeClock) -> None:
    """However much it is used, a session is over after 90 days."""
    token, noted = sign_in(db, enrol(Role.VIEWER)), Uses()
    for _ in range(9):
        clock.forward(timedelta(days=9, hours=23))
        noted.of_session(_at_work(db, token).id, clock.now)
        taken = noted.take()
        assert taken is not None
        db.write_now(uses.write_down, *taken)
    clock.forward(timedelta(hours=8))
    _at_work(db, token)
    clock.forward(timedelta(hours=1))
    assert db.read_now(sessions.recognise, token, None) is None


def test_a_new_password_ends_them(db: Database, enrol: Enrol) -> None:
    """Every session of the user ends with the password, nobody else's does, and the old password begins none."""
    user, other = enrol(Role.VIEWER), enrol(Role.EDITOR)
    tokens = [sign_in(db, user) for _ in range(3)]
    kept = sign_in(db, other)
    assert user.user is not None
    db.write_now(users.set_password, user.user, password_hash="another", who="cli")
    assert [db.read_now(sessions.recognise, token, None) for token in tokens] == [None, None, None]
    _at_work(db, kept)
    assert db.write_now(sessions.sign_in, Credentials(user.user, HASH), stronger_hash=None) is None


def test_signing_out(db: Database, enrol: Enrol) -> None:
    """An ended session is over at once; another of the same user goes on."""
    user = enrol(Role.VIEWER)
    ended, kept = sign_in(db, user), sign_in(db, user)
    with pytest.raises(Stale):
        db.write_now(sessions.end, _at_work(db, ended), expected=frozenset({2}))
    at_work = _at_work(db, ended)
    for _ in range(2):
        db.write_now(sessions.end, at_work, expected=None)
    assert db.read_now(sessions.recognise, ended, None) is None
    assert _told(db, user) == ["session.ended", "session.began", "session.began"]
    _at_work(db, kept)


def test_a_user_of_two_organisations(db: Database, actor: Actor, make_actor: MakeActor, enrol: Enrol) -> None:
    """The organisation is chosen for one request or for all; one that is not the user's is NotFound."""
    other, third = make_actor(name="Other"), make_actor(name="Third")
    user = enrol(Role.OWNER, email="ada@example.com")
    enrol(Role.VIEWER, email="ada@example.com", org=other)
    token = sign_in(db, user)
    there, nowhere = prefixed(PREFIX, other.org), prefixed(PREFIX, third.org)
    assert (_at_work(db, token).actor.org, _at_work(db, token).actor.role) == (actor.org, Role.OWNER)
    assert (_at_work(db, token, there).actor.org, _at_work(db, token, there).actor.role) == (other.org, Role.VIEWER)
    with pytest.raises(NotFound):
        db.read_now(sessions.recognise, token, nowhere)
    with pytest.raises(NotFound):
        db.write_now(sessions.switch, _at_work(db, token), nowhere, expected=None)
    db.write_now(sessions.switch, _at_work(db, token), there, expected=frozenset({1}))
    assert (_at_work(db, token).actor.org, _at_work(db, token).version) == (other.org, 2)
    db.write_now(sessions.switch, _at_work(db, token), there, expected=None)
    assert _at_work(db, token).version == 2
    assert _told(db, actor) == ["session.ended", "session.began"]
    assert _told(db, other) == ["session.began"]
