"""Answers kept, so that a repeated request changes nothing twice.

An answer stands in the transaction of the change it belongs to, so there are both or neither, whenever the process
ends. Its key belongs to the organisation and is stored as a hash.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    or_,
    select,
    update,
)

from repoint.accounts.organisations import organisations
from repoint.kit.clock import to_ms
from repoint.kit.db import Identity, Instant, Tx, metadata
from repoint.kit.db.bulk import insert_new_rows, stored_id

KEPT_FOR = timedelta(hours=24)
_UNDER_WAY = 0  # instead of a status, until the transaction that makes the answer ends

kept_answers = Table(
    "kept_answers",
    metadata,
    Column("org_id", Identity, ForeignKey(organisations.c.id), primary_key=True),
    Column("key_sha256", LargeBinary(32), primary_key=True),
    Column("fingerprint", LargeBinary(32), nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("kept_at", Instant, nullable=False, index=True),
)

_KEEP = (
    update(kept_answers)
    .where(kept_answers.c.org_id == bindparam("org"), kept_answers.c.key_sha256 == bindparam("key"))
    .values(status=bindparam("said_status"), headers=bindparam("said_headers"), body=bindparam("said_body"))
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is kept; what headers and body hold is the surface's own matter."""

    status: int
    headers: str
    body: bytes


@dataclass(frozen=True, slots=True)
class First:
    """Nobody has asked so before; the answer is to be kept in this transaction."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same was asked and answered before."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Reused:
    """Something else was asked with this key."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The same is being asked at this moment, and has no answer yet."""


Claim = First | Repeated | Reused | UnderWay


def claim(tx: Tx, org: UUID, *, key: str, fingerprint: bytes) -> Claim:
    """Take a key for a request; waits on PostgreSQL until another transaction that holds the key has ended."""
    hashed = _sha256(key)
    if _take(tx, org, hashed, fingerprint):
        return First()
    mine = and_(kept_answers.c.org_id == org, kept_answers.c.key_sha256 == hashed)
    old = tx.execute(delete(kept_answers).where(mine, kept_answers.c.kept_at <= tx.now - KEPT_FOR)).rowcount
    if old and _take(tx, org, hashed, fingerprint):
        return First()
    return answered(tx, org, key=key, fingerprint=fingerprint) or UnderWay()


def answered(tx: Tx, org: UUID, *, key: str, fingerprint: bytes) -> Repeated | Reused | None:
    """What was answered to a request with this key; None where nothing was yet, and it may be claimed."""
    mine = and_(kept_answers.c.org_id == org, kept_answers.c.key_sha256 == _sha256(key))
    found = tx.execute(select(kept_answers).where(mine, kept_answers.c.kept_at > tx.now - KEPT_FOR)).one_or_none()
    if found is None or found.status == _UNDER_WAY:
        return None
    if found.fingerprint != fingerprint:
        return Reused()
    return Repeated(Answer(found.status, found.headers, found.body))


def keep(tx: Tx, org: UUID, answer: Answer, *, key: str) -> None:
    """Keep the answer to a request whose key was claimed in this transaction."""
    said = {"said_status": answer.status, "said_headers": answer.headers, "said_body": answer.body}
    tx.execute(_KEEP, {"org": org, "key": _sha256(key), **said})


def forget_old(tx: Tx, *, limit: int) -> int:
    """Remove up to `limit` answers whose time is over, of every organisation; gives how many there were."""
    old = tx.execute(
        select(kept_answers.c.org_id, kept_answers.c.key_sha256)
        .where(kept_answers.c.kept_at <= tx.now - KEPT_FOR)
        .limit(limit)
    ).all()
    if old:
        each = (and_(kept_answers.c.org_id == row.org_id, kept_answers.c.key_sha256 == row.key_sha256) for row in old)
        tx.execute(delete(kept_answers).where(or_(*each)))
    return len(old)


def _take(tx: Tx, org: UUID, key_sha256: bytes, fingerprint: bytes) -> bool:
    """Whether the key was free, and is this request's from now on."""
    row = (stored_id(tx, org), key_sha256, fingerprint, _UNDER_WAY, "", b"", to_ms(tx.now))
    columns = [column.name for column in kept_answers.columns]
    return bool(insert_new_rows(tx, kept_answers, columns, [row], returning=("status",)))


def _sha256(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
