"""After the end of a plan nothing of an organisation and its people is changed; leaving and taking away go on."""

from datetime import timedelta

import pytest

from repoint.accounts import invitations, key_ring, keys, members, organisations, renaming, sessions, users
from repoint.accounts.actor import Actor, Role, Scope
from repoint.accounts.organisations import operator_of
from repoint.kit.db import Database
from repoint.kit.errors import PlanExpired
from repoint.plans import catalogue, seats, subscriptions, upkeep
from tests.accounts.people import HASH, enrolled, sign_in
from tests.conftest import START, FakeClock


@pytest.fixture
def ada(db: Database, actor: Actor) -> Actor:
    """An owner of the actor's organisation."""
    return db.write_now(enrolled, actor, email="ada@example.com", role=Role.OWNER)


def _expire(db: Database, actor: Actor, clock: FakeClock) -> None:
    db.write_now(subscriptions.subscribe, actor.org, catalogue.find("abundera-team"), ends_at=START, who="cli")
    clock.forward(timedelta(days=91))


def test_while_a_plan_lasts(db: Database, actor: Actor, ada: Actor) -> None:
    """Each change is what `accounts` makes of it."""
    assert db.write_now(upkeep.rename_organisation, ada, name="New", expected=None).name == "New"
    invited, _ = db.write_now(upkeep.invite, ada, email="eve@example.com", role=Role.VIEWER, days=7)
    assert invited.email == "eve@example.com"
    eve = db.write_now(enrolled, actor, email="eve2@example.com", role=Role.VIEWER)
    assert db.write_now(upkeep.change_role, ada, eve.who, role=Role.EDITOR, expected=None).role is Role.EDITOR
    key, _ = db.write_now(keys.create, actor.org, label="till", scope=Scope.READ)
    assert db.write_now(upkeep.change_key, ada, key.public_id, {"label": "x"}, expected=None).label == "x"
    _, token = db.write_now(upkeep.rotate_key, ada, key.public_id, overlap_hours=0, expected=None)
    assert db.read_now(keys.recognise, token) is not None


def test_changes_wait(db: Database, actor: Actor, ada: Actor, clock: FakeClock) -> None:
    """Once it is over every change is refused, by a member and by a key, and nothing has changed."""
    key, token = db.write_now(keys.create, actor.org, label="till", scope=Scope.READ)
    eve = db.write_now(enrolled, actor, email="eve@example.com", role=Role.VIEWER)
    _expire(db, actor, clock)
    _, invited = db.write_now(invitations.invite, ada, email="x@example.com", role=Role.VIEWER, days=30)
    for who in (ada, actor):
        for use_case, arguments, named in (
            (upkeep.rename_organisation, (), {"name": "x", "expected": None}),
            (upkeep.invite, (), {"email": "y@example.com", "role": Role.VIEWER, "days": 7}),
            (upkeep.change_role, (eve.who,), {"role": Role.EDITOR, "expected": None}),
            (upkeep.change_key, (key.public_id, {"label": "x"}), {"expected": None}),
            (upkeep.rotate_key, (key.public_id,), {"overlap_hours": 0, "expected": None}),
            (seats.make_key, (key_ring.NewKey("x", Scope.READ),), {}),
        ):
            with pytest.raises(PlanExpired):
                db.write_now(use_case, who, *arguments, **named)
    assert eve.user is not None
    with pytest.raises(PlanExpired):
        db.write_now(seats.accept_as, invited, eve.user)
    assert db.read_now(renaming.get_organisation, ada).name == "Acme"
    assert db.read_now(members.get_member, ada, eve.who).version == 1
    assert db.read_now(keys.get, actor.org, key.public_id) == key
    assert db.read_now(keys.recognise, token) is not None


def test_leaving_and_taking_away_go_on(db: Database, actor: Actor, ada: Actor, clock: FakeClock) -> None:
    """Once it is over people sign in and out, change their password, and remove keys, invitations and members."""
    key, token = db.write_now(keys.create, actor.org, label="till", scope=Scope.READ)
    eve, leaving = (
        db.write_now(enrolled, actor, email=f"{name}@example.com", role=Role.VIEWER) for name in ("eve", "leaving")
    )
    invited, _ = db.write_now(invitations.invite, ada, email="x@example.com", role=Role.VIEWER, days=30)
    _expire(db, actor, clock)
    session = db.read_now(sessions.recognise, sign_in(db, ada), None)
    assert session is not None
    db.write_now(sessions.end, session, expected=None)
    assert ada.user is not None
    db.write_now(users.rename, ada.user, name="Ada", who=ada.who, expected=None)
    verified = users.Credentials(ada.user, HASH)
    db.write_now(users.replace_password, verified, password_hash="another", who=ada.who, expected=None)
    db.write_now(key_ring.revoke_key, ada, key.public_id, expected=None)
    assert db.read_now(keys.recognise, token) is None
    db.write_now(invitations.withdraw, ada, invited.public_id, expected=None)
    db.write_now(members.remove_member, ada, eve.who, expected=None)
    db.write_now(members.remove_member, leaving, leaving.who, expected=None)
    operator = operator_of(db.read_now(organisations.of, actor.org))
    assert db.write_now(renaming.rename_organisation, operator, name="By hand", expected=None).name == "By hand"
