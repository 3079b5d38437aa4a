"""What was changed, by whom, when: one chain for each organisation.

Every entry holds the SHA-256 of the one before it, so that an entry that was altered, taken out or put in between
shows (`broken_at`):

    hash = SHA-256(hash of the entry before, or 32 zero bytes || UTF-8 of
                   [org hex, number, at in ms, who, action, subject, change] as compact JSON)

`change` is the JSON text `{"before": {...} | null, "after": {...} | null}` just as it is stored.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, Row, String, Table, Text, bindparam, select

from repoint.accounts import organisations
from repoint.kit.clock import to_ms
from repoint.kit.db import Identity, Instant, Tx, metadata
from repoint.kit.db.bulk import insert_rows, stored_id

WHO_MAX = 64
ACTION_MAX = 64
SUBJECT_MAX = 64
HASH_BYTES = 32
_FIRST = bytes(HASH_BYTES)
_READ_AT_ONCE = 1_000

audit_log = Table(
    "audit_log",
    metadata,
    Column("org_id", Identity, ForeignKey(organisations.organisations.c.id), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("who", String(WHO_MAX), nullable=False),
    Column("action", String(ACTION_MAX), nullable=False),
    Column("subject", String(SUBJECT_MAX), nullable=False),
    Column("change", Text, nullable=False),
    Column("hash", LargeBinary(HASH_BYTES), nullable=False),
    Index("ix_audit_log_org_id_subject_number", "org_id", "subject", "number"),
)

_HEAD = (
    select(audit_log.c.number, audit_log.c.hash)
    .where(audit_log.c.org_id == bindparam("org"))
    .order_by(audit_log.c.number.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written down: `action` happened to `subject` (a public id); JSON objects before and after."""

    action: str
    subject: str
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A change as it was written down; `number` counts the organisation's entries from 1."""

    number: int
    at: datetime
    who: str
    action: str
    subject: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def record(tx: Tx, org: UUID, who: str, *changes: Change) -> None:
    """Write changes down, in the transaction that makes them; holds the organisation's lock until it ends."""
    organisations.lock(tx, org)
    before, link = head(tx, org)
    stored_org = stored_id(tx, org)
    at_ms = to_ms(tx.now)
    rows = []
    for number, change in enumerate(changes, start=before + 1):
        written = json.dumps({"before": change.before, "after": change.after}, ensure_ascii=False)
        link = _hash(link, org, number, at_ms, who, change.action, change.subject, written)
        rows.append((stored_org, number, at_ms, who, change.action, change.subject, written, link))
    insert_rows(tx, audit_log, [column.name for column in audit_log.columns], rows)


def newest(
    tx: Tx,
    org: UUID,
    *,
    subject: str | None,
    below: int | None,
    limit: int,
    action: str | None = None,
    who: str | None = None,
) -> Sequence[Entry]:
    """Up to `limit` entries, newest first, of one subject, action or author or of all, with numbers below `below`."""
    query = select(audit_log).where(audit_log.c.org_id == org).order_by(audit_log.c.number.desc()).limit(limit)
    if subject is not None:
        query = query.where(audit_log.c.subject == subject)
    if action is not None:
        query = query.where(audit_log.c.action == action)
    if who is not None:
        query = query.where(audit_log.c.who == who)
    if below is not None:
        query = query.where(audit_log.c.number < below)
    return [_entry(row) for row in tx.execute(query)]


def head(tx: Tx, org: UUID) -> tuple[int, bytes]:
    """The number and hash of the newest entry; 0 and zero bytes where there is none.

    Noted elsewhere, they show later that nothing before was changed and nothing was cut off.
    """
    row = tx.execute(_HEAD, {"org": org}).one_or_none()
    return (row.number, row.hash) if row else (0, _FIRST)


def holds(tx: Tx, org: UUID, *, number: int, noted: bytes) -> bool:
    """Whether the entry with this number still has the hash that was noted."""
    found = tx.execute(
        select(audit_log.c.hash).where(audit_log.c.org_id == org, audit_log.c.number == number)
    ).scalar_one_or_none()
    return (found or (_FIRST if number == 0 else None)) == noted


def broken_at(tx: Tx, org: UUID) -> int | None:
    """The number of the first entry that does not follow from the ones before it; None where the chain holds.

    That entries are missing at the end shows only against a number or hash that was noted elsewhere.
    """
    link = _FIRST
    for number, row in enumerate(_rows(tx, org), start=1):
        expected = _hash(link, org, number, to_ms(row.at), row.who, row.action, row.subject, row.change)
        if row.number != number or row.hash != expected:
            return number
        link = expected
    return None


def _rows(tx: Tx, org: UUID) -> Iterator[Row[Any]]:
    number = 0
    while rows := tx.execute(
        select(audit_log)
        .where(audit_log.c.org_id == org, audit_log.c.number > number)
        .order_by(audit_log.c.number)
        .limit(_READ_AT_ONCE)
    ).all():
        yield from rows
        number = rows[-1].number


def _hash(link: bytes, org: UUID, *values: Any) -> bytes:
    said = json.dumps([org.hex, *values], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(link + said.encode()).digest()


def _entry(row: Row[Any]) -> Entry:
    change = json.loads(row.change)
    return Entry(row.number, row.at, row.who, row.action, row.subject, change["before"], change["after"])
