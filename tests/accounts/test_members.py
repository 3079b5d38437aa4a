"""Members come and go; an owner stays, and owners are made by owners."""

import threading
from collections.abc import Callable

import pytest

from repoint.accounts import members, sessions
from repoint.accounts.actor import Actor, Role
from repoint.accounts.organisations import of, operator_of
from repoint.kit.db import Database
from repoint.kit.errors import Conflict, Forbidden, NotFound, Stale
from tests.accounts.people import ALL, Enrol, sign_in
from tests.conftest import MakeActor


def _owners(db: Database, actor: Actor) -> list[members.Member]:
    """The owners, newest user first."""
    page = db.read_now(members.list_members, actor, ALL)
    return [member for member in page.items if member.role is Role.OWNER]


def _owner(db: Database, actor: Actor) -> members.Member:
    (owner,) = _owners(db, actor)
    return owner


@pytest.mark.parametrize("change", ["demote", "remove"])
def test_the_last_owner_stays(db: Database, actor: Actor, enrol: Enrol, change: str) -> None:
    """Not even the operator takes the last owner away; once there is another, the first one can go."""
    operator = operator_of(db.read_now(of, actor.org))
    first = _owner(db, actor)

    def go() -> None:
        if change == "demote":
            db.write_now(members.change_role, operator, first.public_id, role=Role.VIEWER, expected=None)
        else:
            db.write_now(members.remove_member, operator, first.public_id, expected=None)

    with pytest.raises(Conflict) as caught:
        go()
    assert caught.value.code == "last_owner"
    assert _owner(db, actor) == first
    second = enrol(Role.OWNER)
    go()
    assert _owner(db, actor).public_id == second.who


def test_all_owners_leave_at_once(db: Database, actor: Actor, enrol: Enrol) -> None:
    """Of owners who leave at the same moment one has to stay."""
    owners = [enrol(Role.OWNER, email=f"owner{number}@example.com") for number in range(5)]
    db.write_now(members.remove_member, owners[0], _owners(db, actor)[-1].public_id, expected=None)
    start, outcomes = threading.Barrier(len(owners)), []

    def leave(owner: Actor) -> None:
        start.wait()
        try:
            db.write_now(members.remove_member, owner, owner.who, expected=None)
            outcomes.append("left")
        except Conflict as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=leave, args=(owner,)) for owner in owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["last_owner"] + ["left"] * 4
    assert len(_owners(db, actor)) == 1


def test_an_admin_makes_no_owner(db: Database, enrol: Enrol) -> None:
    """Admins and admin keys neither make owners nor change or remove them; owners do."""
    admin, owner, viewer = enrol(Role.ADMIN), enrol(Role.OWNER), enrol(Role.VIEWER)
    for user, role in ((viewer, Role.OWNER), (owner, Role.VIEWER)):
        with pytest.raises(Forbidden, match="'owner'"):
            db.write_now(members.change_role, admin, user.who, role=role, expected=None)
    with pytest.raises(Forbidden, match="'owner'"):
        db.write_now(members.remove_member, admin, owner.who, expected=None)
    changed = db.write_now(members.change_role, owner, viewer.who, role=Role.OWNER, expected=frozenset({1}))
    assert (changed.role, changed.version) == (Role.OWNER, 2)


def test_editors_and_viewers_manage_nobody(db: Database, enrol: Enrol) -> None:
    """They see who is there, change nobody, and may leave."""
    editor, viewer = enrol(Role.EDITOR), enrol(Role.VIEWER)
    for one, other in ((editor, viewer), (viewer, editor)):
        assert len(db.read_now(members.list_members, one, ALL).items) == 3
        with pytest.raises(Forbidden):
            db.write_now(members.remove_member, one, other.who, expected=None)
        with pytest.raises(Forbidden):
            db.write_now(members.change_role, one, one.who, role=Role.ADMIN, expected=None)
    db.write_now(members.remove_member, viewer, viewer.who, expected=None)
    with pytest.raises(NotFound):
        db.read_now(members.get_member, editor, viewer.who)


def test_a_stale_change(db: Database, actor: Actor, enrol: Enrol) -> None:
    """A change or removal that is meant for another version does not happen."""
    viewer = enrol(Role.VIEWER)
    with pytest.raises(Stale):
        db.write_now(members.change_role, actor, viewer.who, role=Role.EDITOR, expected=frozenset({2}))
    with pytest.raises(Stale):
        db.write_now(members.remove_member, actor, viewer.who, expected=frozenset({7}))
    assert db.read_now(members.get_member, actor, viewer.who).role is Role.VIEWER


def test_members_of_others_are_unknown(db: Database, make_actor: MakeActor, enrol: Enrol) -> None:
    """To another organisation a member is NotFound, whatever is asked, and stays as they are."""
    viewer, stranger = enrol(Role.VIEWER), make_actor(name="Other")
    asks: list[Callable[[], object]] = [
        lambda: db.read_now(members.get_member, stranger, viewer.who),
        lambda: db.write_now(members.change_role, stranger, viewer.who, role=Role.ADMIN, expected=None),
        lambda: db.write_now(members.remove_member, stranger, viewer.who, expected=None),
    ]
    for ask in asks:
        with pytest.raises(NotFound):
            ask()
    assert db.read_now(members.get_member, viewer, viewer.who).role is Role.VIEWER


def test_who_is_removed_is_out(db: Database, actor: Actor, enrol: Enrol) -> None:
    """The sessions that a member has in the organisation end with the membership."""
    viewer = enrol(Role.VIEWER)
    token = sign_in(db, viewer)
    assert db.read_now(sessions.recognise, token, None) is not None
    db.write_now(members.remove_member, actor, viewer.who, expected=None)
    assert db.read_now(sessions.recognise, token, None) is None
