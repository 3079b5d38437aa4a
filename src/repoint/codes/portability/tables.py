"""The tables of imports: their progress and what became of what."""

from sqlalchemy import JSON, Column, ForeignKey, Index, LargeBinary, String, Table

from repoint.accounts.organisations import organisations
from repoint.kit.db import Identity, Instant, metadata

SOURCE_MAX = 64
KIND_MAX = 16

imports = Table(
    "imports",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("org_id", Identity, ForeignKey(organisations.c.id), nullable=False),
    Column("source", String(SOURCE_MAX), nullable=False),
    Column("archive_sha256", LargeBinary(32), nullable=False),
    Column("state", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Index("ix_imports_org_id_archive_sha256", "org_id", "archive_sha256"),
)

# `source` is the organisation that was exported; what was taken in once is never taken in again.
imported_ids = Table(
    "imported_ids",
    metadata,
    Column("org_id", Identity, ForeignKey(organisations.c.id), primary_key=True),
    Column("source", String(SOURCE_MAX), primary_key=True),
    Column("kind", String(KIND_MAX), primary_key=True),
    Column("source_id", Identity, primary_key=True),
    Column("target_id", Identity, nullable=False),
)
