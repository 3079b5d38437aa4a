"""Tags of an organisation: list, rename, merge, delete."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, exists, func, select, update
from sqlalchemy.exc import IntegrityError

from repoint.accounts import audit, organisations
from repoint.accounts.actor import Actor, Scope
from repoint.accounts.audit import Change
from repoint.codes.draft import check_tags
from repoint.codes.library_tables import code_tags, tags
from repoint.codes.table import NOT_DELETED, codes, words
from repoint.codes.tagging import tag_key
from repoint.kit import versions
from repoint.kit.db import Tx
from repoint.kit.errors import Conflict, Invalid, NotFound
from repoint.kit.folding import marker, name_key
from repoint.kit.ids import parse_prefixed, prefixed
from repoint.kit.pages import Asked, Page
from repoint.kit.storable import storable
from repoint.kit.versions import Expected
from repoint.plans import subscriptions

PREFIX = "tag"
KIND = "tag"
LIST = "tags"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag; `codes` counts those that have it and are not deleted, `version` its changes from 1."""

    id: UUID
    name: str
    codes: int
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def public_id(self) -> str:
        """`tag_` and a ULID."""
        return prefixed(PREFIX, self.id)


def get_tag(tx: Tx, actor: Actor, public_id: str) -> Tag:
    """One tag.

    Raises:
        NotFound: the organisation has no such tag.
    """
    actor.require(Scope.READ)
    return _get(tx, actor.org, public_id)


def list_tags(tx: Tx, actor: Actor, asked: Asked, *, q: str | None) -> Page[Tag]:
    """A page of tags, by name whatever the case; with `q` those whose name holds it.

    Raises:
        Invalid: the cursor is not one of this list, or no name can hold `q`.
    """
    actor.require(Scope.READ)
    wanted = name_key(storable("q", q)) if q else ""
    listing = f"{LIST}:{actor.org.hex}:{wanted}"
    query = select(tags).where(tags.c.org_id == actor.org).order_by(tags.c.name_key).limit(asked.with_next)
    if wanted:
        query = query.where(tags.c.name_key.contains(wanted, autoescape=True))
    if (after := asked.after(listing)) is not None:
        query = query.where(tags.c.name_key > str(after))
    page = asked.page(listing, tx.execute(query).all(), lambda row: str(row.name_key))
    return Page(_tags(tx, page.items), page.next_cursor)


def rename_tag(tx: Tx, actor: Actor, public_id: str, *, name: str, expected: Expected = None) -> Tag:
    """Give a tag another name; its codes keep it.

    Raises:
        Forbidden: the key may not write.
        Stale: the tag has another version than the caller expects.
        NotFound: the organisation has no such tag.
        Invalid: the name cannot be.
        Conflict: `tag_exists`, another tag has the name, in whatever case.
        PlanExpired: the subscription and its grace time are over.
    """
    actor.require(Scope.WRITE)
    subscriptions.for_change(tx, actor.org)
    organisations.lock(tx, actor.org)
    tag = _get(tx, actor.org, public_id)
    versions.require(expected, tag.version, kind=KIND)
    checked = _named(name)
    if checked == tag.name:
        return tag
    try:
        with tx.connection.begin_nested():
            tx.execute(
                update(tags)
                .where(tags.c.org_id == actor.org, tags.c.id == tag.id)
                .values(name=checked, name_key=tag_key(checked), version=tag.version + 1, updated_at=tx.now)
            )
    except IntegrityError:
        raise Conflict("tag_exists", f"There is a tag {checked!r} already; merge the two instead.") from None
    _record(tx, actor, Change("tag.renamed", tag.public_id, {"name": tag.name}, {"name": checked}))
    return _get(tx, actor.org, public_id)


