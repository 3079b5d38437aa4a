"""The table of codes."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, false

from repoint.codes.code import TITLE_MAX
from repoint.kit.db import Identity, Instant, metadata

# `serial` is the decimal id, given out in order of creation and never again. A static code has `text` and no link.
codes = Table(
    "codes",
    metadata,
    Column("serial", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", Identity, nullable=False, unique=True),
    Column("org_id", Identity, ForeignKey("organisations.id"), nullable=False),
    Column("link_id", BigInteger().with_variant(Integer, "sqlite"), ForeignKey("links.id"), unique=True),
    Column("title", String(TITLE_MAX), nullable=False),
    Column("tags", JSON, nullable=False),
    Column("design", JSON, nullable=False),
    Column("text", Text),
    Column("paused", Boolean, nullable=False, server_default=false()),
    Column("grace_until", Instant),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_codes_org_id_serial", "org_id", "serial"),
    sqlite_autoincrement=True,
)
