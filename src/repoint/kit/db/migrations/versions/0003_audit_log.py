"""The audit log."""

import sqlalchemy as sa
from alembic import op

from repoint.kit.db.schema import Identity, Instant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forward; there is no way back, a backup is."""
    op.create_table(
        "audit_log",
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_audit_log_org_id"),
        sa.PrimaryKeyConstraint("org_id", "number", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_org_id_subject_number", "audit_log", ["org_id", "subject", "number"], unique=False)
