"""Folders: a tree in which codes lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from repoint.accounts import audit, organisations
from repoint.accounts.actor import Actor, Scope
from repoint.accounts.audit import Change
from repoint.codes.draft import check_title
from repoint.codes.library_tables import code_tags, folders
from repoint.codes.table import NOT_DELETED, codes
from repoint.kit import versions
from repoint.kit.db import Tx
from repoint.kit.errors import Conflict, Invalid, NotFound
from repoint.kit.folding import name_key
from repoint.kit.ids import parse_prefixed, prefixed
from repoint.kit.pages import Asked, Page
from repoint.kit.versions import Expected
from repoint.plans import subscriptions

PREFIX = "folder"
KIND = "folder"
LIST = "folders"
DEPTH_MAX = 8
FOLDERS_MAX = 10_000  # of an organisation: each list of codes below a folder reads the tree
TOP = ""  # what an edit names to say "in no folder"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder; `codes` counts those that lie in it itself and are not deleted, `version` its changes from 1."""

    id: UUID
    parent_id: UUID | None
    name: str
    codes: int
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def public_id(self) -> str:
        """`folder_` and a ULID."""
        return public_id_of(self.id)


def add_folder(tx: Tx, actor: Actor, *, name: str, parent_id: str | None) -> Folder:
    """Make a folder, at the top or in another one.

    Raises:
        Forbidden: the key may not write.
        Invalid: the name cannot be, or the tree would be too deep or too large.
        NotFound: the organisation has no such parent.
        Conflict: `folder_exists`, a sibling has the name.
        PlanExpired: the subscription and its grace time are over.
    """
    actor.require(Scope.WRITE)
    subscriptions.for_change(tx, actor.org)
    organisations.lock(tx, actor.org)
    tree = tree_of(tx, actor.org)
    if len(tree) >= FOLDERS_MAX:
        raise Invalid("name", f"would be one folder more than the {FOLDERS_MAX:,} that are possible")
    parent = None if parent_id is None else _known(tree, parent_id)
    _check_depth(tree, parent, below=1)
    checked = checked_name(name)
    folder_id = tx.new_id()
    values = {"id": folder_id, "org_id": actor.org, "version": 1, "created_at": tx.now, "updated_at": tx.now}
    values |= _place(parent, checked)
    made = tx.execute(tx.upsert(folders).values(**values).on_conflict_do_nothing().returning(folders.c.id)).scalar()
    if made is None:
        raise _taken(checked)
    folder = _get(tx, actor.org, folder_id)
    _record(tx, actor, "folder.created", folder.public_id, None, _written(folder))
    return folder


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A folder as it was somewhere else, and where it is to lie here."""

    id: UUID
    parent_id: UUID | None
    name: str
    version: int
    created_at: datetime
    updated_at: datetime


def keep_folder(tx: Tx, org: UUID, new: Elsewhere, *, tree: dict[UUID, UUID | None]) -> UUID:
    """Insert a folder with its id, or find the one that has its name in its place already; `tree` gets it too.

    Raises:
        Invalid: the tree would be too deep or too large.
    """
    same = (folders.c.parent_key == _key(new.parent_id), folders.c.name_key == name_key(new.name))
    present: UUID | None = tx.execute(select(folders.c.id).where(folders.c.org_id == org, *same)).scalar()
    if present is not None:
        return present
    if len(tree) >= FOLDERS_MAX:
        raise Invalid("name", f"would be one folder more than the {FOLDERS_MAX:,} that are possible")
    _check_depth(tree, new.parent_id, below=1)
    values = {"version": new.version, "created_at": new.created_at, "updated_at": new.updated_at}
    tx.execute(insert(folders).values(id=new.id, org_id=org, **values, **_place(new.parent_id, new.name)))
    tree[new.id] = new.parent_id
    return new.id


def get_folder(tx: Tx, actor: Actor, public_id: str) -> Folder:
    """One folder.

    Raises:
        NotFound: the organisation has no such folder.
    """
    actor.require(Scope.READ)
    return _get(tx, actor.org, id_of(public_id))


def list_folders(tx: Tx, actor: Actor, asked: Asked, *, parent_id: str | None) -> Page[Folder]:
    """A page of folders, newest first: of all, of those in `parent_id`, or with `TOP` of those in none.

    Raises:
        Invalid: the cursor is not one of this list.
        NotFound: the organisation has no such parent.
    """
    actor.require(Scope.READ)
    listing = f"{LIST}:{actor.org.hex}:{parent_id}"
    query = select(folders).where(folders.c.org_id == actor.org)
    if parent_id is not None:
        parent = None if parent_id == TOP else _get(tx, actor.org, id_of(parent_id)).id
        query = query.where(folders.c.parent_key == _key(parent))
    page = asked.newest(tx, query, folders.c.id, listing=listing)
    return Page(_folders(tx, page.items), page.next_cursor)


def edit_folder(
    tx: Tx,
    actor: Actor,
    public_id: str,
    *,
    name: str | None = None,
    parent_id: str | None = None,
    expected: Expected = None,
) -> Folder:
    """Rename a folder, or put it elsewhere (`TOP`: nowhere) with all that lies in it; None leaves a thing as it is.

    Raises:
        Forbidden: the key may not write.
        Stale: the folder has another version than the caller expects.
        Invalid: the name cannot be; the folder would lie in itself, or the tree be too deep.
        NotFound: the organisation has no such folder or parent.
        Conflict: `folder_exists`, a sibling has the name.
        PlanExpired: the subscription and its grace time are over.
    """
    actor.require(Scope.WRITE)
    subscriptions.for_change(tx, actor.org)
    organisations.lock(tx, actor.org)
    folder = _get(tx, actor.org, id_of(public_id))
    versions.require(expected, folder.version, kind=KIND)
    tree = tree_of(tx, actor.org)
    parent = folder.parent_id
    if parent_id is not None:
        parent = None if parent_id == TOP else _known(tree, parent_id)
        inside = descendants(tree, folder.id)
        if parent in inside:
            raise Invalid("parent_id", "is the folder itself, or lies in it")
        _check_depth(tree, parent, below=1 + max(_depth(tree, each) for each in inside) - _depth(tree, folder.id))
    checked = folder.name if name is None else checked_name(name)
    if (checked, parent) == (folder.name, folder.parent_id):
        return folder
    try:
        with tx.connection.begin_nested():
            tx.execute(
                update(folders)
                .where(folders.c.org_id == actor.org, folders.c.id == folder.id)
                .values(version=folder.version + 1, updated_at=tx.now, **_place(parent, checked))
            )
    except IntegrityError:
        raise _taken(checked) from None
    changed = _get(tx, actor.org, folder.id)
    before, after = _written(folder), _written(changed)
    names = [each for each in after if before[each] != after[each]]
    _record(
        tx,
        actor,
        "folder.edited",
        folder.public_id,
        {each: before[each] for each in names},
        {each: after[each] for each in names},
    )
    return changed


def delete_folder(tx: Tx, actor: Actor, public_id: str, *, expected: Expected = None) -> None:
    """Remove a folder without folders in it; its codes move to where it lay.

    Raises:
        Forbidden: the key may not write.
        Stale: the folder has another version than the caller expects.
        NotFound: the organisation has no such folder.
        Conflict: `folder_not_empty`, folders lie in it.
    """
    actor.require(Scope.WRITE)
    organisations.lock(tx, actor.org)
    folder = _get(tx, actor.org, id_of(public_id))
    versions.require(expected, folder.version, kind=KIND)
    if len(descendants(tree_of(tx, actor.org), folder.id)) > 1:
        raise Conflict("folder_not_empty", "Folders lie in the folder. Move or delete them first.")
    within = select(codes.c.serial).where(codes.c.org_id == actor.org, codes.c.folder_id == folder.id)
    moved = {"folder_id": folder.parent_id, "updated_at": tx.now}
    tx.execute(update(code_tags).where(code_tags.c.serial.in_(within)).values(**moved))
    changed = tx.execute(
        update(codes)
        .where(codes.c.org_id == actor.org, codes.c.folder_id == folder.id)
        .values(version=codes.c.version + 1, **moved)
    ).rowcount
    tx.execute(delete(folders).where(folders.c.org_id == actor.org, folders.c.id == folder.id))
    after = {"moved_codes": changed} if changed else None
    _record(tx, actor, "folder.deleted", folder.public_id, _written(folder), after)


def known_folder(tx: Tx, org: UUID, public_id: str) -> UUID:
    """The id of a folder that the organisation has.

    Raises:
        NotFound: it has none with this id.
    """
    folder_id = id_of(public_id)
    query = select(folders.c.id).where(folders.c.org_id == org, folders.c.id == folder_id)
    if tx.execute(query).scalar() is None:
        raise NotFound(KIND, public_id)
    return folder_id


def folder_at(tx: Tx, org: UUID, path: Sequence[str]) -> UUID | None:
    """The folder that these names lead to from the top, in whatever case; None where there is none."""
    found: UUID | None = None
    for name in path:
        same = (folders.c.parent_key == _key(found), folders.c.name_key == name_key(name.strip()))
        found = tx.execute(select(folders.c.id).where(folders.c.org_id == org, *same)).scalar()
        if found is None:
            return None
    return found


def with_descendants(tx: Tx, org: UUID, folder_id: UUID) -> list[UUID]:
    """A folder and all below it."""
    return sorted(descendants(tree_of(tx, org), folder_id))


def descendants(tree: dict[UUID, UUID | None], folder_id: UUID) -> set[UUID]:
    """A folder and all below it, in a tree of each folder's parent."""
    children: dict[UUID | None, list[UUID]] = {}
    for child, parent in tree.items():
        children.setdefault(parent, []).append(child)
    found, waiting = set[UUID](), [folder_id]
    while waiting:
        found.add(waiting[-1])
        waiting += children.get(waiting.pop(), [])
    return found


