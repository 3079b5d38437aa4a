"""Codes in the database; every query takes the organisation."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, func, insert, select, update

from repoint.codes.code import Code
from repoint.codes.table import codes
from repoint.kit.db import Tx
from repoint.kit.errors import NotFound
from repoint.kit.ids import prefixed
from repoint.links.table import links
from repoint.scans import totals


def add(tx: Tx, org: UUID, code_id: UUID, values: dict[str, Any]) -> Code:
    """Insert a code made now, and give it as it stands."""
    tx.execute(insert(codes).values(id=code_id, org_id=org, version=1, created_at=tx.now, updated_at=tx.now, **values))
    return get(tx, org, code_id)


def get(tx: Tx, org: UUID, code_id: UUID) -> Code:
    """The organisation's code.

    Raises:
        NotFound: it has none with this id.
    """
    row = tx.execute(_select(org).where(codes.c.id == code_id)).one_or_none()
    if row is None:
        raise NotFound("QR code", prefixed("qr", code_id))
    return _codes(tx, [row])[0]


def page(tx: Tx, org: UUID, *, below: int | None, limit: int) -> Sequence[Code]:
    """Up to `limit` codes, newest first, with serials below `below`."""
    query = _select(org).order_by(codes.c.serial.desc()).limit(limit)
    if below is not None:
        query = query.where(codes.c.serial < below)
    return _codes(tx, tx.execute(query).all())


def change(tx: Tx, org: UUID, code_id: UUID, values: dict[str, Any]) -> Code:
    """Write changed columns, count the version up, and give the code as it stands."""
    tx.execute(
        update(codes)
        .where(codes.c.org_id == org, codes.c.id == code_id)
        .values(version=codes.c.version + 1, updated_at=tx.now, **values)
    )
    return get(tx, org, code_id)


def remove(tx: Tx, org: UUID, code_id: UUID) -> None:
    """Delete the row."""
    tx.execute(delete(codes).where(codes.c.org_id == org, codes.c.id == code_id))


def count_active(tx: Tx, org: UUID) -> int:
    """Dynamic codes that are neither paused nor deleted."""
    query = select(func.count()).where(
        codes.c.org_id == org, codes.c.link_id.is_not(None), codes.c.grace_until.is_(None), codes.c.paused.is_(False)
    )
    return int(tx.execute(query).scalar_one())


def _select(org: UUID) -> Select[Any]:
    return (
        select(codes, links.c.domain, links.c.slug, links.c.destination)
        .outerjoin(links, links.c.id == codes.c.link_id)
        .where(codes.c.org_id == org)
    )


def _codes(tx: Tx, rows: Sequence[Row[Any]]) -> list[Code]:
    scanned = totals.of_links(tx, [row.link_id for row in rows if row.link_id is not None])
    return [
        Code(
            id=row.id,
            serial=row.serial,
            title=row.title,
            tags=tuple(row.tags),
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
            totals=scanned.get(row.link_id, totals.Totals()),
        )
        for row in rows
    ]
