"""Codes in the database; every query takes the organisation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Row, Select, bindparam, delete, func, select, update

from repoint.codes import tagging
from repoint.codes.code import KIND, PREFIX, Code
from repoint.codes.library_tables import code_tags, tags
from repoint.codes.table import Shelf, codes, words
from repoint.kit.clock import to_ms
from repoint.kit.db import Tx
from repoint.kit.db.bulk import insert_new_rows, insert_rows, read_id, stored_id
from repoint.kit.errors import NotFound
from repoint.kit.folding import marker, searchable, sort_key
from repoint.kit.ids import prefixed
from repoint.links.allocate import Link
from repoint.links.table import links
from repoint.scans.tables import totals as scanned
from repoint.scans.totals import Totals

IDS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code to insert; `design` is a complete one, and `design_text` its JSON."""

    id: UUID
    title: str
    tags: Sequence[str]
    folder_id: UUID | None
    design: Mapping[str, Any]
    design_text: str = field(repr=False)
    text: str | None
    link: Link | None
    is_paused: bool
    grace_until: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


_NEW = (
    "id",
    "org_id",
    "link_id",
    "folder_id",
    "title",
    "title_key",
    "design",
    "text",
    "paused",
    "shelf",
    "scans",
    "grace_until",
    "version",
    "created_at",
    "updated_at",
)


def add_many(tx: Tx, org: UUID, new: Sequence[NewCode]) -> list[Code]:
    """Insert codes in this order, with few statements; and give them as they stand."""
    tagged = tagging.many(tx, org, (name for each in new for name in each.tags))
    rows = [_row(tx, org, each) for each in new]
    inserted = insert_new_rows(tx, codes, _NEW, rows, returning=("id", "serial"))
    serials = {read_id(row.id): row.serial for row in inserted}
    made: list[Code] = []
    tag_rows: list[Sequence[Any]] = []
    word_rows: list[Sequence[Any]] = []
    for each, row in zip(new, rows, strict=True):
        own = sorted({tagged[tagging.tag_key(name)] for name in each.tags}, key=lambda tag: tag.id)
        code = _made(serials[each.id], each, tuple(sorted(tag.name for tag in own)))
        made.append(code)
        shared = dict(zip(_NEW, row, strict=True))
        tag_rows += [(code.serial, stored_id(tx, tag.id), *(shared[name] for name in tagging.SHARED)) for tag in own]
        word_rows.append((code.serial, stored_id(tx, org), _words(org, code, [tag.id for tag in own])))
    insert_rows(tx, code_tags, ("serial", "tag_id", *tagging.SHARED), tag_rows)
    insert_rows(tx, words, ("serial", "org_id", "text"), word_rows)
    return made


def _row(tx: Tx, org: UUID, new: NewCode) -> Sequence[Any]:
    return (
        stored_id(tx, new.id),
        stored_id(tx, org),
        new.link.id if new.link else None,
        None if new.folder_id is None else stored_id(tx, new.folder_id),
        new.title,
        sort_key(new.title),
        new.design_text,
        new.text,
        new.is_paused,
        int(_shelf({"link_id": new.link and new.link.id, "paused": new.is_paused, "grace_until": new.grace_until})),
        0,
        None if new.grace_until is None else to_ms(new.grace_until),
        new.version,
        to_ms(new.created_at),
        to_ms(new.updated_at),
    )


def _made(serial: int, new: NewCode, tags: tuple[str, ...]) -> Code:
    return Code(
        id=new.id,
        serial=serial,
        title=new.title,
        tags=tags,
        folder_id=new.folder_id,
        design=new.design,
        text=new.text,
        link_id=new.link.id if new.link else None,
        domain=new.link.domain if new.link else "",
        slug=new.link.slug if new.link else None,
        destination=new.link.destination if new.link else None,
        is_paused=new.is_paused,
        grace_until=new.grace_until,
        version=new.version,
        created_at=new.created_at,
        updated_at=new.updated_at,
        totals=Totals(),
    )


def get(tx: Tx, org: UUID, code_id: UUID) -> Code:
    """The organisation's code.

    Raises:
        NotFound: it has none with this id.
    """
    row = tx.execute(_one(is_postgresql=tx.is_postgresql), {"org": org, "id": code_id}).one_or_none()
    if row is None:
        raise NotFound(KIND, prefixed(PREFIX, code_id))
    return _code(row)


def in_order(tx: Tx, org: UUID, serials: Sequence[int]) -> Sequence[Code]:
    """The codes with these serials, in this order."""
    found = _among(codes.c.serial, is_postgresql=tx.is_postgresql)
    rows = {row.serial: row for row in tx.execute(found, {"org": org, "keys": serials})}
    return [_code(rows[serial]) for serial in serials]