def id_of(public_id: str) -> UUID:
    """The id behind `folder_` and a ULID.

    Raises:
        NotFound: no folder can have it.
    """
    return parse_prefixed(PREFIX, public_id, kind=KIND)


def public_id_of(folder_id: UUID) -> str:
    """`folder_` and a ULID."""
    return prefixed(PREFIX, folder_id)


def tree_of(tx: Tx, org: UUID) -> dict[UUID, UUID | None]:
    """Each folder of an organisation with its parent."""
    rows = tx.execute(select(folders.c.id, folders.c.parent_id).where(folders.c.org_id == org))
    return {row.id: row.parent_id for row in rows}


def _known(tree: dict[UUID, UUID | None], public_id: str) -> UUID:
    folder_id = id_of(public_id)
    if folder_id not in tree:
        raise NotFound(KIND, public_id)
    return folder_id


def _depth(tree: dict[UUID, UUID | None], folder_id: UUID | None) -> int:
    depth = 0
    while folder_id is not None:
        depth, folder_id = depth + 1, tree[folder_id]
    return depth


def _check_depth(tree: dict[UUID, UUID | None], parent: UUID | None, *, below: int) -> None:
    if (depth := _depth(tree, parent) + below) > DEPTH_MAX:
        raise Invalid("parent_id", f"leads to folders {depth} deep; at most {DEPTH_MAX} are possible")


