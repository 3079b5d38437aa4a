"""An invitation is good once, for a while, for whoever holds its link."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from repoint.accounts import audit, invitations, members, users
from repoint.accounts.actor import Actor, Role
from repoint.accounts.invitations import Invitation, Joining
from repoint.accounts.organisations import of, operator_of
from repoint.accounts.users import Credentials
from repoint.kit.db import Database
from repoint.kit.errors import Conflict, Forbidden, Invalid, NotFound
from tests.accounts.people import ALL, HASH, Enrol
from tests.conftest import FakeClock, MakeActor

NEW = Joining(name="Ada", password_hash=HASH)


def _invite(
    db: Database, actor: Actor, *, email: str = "ada@example.com", role: Role = Role.EDITOR, days: int = 7
) -> tuple[Invitation, str]:
    return db.write_now(invitations.invite, actor, email=email, role=role, days=days)


def _emails(db: Database, actor: Actor) -> list[str | None]:
    return [member.email for member in db.read_now(members.list_members, actor, ALL).items]


def test_a_new_user_joins_once(db: Database, actor: Actor) -> None:
    """Whoever accepts becomes a member in the role of the invitation; a second time it is used up."""
    _, token = _invite(db, actor, email=" Ada@Example.com ")
    member, org = db.write_now(invitations.accept, token, NEW)
    assert (member.email, member.name, member.role, org) == ("ada@example.com", "Ada", Role.EDITOR, actor.org)
    with pytest.raises(Conflict) as caught:
        db.write_now(invitations.accept, token, NEW)
    assert caught.value.code == "invitation_used"
    assert db.read_now(invitations.list_invitations, actor, ALL).items == []
    assert _emails(db, actor).count("ada@example.com") == 1


def test_two_accept_at_once(db: Database, actor: Actor) -> None:
    """Of many who accept the same invitation at the same moment one joins, and the others hear that it is used."""
    _, token = _invite(db, actor)
    start, outcomes = threading.Barrier(8), []

    def accept() -> None:
        start.wait()
        try:
            outcomes.append(db.write_now(invitations.accept, token, NEW)[0].public_id)
        except Conflict as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=accept) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("invitation_used") == 7
    assert _emails(db, actor).count("ada@example.com") == 1


def test_it_expires(db: Database, actor: Actor, clock: FakeClock) -> None:
    """It is good until its end and not a moment longer."""
    _, token = _invite(db, actor, days=2)
    clock.forward(timedelta(days=2) - timedelta(milliseconds=1))
    db.read_now(invitations.to_be_accepted, token)
    clock.forward(timedelta(milliseconds=1))
    with pytest.raises(Conflict) as caught:
        db.write_now(invitations.accept, token, NEW)
    assert caught.value.code == "invitation_expired"
    assert "ada@example.com" not in _emails(db, actor)


def test_it_can_be_withdrawn_or_replaced(db: Database, actor: Actor) -> None:
    """A withdrawn link is worth nothing, nor is one in whose place another came."""
    _, first = _invite(db, actor)
    second, second_token = _invite(db, actor)
    with pytest.raises(NotFound):
        db.read_now(invitations.to_be_accepted, first)
    db.write_now(invitations.withdraw, actor, second.public_id, expected=frozenset({1}))
    for token in (first, second_token, "rpi_", "x" * 50):
        with pytest.raises(NotFound):
            db.write_now(invitations.accept, token, NEW)


def test_who_may_invite(db: Database, actor: Actor, enrol: Enrol) -> None:
    """Admins invite up to admins, owners everybody, others nobody."""
    for inviter, role in ((enrol(Role.VIEWER), Role.VIEWER), (enrol(Role.EDITOR), Role.VIEWER), (actor, Role.OWNER)):
        with pytest.raises(Forbidden):
            _invite(db, inviter, role=role)
    operator = operator_of(db.read_now(of, actor.org))
    invitation, _ = _invite(db, operator, role=Role.OWNER)
    with pytest.raises(Forbidden):
        db.write_now(invitations.withdraw, actor, invitation.public_id, expected=None)


@pytest.mark.parametrize(
    "email", ["", "ada", "@example.com", "ada@", "a@b@c", "a b@c", "ada@exa\nmple", "x" * 65 + "@y"]
)
def test_emails_that_are_none(db: Database, actor: Actor, email: str) -> None:
    """What cannot be an email is refused by name."""
    with pytest.raises(Invalid) as caught:
        _invite(db, actor, email=email)
    assert caught.value.field == "email"


def test_a_known_user_joins(db: Database, actor: Actor, make_actor: MakeActor, enrol: Enrol) -> None:
    """A user of another organisation joins as themselves, with a password or signed in; once."""
    other = make_actor(name="Other")
    known, signed_in = enrol(Role.OWNER, org=other, email="ada@example.com"), enrol(Role.VIEWER, org=other)
    assert known.user is not None
    assert signed_in.user is not None
    member, _ = db.write_now(invitations.accept, _invite(db, actor)[1], Joining(known=Credentials(known.user, HASH)))
    assert (member.public_id, member.role) == (known.who, Role.EDITOR)
    with pytest.raises(Conflict, match="already"):
        _invite(db, actor)
    _, token = _invite(db, actor, email="somebody@example.com")
    assert db.write_now(invitations.accept_as, token, signed_in.user).public_id == signed_in.who


def test_a_password_that_changed_meanwhile(db: Database, actor: Actor, make_actor: MakeActor, enrol: Enrol) -> None:
    """A password that was right when it was looked at and is not any more lets nobody in, and the link stays good."""
    known = enrol(Role.VIEWER, org=make_actor(name="Other"), email="ada@example.com")
    assert known.user is not None
    _, token = _invite(db, actor)
    db.write_now(users.set_password, known.user, password_hash="another", who="cli")
    with pytest.raises(Conflict) as caught:
        db.write_now(invitations.accept, token, Joining(known=Credentials(known.user, HASH)))
    assert caught.value.code == "password_changed"
    db.read_now(invitations.to_be_accepted, token)


def test_others_see_nothing_of_it(db: Database, actor: Actor, make_actor: MakeActor) -> None:
    """Another organisation neither lists nor withdraws an invitation."""
    invitation, token = _invite(db, actor)
    stranger = make_actor(name="Other")
    assert db.read_now(invitations.list_invitations, stranger, ALL).items == []
    with pytest.raises(NotFound):
        db.write_now(invitations.withdraw, stranger, invitation.public_id, expected=None)
    db.read_now(invitations.to_be_accepted, token)


def test_no_secret_is_kept(db: Database, actor: Actor) -> None:
    """Neither the audit log nor a table holds a token or, in the log, a hash."""
    _, token = _invite(db, actor)
    db.write_now(invitations.accept, token, NEW)
    entries = db.read_now(audit.newest, actor.org, subject=None, below=None, limit=50)
    assert [entry.action for entry in entries][:2] == ["member.joined", "invitation.created"]
    assert token not in str(entries)
    assert HASH not in str(entries)
    rows = db.read_now(lambda tx: tx.execute(select(invitations.invitations)).all())
    assert token not in str(rows)
    assert db.read_now(audit.broken_at, actor.org) is None
