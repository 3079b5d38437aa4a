"""An edit changes what it names; the next scan sees it."""

from datetime import timedelta
from typing import Any

import pytest

from repoint.accounts.actor import Actor
from repoint.codes.code import Code
from repoint.codes.delete import delete_code
from repoint.codes.edit import Edit, edit_code
from repoint.codes.find import get_code
from repoint.kit.db import Database
from repoint.kit.errors import Conflict, Invalid
from repoint.links.resolve import Paused, Redirect, Resolution, load
from repoint.links.space import LinkSpace
from tests.codes.conftest import GOAL, MakeCode, Snapshot
from tests.conftest import START, FakeClock, Forgotten

HOUR = timedelta(hours=1)
ELSEWHERE = "https://example.org/autumn"


@pytest.fixture
def edit(db: Database, actor: Actor, space: LinkSpace) -> Any:
    """Edits a code of the usual actor."""

    def by_name(code: Code, **changes: Any) -> Code:
        return db.write_now(edit_code, actor, code.public_id, Edit(**changes), space=space)

    return by_name


@pytest.mark.parametrize(
    ("changes", "effect"),
    [
        ({"title": "Autumn"}, {"title": "Autumn"}),
        ({"title": ""}, {"title": ""}),
        ({"tags": (" b ", "a")}, {"tags": ("a", "b")}),
        ({"tags": ()}, {"tags": ()}),
        ({"destination": ELSEWHERE}, {"destination": ELSEWHERE}),
        ({"status": "paused"}, {"is_paused": True}),
        ({"folder_id": ""}, None),
        ({"status": "active"}, None),
        ({"title": "Spring", "tags": ("Q2 ",), "destination": GOAL, "design": {}}, None),
    ],
)
def test_an_edit_changes_what_it_names(
    db: Database,
    actor: Actor,
    make_code: MakeCode,
    edit: Any,
    clock: FakeClock,
    changes: Any,
    effect: dict[str, Any] | None,
) -> None:
    """Everything else stays; the version goes up by one and the time of change is now. No other code changes.

    An edit that asks for what is there already changes nothing at all.
    """
    code, other = make_code(title="Spring", tags=("q2",)), make_code()
    clock.forward(HOUR)
    edited = edit(code, **changes)
    expected = {name: getattr(code, name) for name in Code.__slots__}
    expected |= {"version": 2, "updated_at": START + HOUR} | effect if effect is not None else {}
    assert {name: getattr(edited, name) for name in Code.__slots__} == expected
    assert db.read_now(get_code, actor, code.public_id) == edited
    assert db.read_now(get_code, actor, other.public_id) == other


def test_an_empty_edit_changes_nothing(make_code: MakeCode, edit: Any, clock: FakeClock, forgotten: Forgotten) -> None:
    """Not even the version."""
    code = make_code()
    clock.forward(HOUR)
    assert edit(code) == code
    assert forgotten.links == []


def test_the_tag_that_is_there(make_code: MakeCode, edit: Any) -> None:
    """Tags whose keys are the same are one, so asking for the other spelling changes nothing."""
    spelled = "\ufdfa" * 6  # each becomes 18 characters when it is folded, and a key ends at 100
    code = make_code(tags=(spelled + "a",))
    assert edit(code, tags=(spelled + "b",)) == code


def test_the_next_scan_sees_it(db: Database, make_code: MakeCode, edit: Any, forgotten: Forgotten) -> None:
    """Repointed, paused and active again: each time the link was announced and answers accordingly."""
    code = make_code(slug="Spring")
    assert code.link_id is not None
    story: list[tuple[dict[str, str], Resolution]] = [
        ({"destination": ELSEWHERE}, Redirect(code.link_id, ELSEWHERE.encode())),
        ({"status": "paused"}, Paused()),
        ({"destination": GOAL}, Paused()),
        ({"status": "active"}, Redirect(code.link_id, GOAL.encode())),
    ]
    for changes, resolution in story:
        edit(code, **changes)
        assert forgotten.links == [("", "Spring")]
        assert db.read_now(load, [b"Spring"]) == {b"Spring": resolution}
        forgotten.links.clear()


