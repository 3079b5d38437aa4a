"""Every change of a code is written down, and can be gone back behind."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repoint.accounts import audit
from repoint.accounts.actor import Actor
from repoint.codes.code import Code
from repoint.codes.create import create_code
from repoint.codes.delete import GRACE, delete_code, delete_for_good, restore_code
from repoint.codes.differences import difference, put_back
from repoint.codes.draft import DynamicDraft
from repoint.codes.edit import Edit, edit_code
from repoint.codes.explain import Visitor, explain
from repoint.codes.folders import TOP, add_folder, delete_folder
from repoint.codes.history import history_of
from repoint.codes.rollback import roll_back
from repoint.kit.cursor import Cursors
from repoint.kit.db import Database
from repoint.kit.errors import Conflict, Invalid, NotFound, Stale
from repoint.kit.pages import Asked
from repoint.links.resolve import Redirect, load
from repoint.links.space import LinkSpace
from tests.codes.conftest import GOAL, MakeCode
from tests.conftest import START, FakeClock, MakeActor

CURSORS = Cursors(b"secret")
ELSEWHERE = "https://example.org/autumn"


def _history(db: Database, actor: Actor, code: Code, *, limit: int = 200) -> list[audit.Entry]:
    return list(db.read_now(history_of, actor, code.public_id, Asked(None, limit, CURSORS)).items)


def test_every_change_is_written_down(
    db: Database, actor: Actor, space: LinkSpace, make_code: MakeCode, clock: FakeClock
) -> None:
    """Who, when, what; of the values those that are different alone; and the chain holds."""
    code = make_code(title="Spring", slug="Spring", tags=("q2",), design={"modules": {"shape": "dots"}})
    folder = db.write_now(add_folder, actor, name="F", parent_id=None)
    edits: list[tuple[Edit, str, Any, Any]] = [
        (Edit(destination=ELSEWHERE), "code.repointed", {"destination": GOAL}, {"destination": ELSEWHERE}),
        (Edit(status="paused"), "code.paused", {"status": "active"}, {"status": "paused"}),
        (Edit(status="active"), "code.resumed", {"status": "paused"}, {"status": "active"}),
        (Edit(folder_id=folder.public_id), "code.moved", {"folder_id": None}, {"folder_id": folder.public_id}),
        (
            Edit(design={"modules": {"shape": "heart"}}),
            "code.restyled",
            {"design.modules.shape": "dots"},
            {"design.modules.shape": "heart"},
        ),
        (Edit(title="x", tags=()), "code.edited", {"title": "Spring", "tags": ["q2"]}, {"title": "x", "tags": []}),
    ]
    for edit, action, before, after in edits:
        clock.forward(timedelta(hours=1))
        db.write_now(edit_code, actor, code.public_id, edit, space=space)
        newest = _history(db, actor, code)[0]
        assert (newest.action, newest.before, newest.after) == (action, before, after)
        assert (newest.who, newest.at) == (actor.who, clock.now)
    db.write_now(delete_code, actor, code.public_id, space=space)
    db.write_now(restore_code, actor, code.public_id, space=space)
    entries = _history(db, actor, code)
    assert [entry.action for entry in entries[:2]] == ["code.restored", "code.deleted"]
    assert len(entries) == len(edits) + 3
    assert entries[-1].before is None
    assert entries[-1].after == {
        "title": "Spring",
        "tags": ["q2"],
        "folder_id": None,
        "status": "active",
        "destination": GOAL,
        "slug": "Spring",
        "domain": None,
        "design.modules.shape": "dots",
    }
    assert db.read_now(audit.broken_at, actor.org) is None
    db.write_now(delete_for_good, actor, code.public_id, space=space)
    last = db.read_now(audit.newest, actor.org, subject=code.public_id, below=None, limit=1)[0]
    assert (last.action, last.after) == ("code.deleted_for_good", None)


def test_nothing_is_written_down_of_nothing(db: Database, actor: Actor, space: LinkSpace, make_code: MakeCode) -> None:
    """An edit to what is there, a second deletion and a restoration of what was never deleted are no entries."""
    code = make_code()
    db.write_now(edit_code, actor, code.public_id, Edit(title="", status="active"), space=space)
    db.write_now(restore_code, actor, code.public_id, space=space)
    assert len(_history(db, actor, code)) == 1


_EDITS = st.builds(
    Edit,
    title=st.none() | st.sampled_from(("", "a", "b")),
    destination=st.none() | st.sampled_from((GOAL, ELSEWHERE)),
    status=st.none() | st.sampled_from(("active", "paused")),
    tags=st.none() | st.sampled_from(((), ("a",), ("a", "b"))),
    design=st.none() | st.sampled_from(({"modules": {"shape": "dots"}}, {"modules": None}, {"quiet_zone": 5})),
)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(_EDITS, min_size=1, max_size=6), data=st.data())
def test_rolling_back(db: Database, actor: Actor, space: LinkSpace, edits: list[Edit], data: st.DataObject) -> None:
    """To whichever entry: the code is what it was then, but for its version; and back again."""

    def state(code: Code) -> tuple[object, ...]:
        return (code.title, code.destination, code.tags, code.is_paused, code.design, code.folder_id, code.slug)

    code = db.write_now(create_code, actor, DynamicDraft(GOAL, tags=("a",)), space=space)
    states = {_history(db, actor, code)[0].number: state(code)}
    for edit in edits:
        code = db.write_now(edit_code, actor, code.public_id, edit, space=space)
        states[_history(db, actor, code)[0].number] = state(code)
    for _ in range(3):
        to = data.draw(st.sampled_from(sorted(states)))
        code = db.write_now(roll_back, actor, code.public_id, to=to, space=space)
        assert state(code) == states[to]
        newest = _history(db, actor, code)[0]
        assert newest.number in states or newest.action == "code.rolled_back"
        states[newest.number] = state(code)


def test_what_rolling_back_cannot_reach(
    db: Database, actor: Actor, space: LinkSpace, make_code: MakeCode, make_actor: MakeActor
) -> None:
    """Entries that are none of this code's, another organisation's code, another version, a deleted code."""
    folder = db.write_now(add_folder, actor, name="F", parent_id=None)
    code, other = make_code(folder_id=folder.public_id), make_code()
    first = _history(db, actor, code)[0].number
    for number in (_history(db, actor, other)[0].number, 10**9):
        with pytest.raises(Invalid) as caught:
            db.write_now(roll_back, actor, code.public_id, to=number, space=space)
        assert caught.value.field == "to"
    for stranger, raised, expected in ((make_actor(name="X"), NotFound, None), (actor, Stale, frozenset({9}))):
        with pytest.raises(raised):
            db.write_now(roll_back, stranger, code.public_id, to=first, space=space, expected=expected)
    db.write_now(edit_code, actor, code.public_id, Edit(folder_id=TOP, title="x"), space=space)
    db.write_now(delete_folder, actor, folder.public_id)
    back = db.write_now(roll_back, actor, code.public_id, to=first, space=space)
    assert (back.title, back.folder_id) == ("", None)
    db.write_now(delete_code, actor, code.public_id, space=space)
    with pytest.raises(Conflict) as refused:
        db.write_now(roll_back, actor, code.public_id, to=first, space=space)
    assert refused.value.code == "code_not_editable"


def test_restoring(
    db: Database, actor: Actor, space: LinkSpace, make_code: MakeCode, clock: FakeClock, make_actor: MakeActor
) -> None:
    """Until the last moment of the grace time the code comes back as it was, and redirects without an end."""
    code = make_code(slug="Spring")
    db.write_now(delete_code, actor, code.public_id, space=space)
    clock.forward(GRACE - timedelta(milliseconds=1))
    with pytest.raises(NotFound):
        db.write_now(restore_code, make_actor(name="X"), code.public_id, space=space)
    restored = db.write_now(restore_code, actor, code.public_id, space=space)
    assert (restored.status(clock.now), restored.version) == ("active", 3)
    assert db.read_now(load, [b"Spring"]) == {b"Spring": Redirect(code.link_id or 0, GOAL.encode())}
    db.write_now(delete_code, actor, code.public_id, space=space)
    clock.forward(GRACE)
    with pytest.raises(Conflict) as caught:
        db.write_now(restore_code, actor, code.public_id, space=space)
    assert caught.value.code == "code_expired"


def test_explaining(
    db: Database, actor: Actor, space: LinkSpace, make_code: MakeCode, make_static: MakeCode, make_actor: MakeActor
) -> None:
    """At each stage of its life, and at another time than now: what a scan would get, and why."""
    code = make_code()

    def ask(**visitor: Any) -> tuple[object, ...]:
        found = db.read_now(explain, actor, code.public_id, Visitor(**visitor))
        return found.outcome, found.reason, found.destination, found.rule

    assert ask(country="DE", language="de", device="mobile") == ("redirect", "active", GOAL, None)
    db.write_now(delete_code, actor, code.public_id, space=space)
    assert ask() == ("redirect", "grace", GOAL, None)
    assert ask(time=START + GRACE) == ("gone", "ended", None, None)
    paused = make_code()
    db.write_now(edit_code, actor, paused.public_id, Edit(status="paused"), space=space)
    assert db.read_now(explain, actor, paused.public_id, Visitor()).outcome == "paused"
    static = db.read_now(explain, actor, make_static(text="Room 7").public_id, Visitor())
    assert (static.outcome, static.text) == ("text", "Room 7")
    with pytest.raises(NotFound):
        db.read_now(explain, make_actor(name="X"), code.public_id, Visitor())


def test_pages(db: Database, actor: Actor, space: LinkSpace, make_code: MakeCode, make_actor: MakeActor) -> None:
    """Newest first, each entry once; a cursor of another code's history is refused."""
    code, other = make_code(), make_code()
    for number in range(4):
        db.write_now(edit_code, actor, code.public_id, Edit(title=str(number)), space=space)
    first = db.read_now(history_of, actor, code.public_id, Asked(None, 3, CURSORS))
    rest = db.read_now(history_of, actor, code.public_id, Asked(first.next_cursor, 3, CURSORS))
    assert [*first.items, *rest.items] == _history(db, actor, code)
    assert rest.next_cursor is None
    with pytest.raises(Invalid):
        db.read_now(history_of, actor, other.public_id, Asked(first.next_cursor, 3, CURSORS))
    with pytest.raises(NotFound):
        db.read_now(history_of, make_actor(name="X"), code.public_id, Asked(None, 3, CURSORS))


_VALUES = st.recursive(st.none() | st.integers(0, 3), lambda inner: st.dictionaries(st.sampled_from("abc"), inner))


@given(st.fixed_dictionaries({"x": _VALUES, "y": _VALUES}), st.fixed_dictionaries({"x": _VALUES, "y": _VALUES}))
def test_a_difference_leads_back(before: dict[str, Any], after: dict[str, Any]) -> None:
    """What was before a difference is what comes out of putting it back."""
    was, _ = difference(before, after)
    assert put_back(after, was) == before
