"""Logos and stored designs."""

import sqlalchemy as sa
from alembic import op

from repoint.kit.db.schema import Identity, Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward; there is no way back, a backup is."""
    op.create_table(
        "logos",
        sa.Column("id", Identity(), nullable=False),
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("artwork", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_logos_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_logos"),
        sa.UniqueConstraint("org_id", "sha256", name="uq_logos_org_id_sha256"),
    )
    op.create_table(
        "designs",
        sa.Column("id", Identity(), nullable=False),
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("design", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_designs_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_designs"),
    )
    op.create_index("ix_designs_org_id_id", "designs", ["org_id", "id"], unique=False)
