"""Organisations: who owns codes, keys and members."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Row, String, Table, insert, select

from repoint.kit.db import Identity, Instant, Tx, metadata
from repoint.kit.errors import Invalid, NotFound
from repoint.kit.ids import parse_prefixed, prefixed

PREFIX = "org"
NAME_MAX = 150

organisations = Table(
    "organisations",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("name", String(NAME_MAX), nullable=False),
    Column("plan", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("name", String(NAME_MAX), nullable=False),
    Column("created_at", Instant, nullable=False),
)

members = Table(
    "members",
    metadata,
    Column("org_id", Identity, ForeignKey(organisations.c.id), primary_key=True),
    Column("user_id", Identity, ForeignKey(users.c.id), primary_key=True),
    Column("role", String(16), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation; `plan` names an entry of the plan catalogue."""

    id: UUID
    name: str
    plan: str
    created_at: datetime

    @property
    def public_id(self) -> str:
        """`org_` and a ULID."""
        return prefixed(PREFIX, self.id)


def found(tx: Tx, name: str, *, plan: str) -> Organisation:
    """Make an organisation and its first owner.

    Raises:
        Invalid: the name is empty or too long.
    """
    name = name.strip()
    if not 1 <= len(name) <= NAME_MAX:
        raise Invalid("name", f"must have 1 to {NAME_MAX} characters")
    org = Organisation(tx.new_id(), name, plan, tx.now)
    owner = tx.new_id()
    tx.execute(insert(organisations).values(id=org.id, name=name, plan=plan, created_at=tx.now))
    tx.execute(insert(users).values(id=owner, name="Owner", created_at=tx.now))
    tx.execute(insert(members).values(org_id=org.id, user_id=owner, role="owner"))
    return org


def get(tx: Tx, public_id: str) -> Organisation:
    """The organisation with this id.

    Raises:
        NotFound: there is none.
    """
    org_id = parse_prefixed(PREFIX, public_id, kind="organisation")
    row = tx.execute(select(organisations).where(organisations.c.id == org_id)).one_or_none()
    if row is None:
        raise NotFound("organisation", public_id)
    return _organisation(row)


def first(tx: Tx) -> Organisation | None:
    """The organisation that was made at first start; None before."""
    row = tx.execute(select(organisations).order_by(organisations.c.created_at, organisations.c.id).limit(1)).first()
    return None if row is None else _organisation(row)


def _organisation(row: Row[Any]) -> Organisation:
    return Organisation(row.id, row.name, row.plan, row.created_at)
