"""Folders are a bounded tree; names are unique among siblings."""

import asyncio
from collections.abc import Callable

import pytest

from repoint.accounts import audit
from repoint.accounts.actor import Actor
from repoint.codes.find import get_code
from repoint.codes.folders import (
    DEPTH_MAX,
    TOP,
    Folder,
    add_folder,
    delete_folder,
    edit_folder,
    get_folder,
    list_folders,
)
from repoint.kit.cursor import Cursors
from repoint.kit.db import Database
from repoint.kit.errors import Conflict, Invalid, NotFound, Stale
from repoint.kit.pages import Asked
from tests.codes.conftest import MakeCode
from tests.conftest import MakeActor

CURSORS = Cursors(b"secret")


def _add(db: Database, actor: Actor, name: str, parent: Folder | None = None) -> Folder:
    return db.write_now(add_folder, actor, name=name, parent_id=parent.public_id if parent else None)


def test_siblings_have_different_names(db: Database, actor: Actor) -> None:
    """Whatever the case, new, renamed or moved; elsewhere the name is free."""
    spring = _add(db, actor, " Spring ")
    inner = _add(db, actor, "spring", spring)
    autumn = _add(db, actor, "Autumn")
    assert (spring.name, inner.parent_id) == ("Spring", spring.id)
    refused: tuple[Callable[[], object], ...] = (
        lambda: _add(db, actor, "SPRING"),
        lambda: db.write_now(edit_folder, actor, autumn.public_id, name="sPRING"),
        lambda: db.write_now(edit_folder, actor, inner.public_id, parent_id=TOP),
    )
    for use_case in refused:
        with pytest.raises(Conflict) as caught:
            use_case()
        assert caught.value.code == "folder_exists"
    assert db.read_now(get_folder, actor, autumn.public_id) == autumn


def test_the_tree_is_bounded_and_has_no_circles(db: Database, actor: Actor) -> None:
    """Neither a new folder nor a moved branch may lie too deep, and none lies in itself."""
    path = [_add(db, actor, "1")]
    for depth in range(2, DEPTH_MAX + 1):
        path.append(_add(db, actor, str(depth), path[-1]))
    branch = _add(db, actor, "branch")
    _add(db, actor, "leaf", branch)
    refused: tuple[Callable[[], object], ...] = (
        lambda: _add(db, actor, "too deep", path[-1]),
        lambda: db.write_now(edit_folder, actor, branch.public_id, parent_id=path[-2].public_id),
        lambda: db.write_now(edit_folder, actor, path[0].public_id, parent_id=path[3].public_id),
        lambda: db.write_now(edit_folder, actor, path[0].public_id, parent_id=path[0].public_id),
    )
    for use_case in refused:
        with pytest.raises(Invalid) as caught:
            use_case()
        assert caught.value.field == "parent_id"
    moved = db.write_now(edit_folder, actor, branch.public_id, parent_id=path[-3].public_id)
    assert (moved.parent_id, moved.version) == (path[-3].id, 2)


def test_a_deleted_folder_leaves_its_codes(db: Database, actor: Actor, make_code: MakeCode) -> None:
    """They move to where it lay, with a new version; folders in it are not lost by the way."""
    top = _add(db, actor, "Top")
    below = _add(db, actor, "Below", top)
    code = make_code(folder_id=below.public_id, tags=("a",))
    assert [db.read_now(get_folder, actor, each.public_id).codes for each in (top, below)] == [0, 1]
    with pytest.raises(Conflict) as caught:
        db.write_now(delete_folder, actor, top.public_id)
    assert caught.value.code == "folder_not_empty"
    db.write_now(delete_folder, actor, below.public_id)
    moved = db.read_now(get_code, actor, code.public_id)
    assert (moved.folder_id, moved.version) == (top.id, 2)
    db.write_now(delete_folder, actor, top.public_id)
    assert db.read_now(get_code, actor, code.public_id).folder_id is None


def test_versions(db: Database, actor: Actor) -> None:
    """A change meant for another version is refused; one that changes nothing is none, and is not written down."""
    folder = _add(db, actor, "Spring")
    for use_case in (edit_folder, delete_folder):
        with pytest.raises(Stale):
            db.write_now(use_case, actor, folder.public_id, expected=frozenset({2}))
    assert db.write_now(edit_folder, actor, folder.public_id, name="Spring", parent_id=TOP) == folder
    renamed = db.write_now(edit_folder, actor, folder.public_id, name="spring", expected=frozenset({1}))
    assert (renamed.name, renamed.version) == ("spring", 2)
    entries = db.read_now(audit.newest, actor.org, subject=folder.public_id, below=None, limit=9)
    assert [(entry.action, entry.before, entry.after) for entry in entries] == [
        ("folder.edited", {"name": "Spring"}, {"name": "spring"}),
        ("folder.created", None, {"name": "Spring", "parent_id": None}),
    ]


def test_other_organisations_see_nothing(db: Database, actor: Actor, make_actor: MakeActor) -> None:
    """Another organisation's folder is no folder: to get, edit, delete, list, or to lie in."""
    folder, other = _add(db, actor, "Mine"), make_actor(name="Globex")
    for use_case in (get_folder, edit_folder, delete_folder):
        with pytest.raises(NotFound):
            db.write_now(use_case, other, folder.public_id)
    with pytest.raises(NotFound):
        _add(db, other, "Theirs", folder)
    theirs = _add(db, other, "Mine")
    with pytest.raises(NotFound):
        db.write_now(edit_folder, other, theirs.public_id, parent_id=folder.public_id)
    with pytest.raises(NotFound):
        db.read_now(list_folders, other, Asked(None, 9, CURSORS), parent_id=folder.public_id)
    assert db.read_now(list_folders, other, Asked(None, 9, CURSORS), parent_id=None).items == [theirs]


def test_pages(db: Database, actor: Actor) -> None:
    """All folders, those at the top, those in one: each once, newest first, and a cursor fits its own list alone."""
    top = _add(db, actor, "Top")
    inner = [_add(db, actor, str(number), top) for number in range(4)][::-1]
    first = db.read_now(list_folders, actor, Asked(None, 3, CURSORS), parent_id=top.public_id)
    assert list(first.items) == inner[:3]
    rest = db.read_now(list_folders, actor, Asked(first.next_cursor, 3, CURSORS), parent_id=top.public_id)
    assert (list(rest.items), rest.next_cursor) == (inner[3:], None)
    assert db.read_now(list_folders, actor, Asked(None, 9, CURSORS), parent_id=TOP).items == [top]
    with pytest.raises(Invalid):
        db.read_now(list_folders, actor, Asked(first.next_cursor, 3, CURSORS), parent_id=None)


def test_two_at_once(db: Database, actor: Actor) -> None:
    """Of ten folders of one name that are made at once, one comes to be and nine are refused."""

    async def story() -> list[object]:
        asked = (db.write(add_folder, actor, name="Same", parent_id=None) for _ in range(10))
        return [type(answer) for answer in await asyncio.gather(*asked, return_exceptions=True)]

    answers = asyncio.run(story())
    assert (answers.count(Folder), answers.count(Conflict)) == (1, 9)
