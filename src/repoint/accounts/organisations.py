"""Organisations: who owns codes, keys and members."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, Integer, Row, String, Table, func, insert, select, text

from repoint.accounts import names
from repoint.accounts.actor import OPERATOR, Actor, Role, Scope
from repoint.kit.db import Identity, Instant, Tx, metadata
from repoint.kit.errors import NotFound
from repoint.kit.ids import parse_prefixed, prefixed

PREFIX = "org"
NAME_MAX = 150
EMAIL_MAX = 254
PASSWORD_HASH_MAX = 255

organisations = Table(
    "organisations",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("name", String(NAME_MAX), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
)

# A person; without an email and a password one who cannot sign in, as the first owner of an organisation may be.
users = Table(
    "users",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("name", String(NAME_MAX), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("email", String(EMAIL_MAX)),
    Column("password_hash", String(PASSWORD_HASH_MAX)),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Index("uq_users_email", "email", unique=True),
)

members = Table(
    "members",
    metadata,
    Column("org_id", Identity, ForeignKey(organisations.c.id), primary_key=True),
    Column("user_id", Identity, ForeignKey(users.c.id), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("joined_at", Instant, nullable=False, server_default=text("0")),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Index("ix_members_user_id", "user_id"),
)


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation; `version` counts changes from 1."""

    id: UUID
    name: str
    created_at: datetime
    version: int = 1

    @property
    def public_id(self) -> str:
        """`org_` and a ULID."""
        return prefixed(PREFIX, self.id)


def found(tx: Tx, name: str) -> Organisation:
    """Make an organisation and its first owner, who cannot sign in until there is an email and a password.

    Raises:
        Invalid: the name is empty or too long.
    """
    name = names.checked(name, field="name", longest=NAME_MAX)
    org = Organisation(tx.new_id(), name, tx.now)
    owner = tx.new_id()
    tx.execute(insert(organisations).values(id=org.id, name=name, created_at=tx.now))
    tx.execute(insert(users).values(id=owner, name="Owner", created_at=tx.now))
    tx.execute(insert(members).values(org_id=org.id, user_id=owner, role=Role.OWNER.value, joined_at=tx.now))
    return org


def get(tx: Tx, public_id: str) -> Organisation:
    """The organisation with this id.

    Raises:
        NotFound: there is none.
    """
    return of(tx, parse_prefixed(PREFIX, public_id, kind="organisation"))


def of(tx: Tx, org: UUID) -> Organisation:
    """The organisation that an actor belongs to.

    Raises:
        NotFound: there is none.
    """
    row = tx.execute(select(organisations).where(organisations.c.id == org)).one_or_none()
    if row is None:
        raise NotFound("organisation", prefixed(PREFIX, org))
    return _organisation(row)


def every(tx: Tx) -> list[Organisation]:
    """All organisations of the installation, oldest first; for its operator."""
    return [_organisation(row) for row in tx.execute(select(organisations).order_by(organisations.c.id))]


def operator_of(org: Organisation, *, who: str = OPERATOR) -> Actor:
    """The installation's operator at work in an organisation: may do what an owner may."""
    return Actor(org.id, who, Scope.ADMIN, role=Role.OWNER)


def lock(tx: Tx, org: UUID) -> None:
    """Let no other transaction count or number anything of the organisation until this one ends.

    On PostgreSQL a FOR NO KEY UPDATE: whoever has added a row that refers to the organisation holds its key shared,
    and two of them that then asked for the whole row would wait for each other.
    """
    if tx.is_postgresql:
        tx.execute(select(organisations.c.id).where(organisations.c.id == org).with_for_update(key_share=True))


def count_members(tx: Tx, org: UUID) -> int:
    """How many members an organisation has."""
    return int(tx.execute(select(func.count()).where(members.c.org_id == org)).scalar_one())


def first(tx: Tx) -> Organisation | None:
    """The organisation that was made at first start; None before."""
    row = tx.execute(select(organisations).order_by(organisations.c.created_at, organisations.c.id).limit(1)).first()
    return None if row is None else _organisation(row)


def _organisation(row: Row[Any]) -> Organisation:
    return Organisation(row.id, row.name, row.created_at, row.version)