def get_many(tx: Tx, org: UUID, code_ids: Sequence[UUID]) -> dict[UUID, Code]:
    """Those of these codes that the organisation has, by id."""
    found = _among(codes.c.id, is_postgresql=tx.is_postgresql)
    some = (code_ids[start : start + IDS_AT_ONCE] for start in range(0, len(code_ids), IDS_AT_ONCE))
    rows = (row for keys in some for row in tx.execute(found, {"org": org, "keys": keys}))
    return {row.id: _code(row) for row in rows}


def change(tx: Tx, org: UUID, code: Code, values: Mapping[str, Any]) -> Code:
    """Write changed columns (and `tags`, by their names), count the version up, and give the code as it stands."""
    columns = {name: value for name, value in values.items() if name != "tags"}
    columns |= {"version": code.version + 1, "updated_at": tx.now}
    columns["shelf"] = _shelf(
        {"link_id": code.link_id, "paused": code.is_paused, "grace_until": code.grace_until} | columns
    )
    if "title" in values:
        columns["title_key"] = sort_key(values["title"])
    tx.execute(update(codes).where(codes.c.org_id == org, codes.c.id == code.id).values(**columns))
    if "tags" in values:
        tagging.put(tx, org, code.serial, values["tags"])
    elif code.tags:
        shared = {name: value for name, value in columns.items() if name in code_tags.c}
        tx.execute(update(code_tags).where(code_tags.c.serial == code.serial).values(**shared))
    changed = get(tx, org, code.id)
    _write_words(tx, org, changed)
    return changed


def remove(tx: Tx, org: UUID, code: Code) -> None:
    """Delete the row, and what it is found by."""
    tx.execute(delete(codes).where(codes.c.org_id == org, codes.c.id == code.id))
    tx.execute(delete(code_tags).where(code_tags.c.serial == code.serial))
    tx.execute(delete(words).where(words.c.org_id == org, words.c.serial == code.serial))


def count_active(tx: Tx, org: UUID, *, with_paused: bool) -> int:
    """Dynamic codes that are not deleted, and not paused either unless those count."""
    shelves = (Shelf.ACTIVE, Shelf.PAUSED) if with_paused else (Shelf.ACTIVE,)
    query = select(func.count()).where(codes.c.org_id == org, codes.c.shelf.in_(shelves))
    return int(tx.execute(query).scalar_one())


def _shelf(columns: Mapping[str, Any]) -> Shelf:
    is_static, is_deleted = columns.get("link_id") is None, columns.get("grace_until") is not None
    if is_static:
        return Shelf.DELETED_STATIC if is_deleted else Shelf.STATIC
    if is_deleted:
        return Shelf.DELETED
    return Shelf.PAUSED if columns.get("paused") else Shelf.ACTIVE


def _write_words(tx: Tx, org: UUID, code: Code) -> None:
    text = _words(org, code, tagging.ids_of(tx, code.serial) if code.tags else ())
    statement = tx.upsert(words).values(serial=code.serial, org_id=org, text=text)
    tx.execute(statement.on_conflict_do_update(index_elements=["serial"], set_={"text": text}))


def _words(org: UUID, code: Code, tags: Iterable[UUID]) -> str:
    said = "\n".join(filter(None, (code.title, code.destination, code.slug, code.text)))
    return "\n".join((searchable(said), marker(org), *map(marker, tags)))


@cache
def _one(*, is_postgresql: bool) -> Select[Any]:
    return _of_org(is_postgresql=is_postgresql).where(codes.c.id == bindparam("id"))


@cache
def _among(column: Column[Any], *, is_postgresql: bool) -> Select[Any]:
    return _of_org(is_postgresql=is_postgresql).where(column.in_(bindparam("keys", expanding=True)))


def _of_org(*, is_postgresql: bool) -> Select[Any]:
    """All that `_code` takes, in one statement: each costs more than what it finds."""
    collect = func.json_agg if is_postgresql else func.json_group_array
    names = (
        select(collect(tags.c.name, type_=JSON))
        .join_from(code_tags, tags, tags.c.id == code_tags.c.tag_id)
        .where(code_tags.c.serial == codes.c.serial, tags.c.org_id == codes.c.org_id)
        .scalar_subquery()
    )
    found = (links.c.domain, links.c.slug, links.c.destination, scanned.c.people, scanned.c.bots, scanned.c.visitors)
    return (
        select(codes, *found, names.label("tags"))
        .outerjoin(links, links.c.id == codes.c.link_id)
        .outerjoin(scanned, scanned.c.link_id == codes.c.link_id)
        .where(codes.c.org_id == bindparam("org"))
    )


def _code(row: Row[Any]) -> Code:
    return Code(
        id=row.id,
        serial=row.serial,
        title=row.title,
        tags=tuple(sorted(row.tags or ())),
        folder_id=row.folder_id,
        design=row.design,
        text=row.text,
        link_id=row.link_id,
        domain=row.domain or "",
        slug=row.slug,
        destination=row.destination,
        is_paused=row.paused,
        grace_until=row.grace_until,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        totals=Totals() if row.people is None else Totals(row.people, row.bots, row.visitors),
    )
