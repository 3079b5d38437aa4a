"""Designs that an organisation stores, to apply them by id."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert, select, update

from repoint.accounts import audit
from repoint.accounts.actor import Actor, Scope
from repoint.accounts.audit import Change
from repoint.codes import logos
from repoint.codes.artwork import check_design, patch_design
from repoint.codes.code import JsonObject
from repoint.codes.differences import difference
from repoint.codes.draft import check_title
from repoint.codes.named_lists import newest_named
from repoint.codes.styling_tables import designs
from repoint.kit import versions
from repoint.kit.db import Tx
from repoint.kit.errors import Invalid, NotFound
from repoint.kit.ids import parse_prefixed, prefixed
from repoint.kit.pages import Asked, Page
from repoint.kit.versions import Expected
from repoint.plans import subscriptions

PREFIX = "design"
KIND = "design"
LIST = "designs"


@dataclass(frozen=True, slots=True)
class StoredDesign:
    """A design with every default filled in; `version` counts changes from 1."""

    id: UUID
    name: str
    design: JsonObject
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def public_id(self) -> str:
        """`design_` and a ULID."""
        return prefixed(PREFIX, self.id)


def add_design(tx: Tx, actor: Actor, *, name: str, design: Mapping[str, Any]) -> StoredDesign:
    """Store a design.

    Raises:
        Forbidden: the key may not write.
        Invalid: the name, or something of the design, cannot be.
        NotFound: the design names a logo that the organisation has not.
        PlanExpired: the subscription and its grace time are over.
    """
    actor.require(Scope.WRITE)
    subscriptions.for_change(tx, actor.org)
    values = {"name": _named(name), "design": _usable(tx, actor, check_design(design))}
    design_id = tx.new_id()
    tx.execute(
        insert(designs).values(
            id=design_id, org_id=actor.org, version=1, created_at=tx.now, updated_at=tx.now, **values
        )
    )
    stored = _get(tx, actor.org, design_id)
    _record(tx, actor, Change("design.added", stored.public_id, None, _written(stored)))
    return stored


def get_design(tx: Tx, actor: Actor, public_id: str) -> StoredDesign:
    """One design.

    Raises:
        NotFound: the organisation has no such design.
    """
    actor.require(Scope.READ)
    return _get(tx, actor.org, id_of(public_id))


def list_designs(tx: Tx, actor: Actor, asked: Asked, *, q: str | None = None) -> Page[StoredDesign]:
    """A page of designs, newest first; with `q` those whose name holds it, whatever the case.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    actor.require(Scope.READ)
    query = select(designs).where(designs.c.org_id == actor.org)
    listing = f"{LIST}:{actor.org.hex}"
    return newest_named(tx, asked, query, designs, q=q, listing=listing).read(_design)


def edit_design(
    tx: Tx,
    actor: Actor,
    public_id: str,
    *,
    name: str | None = None,
    patch: Mapping[str, Any] | None = None,
    expected: Expected = None,
) -> StoredDesign:
    """Change a design; codes that took it keep what they have. None leaves a thing as it is.

    Raises:
        Forbidden: the key may not write.
        NotFound: the organisation has no such design, or not the logo it is to show.
        Stale: the design has another version than the caller expects.
        Invalid: the name, or something of the design, cannot be.
        PlanExpired: the subscription and its grace time are over.
    """
    actor.require(Scope.WRITE)
    subscriptions.for_change(tx, actor.org)
    stored = _get(tx, actor.org, id_of(public_id))
    versions.require(expected, stored.version, kind=KIND)
    values: dict[str, Any] = {}
    if name is not None:
        values["name"] = _named(name)
    if patch is not None:
        values["design"] = _usable(tx, actor, patch_design(stored.design, patch))
    if _written(stored) == _written(stored) | values:
        return stored
    tx.execute(
        update(designs)
        .where(designs.c.org_id == actor.org, designs.c.id == stored.id)
        .values(version=designs.c.version + 1, updated_at=tx.now, **values)
    )
    changed = _get(tx, actor.org, stored.id)
    before, after = difference(_written(stored), _written(changed))
    _record(tx, actor, Change("design.edited", stored.public_id, before, after))
    return changed


def delete_design(tx: Tx, actor: Actor, public_id: str, *, expected: Expected = None) -> None:
    """Remove a design; codes that took it keep what they have.

    Raises:
        Forbidden: the key may not write.
        NotFound: the organisation has no such design.
        Stale: the design has another version than the caller expects.
    """
    actor.require(Scope.WRITE)
    stored = _get(tx, actor.org, id_of(public_id))
    versions.require(expected, stored.version, kind=KIND)
    tx.execute(delete(designs).where(designs.c.org_id == actor.org, designs.c.id == stored.id))
    _record(tx, actor, Change("design.deleted", stored.public_id, _written(stored)))


def id_of(public_id: str) -> UUID:
    """The id behind `design_` and a ULID.

    Raises:
        NotFound: no design can have it.
    """
    return parse_prefixed(PREFIX, public_id, kind=KIND)


def _get(tx: Tx, org: UUID, design_id: UUID) -> StoredDesign:
    row = tx.execute(select(designs).where(designs.c.org_id == org, designs.c.id == design_id)).one_or_none()
    if row is None:
        raise NotFound(KIND, prefixed(PREFIX, design_id))
    return _design(row)


def _named(name: str) -> str:
    if not name.strip():
        raise Invalid("name", "must have at least one character")
    return check_title(name.strip(), field="name")


def _usable(tx: Tx, actor: Actor, design: dict[str, Any]) -> dict[str, Any]:
    """The design, once its logo is there."""
    if image := logos.named_in(design):
        logos.get_logo(tx, actor, image)
    return design


def _written(stored: StoredDesign) -> dict[str, Any]:
    return {"name": stored.name, "design": dict(stored.design)}


def _record(tx: Tx, actor: Actor, change: Change) -> None:
    audit.record(tx, actor.org, actor.who, change)


def _design(row: Row[Any]) -> StoredDesign:
    return StoredDesign(row.id, row.name, row.design, row.version, row.created_at, row.updated_at)
