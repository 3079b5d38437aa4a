"""API keys: made, shown once, recognised, revoked.

A token is `rp_` and what `tokens.py` says; the database holds its SHA-256. While a rotation overlaps, the token
before works beside the new one. What is done to keys on somebody's behalf is in `key_ring.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from repoint.accounts import names, tokens
from repoint.accounts.actor import OPERATOR, Actor, Scope
from repoint.accounts.organisations import organisations
from repoint.accounts.tokens import SHA256_BYTES
from repoint.kit.clock import from_ms, rfc3339, to_ms
from repoint.kit.db import Identity, Instant, Tx, metadata
from repoint.kit.errors import Invalid, NotFound
from repoint.kit.ids import parse_prefixed, prefixed

TOPIC = "keys"  # keys of announcements are public ids
PREFIX = "key"
KIND = "key"
TOKEN_PREFIX = "rp_"  # noqa: S105 - every token begins with it
LABEL_MAX = 100
RATE_LIMIT_MAX = 1_000_000
CREATED_BY_MAX = 64
LIFE_MAX = timedelta(days=36_525)

keys = Table(
    "keys",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("org_id", Identity, ForeignKey(organisations.c.id), nullable=False, index=True),
    Column("label", String(LABEL_MAX), nullable=False),
    Column("scope", Integer, nullable=False),
    Column("token_sha256", LargeBinary(SHA256_BYTES), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("rate_limit_per_minute", Integer),
    Column("expires_at", Instant),
    Column("last_used_at", Instant),
    Column("created_by", String(CREATED_BY_MAX), nullable=False, server_default=text(f"'{OPERATOR}'")),
    Column("previous_sha256", LargeBinary(SHA256_BYTES)),
    Column("previous_until", Instant),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Index("uq_keys_previous_sha256", "previous_sha256", unique=True),
)

_WORKING = select(keys.c.org_id, keys.c.id, keys.c.scope, keys.c.rate_limit_per_minute).where(
    or_(
        keys.c.token_sha256 == bindparam("digest"),
        and_(keys.c.previous_sha256 == bindparam("digest"), keys.c.previous_until > bindparam("now", type_=Instant)),
    ),
    keys.c.revoked_at.is_(None),
    or_(keys.c.expires_at.is_(None), keys.c.expires_at > bindparam("now", type_=Instant)),
)


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it may be shown again: without its token.

    Attributes:
        rate_limit_per_minute: None where the plan's limit applies.
        last_used_at: the minute; None where it has not been used.
        created_by: what the audit log calls its maker.
        previous_until: until then the token before the last rotation works too.
    """

    id: UUID
    label: str
    scope: Scope
    rate_limit_per_minute: int | None
    expires_at: datetime | None
    last_used_at: datetime | None
    created_by: str
    created_at: datetime
    revoked_at: datetime | None
    previous_until: datetime | None
    version: int

    @property
    def public_id(self) -> str:
        """`key_` and a ULID."""
        return prefixed(PREFIX, self.id)


def new_token() -> str:
    """A fresh token."""
    return tokens.new(TOKEN_PREFIX)


def is_well_formed(token: str) -> bool:
    """Whether the token could be one of ours; says nothing about whether it is."""
    return tokens.is_well_formed(TOKEN_PREFIX, token)


def create(
    tx: Tx,
    org: UUID,
    *,
    label: str,
    scope: Scope,
    rate_limit_per_minute: int | None = None,
    expires_at: datetime | None = None,
    by: str = OPERATOR,
) -> tuple[Key, str]:
    """Make a key of an organisation; gives it with its token, which cannot be had again.

    Raises:
        Invalid: the label, the limit or the end cannot be.
    """
    token = new_token()
    key_id = tx.new_id()
    values = checked(tx, {"label": label, "rate_limit_per_minute": rate_limit_per_minute, "expires_at": expires_at})
    tx.execute(
        insert(keys).values(
            id=key_id,
            org_id=org,
            scope=int(scope),
            token_sha256=tokens.sha256(token),
            created_at=tx.now,
            created_by=by,
            **values,
        )
    )
    return get(tx, org, prefixed(PREFIX, key_id)), token