def merge_tag(tx: Tx, actor: Actor, public_id: str, *, into: str, expected: Expected = None) -> Tag:
    """Give every code of this tag the other one instead, and remove this one; gives the other.

    Raises:
        Forbidden: the key may not write.
        Stale: the tag that goes has another version than the caller expects.
        NotFound: the organisation has no such tags.
        Invalid: both are the same.
        PlanExpired: the subscription and its grace time are over.
    """
    actor.require(Scope.WRITE)
    subscriptions.for_change(tx, actor.org)
    organisations.lock(tx, actor.org)
    source, target = _get(tx, actor.org, public_id), _get(tx, actor.org, into)
    versions.require(expected, source.version, kind=KIND)
    if source.id == target.id:
        raise Invalid("into", "is the tag itself; name another one")
    _touch(tx, actor.org, source.id)
    theirs = code_tags.alias()
    has_both = exists().where(theirs.c.serial == code_tags.c.serial, theirs.c.tag_id == target.id)
    held = select(code_tags.c.serial).where(code_tags.c.tag_id == source.id)
    tx.execute(
        update(words)
        .where(words.c.org_id == actor.org, words.c.serial.in_(held))
        .values(text=func.replace(words.c.text, marker(source.id), marker(target.id)))
    )
    tx.execute(delete(code_tags).where(code_tags.c.tag_id == source.id, has_both))
    tx.execute(update(code_tags).where(code_tags.c.tag_id == source.id).values(tag_id=target.id))
    tx.execute(delete(tags).where(tags.c.org_id == actor.org, tags.c.id == source.id))
    _record(
        tx,
        actor,
        Change(
            "tag.merged",
            source.public_id,
            {"name": source.name, "codes": source.codes},
            {"into": target.public_id, "name": target.name},
        ),
    )
    return _get(tx, actor.org, into)


def delete_tag(tx: Tx, actor: Actor, public_id: str, *, expected: Expected = None) -> None:
    """Take a tag from every code that has it.

    Raises:
        Forbidden: the key may not write.
        Stale: the tag has another version than the caller expects.
        NotFound: the organisation has no such tag.
    """
    actor.require(Scope.WRITE)
    organisations.lock(tx, actor.org)
    tag = _get(tx, actor.org, public_id)
    versions.require(expected, tag.version, kind=KIND)
    _touch(tx, actor.org, tag.id)
    # The tag's marker stays in the words of its codes until they change: a tag that is gone is never looked for.
    tx.execute(delete(code_tags).where(code_tags.c.tag_id == tag.id))
    tx.execute(delete(tags).where(tags.c.org_id == actor.org, tags.c.id == tag.id))
    _record(tx, actor, Change("tag.deleted", tag.public_id, {"name": tag.name, "codes": tag.codes}))


def id_of(public_id: str) -> UUID:
    """The id behind `tag_` and a ULID.

    Raises:
        NotFound: no tag can have it.
    """
    return parse_prefixed(PREFIX, public_id, kind=KIND)


def _touch(tx: Tx, org: UUID, tag: UUID) -> None:
    """A tag that goes away changes its codes."""
    held = select(code_tags.c.serial).where(code_tags.c.tag_id == tag)
    tx.execute(
        update(codes)
        .where(codes.c.org_id == org, codes.c.serial.in_(held))
        .values(version=codes.c.version + 1, updated_at=tx.now)
    )
    tx.execute(update(code_tags).where(code_tags.c.serial.in_(held)).values(updated_at=tx.now))


def _named(name: str) -> str:
    try:
        return check_tags([name])[0]
    except Invalid as error:
        raise Invalid("name", error.reason) from None


def _record(tx: Tx, actor: Actor, change: Change) -> None:
    audit.record(tx, actor.org, actor.who, change)


def _get(tx: Tx, org: UUID, public_id: str) -> Tag:
    rows = tx.execute(select(tags).where(tags.c.org_id == org, tags.c.id == id_of(public_id))).all()
    if not rows:
        raise NotFound(KIND, public_id)
    return _tags(tx, rows)[0]


def _tags(tx: Tx, rows: Sequence[Row[Any]]) -> list[Tag]:
    counted = tx.execute(
        select(code_tags.c.tag_id, func.count().label("codes"))
        .where(code_tags.c.tag_id.in_([row.id for row in rows]), code_tags.c.shelf.in_(NOT_DELETED))
        .group_by(code_tags.c.tag_id)
    )
    held = {row.tag_id: row.codes for row in counted}
    return [Tag(row.id, row.name, held.get(row.id, 0), row.version, row.created_at, row.updated_at) for row in rows]
