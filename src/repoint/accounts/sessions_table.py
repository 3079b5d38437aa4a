"""The table of sessions."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table, text

from repoint.accounts.organisations import organisations, users
from repoint.accounts.tokens import SHA256_BYTES
from repoint.kit.db import Identity, Instant, metadata

sessions = Table(
    "sessions",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("user_id", Identity, ForeignKey(users.c.id), nullable=False, index=True),
    Column("org_id", Identity, ForeignKey(organisations.c.id), nullable=False, index=True),
    Column("token_sha256", LargeBinary(SHA256_BYTES), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant, nullable=False),
    Column("version", Integer, nullable=False, server_default=text("1")),
)
