"""The table of short domains that organisations have added."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, UniqueConstraint, false

from repoint.accounts.organisations import organisations
from repoint.kit.db import Identity, Instant, metadata

HOST_MAX = 253
TOKEN_MAX = 64
PROBLEM_MAX = 300

# `serves` is the host once the domain is verified: at most one organisation can have that.
domains = Table(
    "domains",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("org_id", Identity, ForeignKey(organisations.c.id), nullable=False),
    Column("host", String(HOST_MAX), nullable=False),
    Column("token", String(TOKEN_MAX), nullable=False),
    Column("serves", String(HOST_MAX), unique=True),
    Column("is_default", Boolean, nullable=False, server_default=false()),
    Column("verified_at", Instant),
    Column("checked_at", Instant),
    Column("problem", String(PROBLEM_MAX)),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("org_id", "host"),
)
