"""Answers kept for a day, so that a repeated request changes nothing twice."""

import sqlalchemy as sa
from alembic import op

from repoint.kit.db.schema import Identity, Instant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Forward; there is no way back, a backup is."""
    op.create_table(
        "kept_answers",
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("key_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_kept_answers_org_id"),
        sa.PrimaryKeyConstraint("org_id", "key_sha256", name="pk_kept_answers"),
    )
    op.create_index("ix_kept_answers_kept_at", "kept_answers", ["kept_at"], unique=False)