def test_a_title_is_no_news_to_the_link(make_code: MakeCode, edit: Any, forgotten: Forgotten) -> None:
    """What a scan does not see is not announced."""
    edit(make_code(), title="Autumn", tags=("q3",), design={"modules": {"shape": "dots"}})
    assert forgotten.links == []


def test_a_design_is_merged(make_code: MakeCode, edit: Any) -> None:
    """Key by key: what the patch does not name stays, null puts a default back (RFC 7396)."""
    code = make_code(design={"modules": {"shape": "dots", "color": "#0F172A"}})
    edited = edit(code, design={"modules": {"color": "#334155"}})
    assert edited.design["modules"]["shape"] == "dots"
    assert edited.design["modules"]["color"] == "#334155"
    assert edit(code, design={"modules": None}).design == make_code().design


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("title", {"title": "x" * 151}),
        ("tags", {"tags": ("",)}),
        ("destination", {"destination": "https://go.example/x"}),
        ("destination", {"destination": ""}),
        ("design.modules.shape", {"design": {"modules": {"shape": "hearts!"}}}),
    ],
)
@pytest.mark.parametrize("beside", [{}, {"status": "paused", "title": "fine", "destination": ELSEWHERE}])
def test_a_bad_part_spoils_the_whole(
    make_code: MakeCode,
    edit: Any,
    stored: Snapshot,
    forgotten: Forgotten,
    field: str,
    changes: dict[str, Any],
    beside: dict[str, Any],
) -> None:
    """An edit with a part that cannot be is refused under that part's name, and none of it happens."""
    code = make_code()
    before = stored()
    with pytest.raises(Invalid) as caught:
        edit(code, **beside | changes)
    assert caught.value.field == field
    assert stored() == before
    assert forgotten.links == []


@pytest.mark.parametrize(("field", "value"), [("destination", ELSEWHERE), ("status", "paused"), ("status", "active")])
def test_a_static_code_has_no_link_to_change(
    make_static: MakeCode, edit: Any, stored: Snapshot, field: str, value: str
) -> None:
    """Destination and status of a static code cannot be changed, and the reason says why."""
    code = make_static()
    before = stored()
    with pytest.raises(Invalid, match="static code") as caught:
        edit(code, **{field: value})
    assert caught.value.field == field
    assert stored() == before


def test_a_static_code_can_be_named_and_styled(make_static: MakeCode, edit: Any, stored: Snapshot) -> None:
    """Title, tags and design change; a design that leaves the text no room is refused."""
    code = make_static(text="x" * 2000)
    assert edit(code, title="Wi-Fi", tags=("door",), design={"modules": {"shape": "dots"}}).title == "Wi-Fi"
    before = stored()
    with pytest.raises(Invalid) as caught:
        edit(code, design={"error_correction": "H"})
    assert caught.value.field == "content.text"
    assert stored() == before


@pytest.mark.parametrize("changes", [{"title": "x"}, {"destination": ELSEWHERE}, {"status": "paused"}, {}])
@pytest.mark.parametrize("days", [0, 89, 91])
def test_a_deleted_code_is_not_edited(
    db: Database,
    actor: Actor,
    space: LinkSpace,
    make_code: MakeCode,
    edit: Any,
    stored: Snapshot,
    clock: FakeClock,
    changes: dict[str, Any],
    days: int,
) -> None:
    """In its grace time and after it, `code_not_editable`."""
    code = make_code()
    db.write_now(delete_code, actor, code.public_id, space=space)
    clock.forward(timedelta(days=days))
    before = stored()
    with pytest.raises(Conflict) as caught:
        edit(code, **changes)
    assert caught.value.code == "code_not_editable"
    assert stored() == before
