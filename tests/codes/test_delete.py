"""A deleted code works through its grace time; its slug stays taken."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from repoint.accounts.actor import Actor
from repoint.codes.code import Code
from repoint.codes.create import create_code
from repoint.codes.delete import GRACE, delete_code, delete_for_good
from repoint.codes.draft import DynamicDraft
from repoint.codes.edit import Edit, edit_code
from repoint.codes.find import get_code, list_codes
from repoint.kit.clock import to_ms
from repoint.kit.cursor import Cursors
from repoint.kit.db import Database
from repoint.kit.errors import Conflict, NotFound
from repoint.kit.pages import Asked
from repoint.links.resolve import GONE, Paused, Redirect, Resolution, load
from repoint.links.space import LinkSpace
from tests.codes.conftest import GOAL, MakeCode, Snapshot
from tests.conftest import START, FakeClock, Forgotten

TICK = timedelta(milliseconds=1)
END = START + GRACE


@pytest.fixture
def delete(db: Database, actor: Actor, space: LinkSpace) -> Callable[[Code], Code]:
    """Deletes a code of the usual actor."""
    return lambda code: db.write_now(delete_code, actor, code.public_id, space=space)


@pytest.fixture
def delete_now(db: Database, actor: Actor, space: LinkSpace) -> Callable[[Code], None]:
    """Deletes a code of the usual actor for good."""
    return lambda code: db.write_now(delete_for_good, actor, code.public_id, space=space)


def _scan(db: Database, code: Code) -> Resolution:
    assert code.slug is not None
    return db.read_now(load, [code.slug.encode()])[code.slug.encode()]


def test_the_grace_time(
    db: Database,
    actor: Actor,
    make_code: MakeCode,
    delete: Callable[[Code], Code],
    clock: FakeClock,
    forgotten: Forgotten,
) -> None:
    """90 days: status `grace` and a redirect that knows its end; from then on `expired` and gone. Announced once."""
    code = make_code()
    deleted = delete(code)
    assert timedelta(days=90) == GRACE
    assert (deleted.grace_until, deleted.version, deleted.destination) == (END, 2, GOAL)
    assert forgotten.links == [("", code.slug)]
    working = Redirect(code.link_id or 0, GOAL.encode(), to_ms(END))
    for step, status, answer in (
        (timedelta(0), "grace", working),
        (GRACE - TICK, "grace", working),
        (TICK, "expired", GONE),
        (GRACE, "expired", GONE),
    ):
        clock.forward(step)
        assert db.read_now(get_code, actor, code.public_id).status(clock.now) == status
        assert _scan(db, code) == answer


def test_deleting_twice_changes_nothing(
    make_code: MakeCode, delete: Callable[[Code], Code], clock: FakeClock, stored: Snapshot, forgotten: Forgotten
) -> None:
    """Neither in the grace time nor after it does a second deletion put the end off."""
    code = make_code()
    deleted = delete(code)
    forgotten.links.clear()
    before = stored()
    for _ in range(2):
        clock.forward(timedelta(days=60))
        assert delete(code) == deleted
    assert stored() == before
    assert forgotten.links == []


def test_a_paused_code_stays_paused(
    db: Database, actor: Actor, space: LinkSpace, make_code: MakeCode, delete: Callable[[Code], Code]
) -> None:
    """Deleting does not bring a paused link back to life."""
    code = make_code()
    db.write_now(edit_code, actor, code.public_id, Edit(status="paused"), space=space)
    assert delete(code).status(START) == "grace"
    assert _scan(db, code) == Paused(to_ms(END))


def test_a_static_code_is_deleted_too(
    db: Database, actor: Actor, make_static: MakeCode, delete: Callable[[Code], Code], delete_now: Any, clock: FakeClock
) -> None:
    """The same two ways, though there is no link to end."""
    one, other = make_static(), make_static()
    assert delete(one).status(clock.now) == "grace"
    clock.forward(GRACE)
    assert delete(one).status(clock.now) == "expired"
    delete_now(other)
    with pytest.raises(NotFound):
        db.read_now(get_code, actor, other.public_id)


@pytest.mark.parametrize("was_deleted_days_ago", [None, 1, 100])
def test_for_good(
    db: Database,
    actor: Actor,
    make_code: MakeCode,
    delete: Callable[[Code], Code],
    delete_now: Callable[[Code], None],
    clock: FakeClock,
    forgotten: Forgotten,
    stored: Snapshot,
    was_deleted_days_ago: int | None,
) -> None:
    """At once, in the grace time or after it: no code, no destination, a link that says gone, one announcement."""
    code, other = make_code(), make_code()
    if was_deleted_days_ago is not None:
        delete(code)
        clock.forward(timedelta(days=was_deleted_days_ago))
        forgotten.links.clear()
    delete_now(code)
    assert forgotten.links == [("", code.slug)]
    assert _scan(db, code) == GONE
    assert [row["id"] for row in stored() if "serial" in row] == [other.id]
    assert [row["destination"] for row in stored() if "destination" in row] == [None, GOAL]
    page = db.read_now(list_codes, actor, Asked(None, 50, Cursors(b"x")))
    assert [each.id for each in page.codes] == [other.id]
    for use_case in (delete, delete_now):
        with pytest.raises(NotFound):
            use_case(code)


@pytest.mark.parametrize("for_good", [False, True])
def test_the_slug_is_never_given_out_again(
    db: Database,
    actor: Actor,
    space: LinkSpace,
    make_code: MakeCode,
    delete: Callable[[Code], Code],
    delete_now: Callable[[Code], None],
    clock: FakeClock,
    for_good: bool,
) -> None:
    """A printed symbol must never lead to somebody else: the slug stays taken, years after."""
    code = make_code(slug="Spring")
    (delete_now if for_good else delete)(code)
    clock.forward(timedelta(days=3650))
    with pytest.raises(Conflict) as caught:
        db.write_now(create_code, actor, DynamicDraft(GOAL, slug="Spring"), space=space)
    assert caught.value.code == "slug_taken"


def test_a_serial_is_never_given_out_again(make_code: MakeCode, delete_now: Callable[[Code], None]) -> None:
    """Even where the newest code was removed, the next one gets a new number, and its link too."""
    make_code()
    last = make_code()
    delete_now(last)
    following = make_code()
    assert following.serial == last.serial + 1
    assert (following.link_id or 0) > (last.link_id or 0)
