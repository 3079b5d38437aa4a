"""Installation secrets: made once, kept in the database."""

import secrets

from sqlalchemy import Column, LargeBinary, String, Table, select

from repoint.kit.db import Instant, Tx, metadata

SECRET_BYTES = 32

installation_secrets = Table(
    "installation_secrets",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("secret", LargeBinary(SECRET_BYTES), nullable=False),
    Column("created_at", Instant, nullable=False),
)


def load_or_make(tx: Tx, name: str) -> bytes:
    """The secret of that name; the first caller makes it."""
    tx.execute(
        tx.upsert(installation_secrets)
        .values(name=name, secret=secrets.token_bytes(SECRET_BYTES), created_at=tx.now)
        .on_conflict_do_nothing()
    )
    found: bytes = tx.execute(
        select(installation_secrets.c.secret).where(installation_secrets.c.name == name)
    ).scalar_one()
    return found
