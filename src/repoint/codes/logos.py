"""Logos of an organisation: our own artwork of what was uploaded.

The original is never kept. A logo is known by the SHA-256 of its artwork: the same one given again is the same logo.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select, update

from repoint.accounts import audit
from repoint.accounts.actor import Actor, Scope
from repoint.accounts.audit import Change
from repoint.codes.draft import LOGO_NAME_DEFAULT, NewLogo, check_title
from repoint.codes.named_lists import newest_named
from repoint.codes.styling_tables import designs, logos
from repoint.codes.table import codes
from repoint.kit import versions
from repoint.kit.db import Tx
from repoint.kit.errors import Conflict, Invalid, NotFound
from repoint.kit.ids import parse_prefixed, prefixed
from repoint.kit.pages import Asked, Page
from repoint.kit.versions import Expected
from repoint.plans import subscriptions

PREFIX = "logo"
KIND = "logo"
LIST = "logos"

_SHOWN = (
    logos.c.id,
    logos.c.name,
    logos.c.media_type,
    logos.c.sha256,
    func.length(logos.c.artwork).label("size_bytes"),
    logos.c.version,
    logos.c.created_at,
)


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo, without its artwork."""

    id: UUID
    name: str
    media_type: str
    sha256: bytes
    size_bytes: int
    version: int
    created_at: datetime

    @property
    def public_id(self) -> str:
        """`logo_` and a ULID: what `design.logo.image` holds."""
        return prefixed(PREFIX, self.id)


@dataclass(frozen=True, slots=True)
class Artwork:
    """A logo's file and its hash."""

    media_type: str
    sha256: bytes
    body: bytes


def add_logo(tx: Tx, actor: Actor, new: NewLogo) -> tuple[Logo, bool]:
    """Keep a logo, and say whether it is a new one; the same artwork is the logo that is there already.

    Raises:
        Forbidden: the key may not write.
        Invalid: the name is too long, or not text.
        PlanExpired: the subscription and its grace time are over.
    """
    actor.require(Scope.WRITE)
    subscriptions.for_change(tx, actor.org)
    name = check_title(new.name.strip() or LOGO_NAME_DEFAULT, field="name")
    sha256 = hashlib.sha256(new.artwork).digest()
    logo_id = tx.new_id()
    tx.execute(
        tx.upsert(logos)
        .values(
            id=logo_id,
            org_id=actor.org,
            name=name,
            media_type=new.media_type,
            sha256=sha256,
            artwork=new.artwork,
            version=1,
            created_at=tx.now,
        )
        .on_conflict_do_nothing()
    )
    kept = _logo(tx.execute(select(*_SHOWN).where(logos.c.org_id == actor.org, logos.c.sha256 == sha256)).one())
    is_new = kept.id == logo_id
    if is_new:
        _record(tx, actor, Change("logo.added", kept.public_id, None, {"name": name, "sha256": sha256.hex()}))
    return kept, is_new


def get_logo(tx: Tx, actor: Actor, public_id: str) -> Logo:
    """One logo.

    Raises:
        NotFound: the organisation has no such logo.
    """
    actor.require(Scope.READ)
    row = tx.execute(select(*_SHOWN).where(logos.c.org_id == actor.org, logos.c.id == id_of(public_id))).one_or_none()
    if row is None:
        raise NotFound(KIND, public_id)
    return _logo(row)


def list_logos(tx: Tx, actor: Actor, asked: Asked, *, q: str | None = None) -> Page[Logo]:
    """A page of logos, newest first; with `q` those whose name holds it, whatever the case.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    actor.require(Scope.READ)
    query = select(*_SHOWN).where(logos.c.org_id == actor.org)
    listing = f"{LIST}:{actor.org.hex}"
    return newest_named(tx, asked, query, logos, q=q, listing=listing).read(_logo)


def rename_logo(tx: Tx, actor: Actor, public_id: str, *, name: str, expected: Expected = None) -> Logo:
    """Give a logo another name; its artwork never changes.

    Raises:
        Forbidden: the key may not write.
        NotFound: the organisation has no such logo.
        Stale: the logo has another version than the caller expects.
        Invalid: the name is too long, or not text.
        PlanExpired: the subscription and its grace time are over.
    """
    actor.require(Scope.WRITE)
    subscriptions.for_change(tx, actor.org)
    logo = get_logo(tx, actor, public_id)
    versions.require(expected, logo.version, kind=KIND)
    checked = check_title(name.strip(), field="name")
    if not checked:
        raise Invalid("name", "must have at least one character")
    if checked == logo.name:
        return logo
    tx.execute(
        update(logos)
        .where(logos.c.org_id == actor.org, logos.c.id == logo.id)
        .values(name=checked, version=logo.version + 1)
    )
    _record(tx, actor, Change("logo.renamed", logo.public_id, {"name": logo.name}, {"name": checked}))
    return get_logo(tx, actor, public_id)


def logo_file(tx: Tx, actor: Actor, public_id: str) -> Artwork:
    """The file of a logo, to show it.

    Raises:
        NotFound: the organisation has no such logo.
    """
    actor.require(Scope.READ)
    return artwork_of(tx, actor.org, public_id)


def artwork_of(tx: Tx, org: UUID, public_id: str) -> Artwork:
    """The file of a logo.

    Raises:
        NotFound: the organisation has no such logo.
    """
    row = tx.execute(
        select(logos.c.media_type, logos.c.sha256, logos.c.artwork).where(
            logos.c.org_id == org, logos.c.id == id_of(public_id)
        )
    ).one_or_none()
    if row is None:
        raise NotFound(KIND, public_id)
    return Artwork(row.media_type, row.sha256, row.artwork)


def named_in(design: Mapping[str, Any]) -> str | None:
    """The id of the logo that a complete design names."""
    image: str | None = design["logo"]["image"]
    return image


def delete_logo(tx: Tx, actor: Actor, public_id: str, *, expected: Expected = None) -> None:
    """Remove a logo that nothing uses.

    Raises:
        Forbidden: the key may not write.
        NotFound: the organisation has no such logo.
        Stale: the logo has another version than the caller expects.
        Conflict: `logo_in_use`, by a code (until it is deleted for good) or a stored design.
    """
    actor.require(Scope.WRITE)
    logo = get_logo(tx, actor, public_id)
    versions.require(expected, logo.version, kind=KIND)
    uses = {
        noun: tx.execute(
            select(func.count()).where(
                table.c.org_id == actor.org, table.c.design["logo"]["image"].as_string() == logo.public_id
            )
        ).scalar_one()
        for noun, table in (("QR code", codes), ("design", designs))
    }
    if any(uses.values()):
        used_by = " and ".join(f"{used} {noun}{'s' * (used != 1)}" for noun, used in uses.items() if used)
        raise Conflict("logo_in_use", f"The logo is used by {used_by}. Take it out there first.")
    tx.execute(delete(logos).where(logos.c.org_id == actor.org, logos.c.id == logo.id))
    _record(tx, actor, Change("logo.deleted", logo.public_id, {"name": logo.name, "sha256": logo.sha256.hex()}))


def id_of(public_id: str) -> UUID:
    """The id behind `logo_` and a ULID.

    Raises:
        NotFound: no logo can have it.
    """
    return parse_prefixed(PREFIX, public_id, kind=KIND)


def _record(tx: Tx, actor: Actor, change: Change) -> None:
    audit.record(tx, actor.org, actor.who, change)


def _logo(row: Row[Any]) -> Logo:
    return Logo(row.id, row.name, row.media_type, row.sha256, row.size_bytes, row.version, row.created_at)
