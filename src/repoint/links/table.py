"""The table of links: a row for every slug ever given out."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, String, Table, UniqueConstraint, false

from repoint.kit.db import Identity, Instant, metadata

# `domain` is the host name of a short domain, or '' for `/r/{slug}` below the public URL.
# A row without a destination is buried: it keeps its slug from being given out again.
# `ends_at` is the end of a deleted code's grace time; the redirect stops by itself then.
links = Table(
    "links",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("org_id", Identity, ForeignKey("organisations.id"), nullable=False),
    Column("domain", String(253), nullable=False),
    Column("slug", String(64), nullable=False),
    Column("destination", String(2048)),
    Column("paused", Boolean, nullable=False, server_default=false()),
    Column("ends_at", Instant),
    UniqueConstraint("domain", "slug"),
    sqlite_autoincrement=True,
)
