"""The tables of logos and of stored designs."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from repoint.kit.db import Identity, Instant, metadata

NAME_MAX = 150

# `artwork` is our own file, made of what was uploaded; `sha256` is its hash.
logos = Table(
    "logos",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("org_id", Identity, ForeignKey("organisations.id"), nullable=False),
    Column("name", String(NAME_MAX), nullable=False),
    Column("media_type", String(32), nullable=False),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("artwork", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("org_id", "sha256"),
)

# A code that takes a design keeps a copy of it, so a design can change or go without changing what is printed.
designs = Table(
    "designs",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("org_id", Identity, ForeignKey("organisations.id"), nullable=False),
    Column("name", String(NAME_MAX), nullable=False),
    Column("design", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_designs_org_id_id", "org_id", "id"),
)
