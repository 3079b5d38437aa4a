"""API keys: made, shown once, recognised, revoked.

A token is `rp_` || 28 Base58 characters (160 random bits) || 6 Base58 characters (CRC-32 of what stands before).
The checksum lets a mistyped or made-up token be refused without asking the database; the database holds the SHA-256
of a token, so a leaked dump holds no key.
"""

import hashlib
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, insert, select, update

from repoint.accounts.actor import Actor, Scope
from repoint.accounts.organisations import organisations
from repoint.kit import base58
from repoint.kit.db import Identity, Instant, Tx, metadata
from repoint.kit.errors import Invalid, NotFound
from repoint.kit.ids import parse_prefixed, prefixed

PREFIX = "key"
TOKEN_PREFIX = "rp_"  # noqa: S105 - every token begins with it
SECRET_BITS = 160
SECRET_CHARACTERS = 28
CHECKSUM_CHARACTERS = 6
TOKEN_LENGTH = len(TOKEN_PREFIX) + SECRET_CHARACTERS + CHECKSUM_CHARACTERS
LABEL_MAX = 100

keys = Table(
    "keys",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("org_id", Identity, ForeignKey(organisations.c.id), nullable=False, index=True),
    Column("label", String(LABEL_MAX), nullable=False),
    Column("scope", Integer, nullable=False),
    Column("token_sha256", LargeBinary(32), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it may be shown again: without its token."""

    id: UUID
    label: str
    scope: Scope
    created_at: datetime
    revoked_at: datetime | None

    @property
    def public_id(self) -> str:
        """`key_` and a ULID."""
        return prefixed(PREFIX, self.id)


def new_token() -> str:
    """A fresh token."""
    body = TOKEN_PREFIX + base58.encode(secrets.randbits(SECRET_BITS), width=SECRET_CHARACTERS)
    return body + _checksum(body)


def is_well_formed(token: str) -> bool:
    """Whether the token could be one of ours; says nothing about whether it is."""
    body, checksum = token[:-CHECKSUM_CHARACTERS], token[-CHECKSUM_CHARACTERS:]
    return (
        len(token) == TOKEN_LENGTH
        and token.isascii()
        and token.startswith(TOKEN_PREFIX)
        and _checksum(body) == checksum
    )


def create(tx: Tx, org: UUID, *, label: str, scope: Scope) -> tuple[Key, str]:
    """Make a key of an organisation; gives it with its token, which cannot be had again.

    Raises:
        Invalid: the label is empty or too long.
    """
    label = label.strip()
    if not 1 <= len(label) <= LABEL_MAX:
        raise Invalid("label", f"must have 1 to {LABEL_MAX} characters")
    token = new_token()
    key = Key(tx.new_id(), label, scope, tx.now, None)
    tx.execute(
        insert(keys).values(
            id=key.id, org_id=org, label=label, scope=int(scope), token_sha256=_sha256(token), created_at=tx.now
        )
    )
    return key, token


def listed(tx: Tx, org: UUID) -> Sequence[Key]:
    """An organisation's keys, revoked ones too, oldest first."""
    rows = tx.execute(
        select(keys.c.id, keys.c.label, keys.c.scope, keys.c.created_at, keys.c.revoked_at)
        .where(keys.c.org_id == org)
        .order_by(keys.c.id)
    )
    return [Key(row.id, row.label, Scope(row.scope), row.created_at, row.revoked_at) for row in rows]


def revoke(tx: Tx, org: UUID, public_id: str) -> None:
    """Stop a key at once; a second time changes nothing.

    Raises:
        NotFound: the organisation has no such key.
    """
    key_id = parse_prefixed(PREFIX, public_id, kind="key")
    found = tx.execute(select(keys.c.revoked_at).where(keys.c.org_id == org, keys.c.id == key_id)).one_or_none()
    if found is None:
        raise NotFound("key", public_id)
    tx.execute(update(keys).where(keys.c.id == key_id, keys.c.revoked_at.is_(None)).values(revoked_at=tx.now))


def recognise(tx: Tx, token: str) -> Actor | None:
    """Whose key this is; None for an unknown or revoked one. Looks in every organisation: the token names it."""
    row = tx.execute(
        select(keys.c.org_id, keys.c.id, keys.c.scope, organisations.c.plan)
        .join(organisations, organisations.c.id == keys.c.org_id)
        .where(keys.c.token_sha256 == _sha256(token), keys.c.revoked_at.is_(None))
    ).one_or_none()
    return None if row is None else Actor(row.org_id, row.id, Scope(row.scope), row.plan)


def _checksum(body: str) -> str:
    return base58.encode(zlib.crc32(body.encode()), width=CHECKSUM_CHARACTERS)


def _sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