def checked(tx: Tx, values: dict[str, Any]) -> dict[str, Any]:
    """Values of a key's columns, those that are there put right.

    Raises:
        Invalid: one of them cannot be.
    """
    if "label" in values:
        values = values | {"label": names.checked(values["label"], field="label", longest=LABEL_MAX)}
    limit = values.get("rate_limit_per_minute")
    if limit is not None and not 1 <= limit <= RATE_LIMIT_MAX:
        raise Invalid("rate_limit_per_minute", f"must be 1 to {RATE_LIMIT_MAX:,}, or null for the plan's")
    expires_at = values.get("expires_at")
    if expires_at is not None and expires_at <= tx.now:
        raise Invalid("expires_at", f"must lie in the future; it is {rfc3339(tx.now)} now")
    if expires_at is not None and expires_at > tx.now + LIFE_MAX:
        raise Invalid("expires_at", "must lie within 100 years; for a key without an end it is null")
    if expires_at is not None:
        values = values | {"expires_at": from_ms(to_ms(expires_at))}  # as it is stored
    return values


def count_working(tx: Tx, org: UUID) -> int:
    """How many keys of an organisation are not revoked."""
    query = select(func.count()).where(keys.c.org_id == org, keys.c.revoked_at.is_(None))
    return int(tx.execute(query).scalar_one())


def get(tx: Tx, org: UUID, public_id: str) -> Key:
    """One key.

    Raises:
        NotFound: the organisation has no such key.
    """
    key_id = parse_prefixed(PREFIX, public_id, kind=KIND)
    row = tx.execute(select(keys).where(keys.c.org_id == org, keys.c.id == key_id)).one_or_none()
    if row is None:
        raise NotFound(KIND, public_id)
    return read(row)


def listed(tx: Tx, org: UUID) -> Sequence[Key]:
    """An organisation's keys, revoked ones too, oldest first."""
    return [read(row) for row in tx.execute(select(keys).where(keys.c.org_id == org).order_by(keys.c.id))]


def revoke(tx: Tx, org: UUID, public_id: str) -> None:
    """Stop a key at once, both its tokens; a second time changes nothing.

    Raises:
        NotFound: the organisation has no such key.
    """
    key = get(tx, org, public_id)
    if key.revoked_at is None:
        store(tx, org, key, {"revoked_at": tx.now, "previous_sha256": None, "previous_until": None})


def store(tx: Tx, org: UUID, key: Key, values: dict[str, Any]) -> None:
    """Write changed columns of a key, and tell whoever remembers it."""
    tx.execute(update(keys).where(keys.c.org_id == org, keys.c.id == key.id).values(version=key.version + 1, **values))
    tx.announce(TOPIC, key.public_id)


def recognise(tx: Tx, token: str) -> Actor | None:
    """Whose key this is; None for one that does not work. Looks in every organisation: the token names it."""
    row = tx.execute(_WORKING, {"digest": tokens.sha256(token), "now": tx.now}).one_or_none()
    if row is None:
        return None
    return Actor(
        row.org_id,
        prefixed(PREFIX, row.id),
        Scope(row.scope),
        rate_limit_per_minute=row.rate_limit_per_minute,
    )


def why_unusable(tx: Tx, token: str) -> str:
    """A sentence for whoever sends a token that `recognise` does not know."""
    digest = tokens.sha256(token)
    row = tx.execute(select(keys).where(or_(keys.c.token_sha256 == digest, keys.c.previous_sha256 == digest))).first()
    if row is None:
        return "This API key does not exist. Check that it was copied whole."
    if row.revoked_at is not None:
        return f"This API key was revoked on {row.revoked_at:%Y-%m-%d}. Make a new one."
    if row.expires_at is not None and row.expires_at <= tx.now:
        return f"This API key expired on {row.expires_at:%Y-%m-%d}. Make a new one, or give this one a later end."
    if row.previous_sha256 == digest:
        return f"This API key was rotated, and worked until {rfc3339(row.previous_until)}. Use the new one."
    return "This API key was changed just now. Ask again."


def read(row: Row[Any]) -> Key:
    """A key from a row of the table."""
    return Key(
        row.id,
        row.label,
        Scope(row.scope),
        row.rate_limit_per_minute,
        row.expires_at,
        row.last_used_at,
        row.created_by,
        row.created_at,
        row.revoked_at,
        row.previous_until,
        row.version,
    )