def checked_name(name: str) -> str:
    """A name that a folder can have.

    Raises:
        Invalid: empty, too long, or not text.
    """
    if not name.strip():
        raise Invalid("name", "must have at least one character")
    return check_title(name.strip(), field="name")


def _key(parent: UUID | None) -> str:
    return "" if parent is None else parent.hex


def _place(parent: UUID | None, name: str) -> dict[str, Any]:
    return {"parent_id": parent, "parent_key": _key(parent), "name": name, "name_key": name_key(name)}


def _taken(name: str) -> Conflict:
    return Conflict("folder_exists", f"There is a folder {name!r} in the same place already; choose another name.")


def _written(folder: Folder) -> dict[str, Any]:
    parent = None if folder.parent_id is None else public_id_of(folder.parent_id)
    return {"name": folder.name, "parent_id": parent}


def _record(
    tx: Tx, actor: Actor, action: str, subject: str, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    audit.record(tx, actor.org, actor.who, Change(action, subject, before, after))


def _get(tx: Tx, org: UUID, folder_id: UUID) -> Folder:
    rows = tx.execute(select(folders).where(folders.c.org_id == org, folders.c.id == folder_id)).all()
    if not rows:
        raise NotFound(KIND, public_id_of(folder_id))
    return _folders(tx, rows)[0]


def _folders(tx: Tx, rows: Sequence[Row[Any]]) -> list[Folder]:
    counted = tx.execute(
        select(codes.c.folder_id, func.count().label("codes"))
        .where(codes.c.folder_id.in_([row.id for row in rows]), codes.c.shelf.in_(NOT_DELETED))
        .group_by(codes.c.folder_id)
    )
    held = {row.folder_id: row.codes for row in counted}
    return [
        Folder(row.id, row.parent_id, row.name, held.get(row.id, 0), row.version, row.created_at, row.updated_at)
        for row in rows
    ]
