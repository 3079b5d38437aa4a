"""Short domains of organisations; what was imported from where."""

import sqlalchemy as sa
from alembic import op

from repoint.kit.db.schema import Identity, Instant

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Forward; there is no way back, a backup is."""
    op.create_table(
        "domains",
        sa.Column("id", Identity(), nullable=False),
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("serves", sa.String(length=253), nullable=True),
        sa.Column("is_default", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("verified_at", Instant(), nullable=True),
        sa.Column("checked_at", Instant(), nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_domains_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_domains"),
        sa.UniqueConstraint("org_id", "host", name="uq_domains_org_id_host"),
        sa.UniqueConstraint("serves", name="uq_domains_serves"),
    )
    op.create_table(
        "imports",
        sa.Column("id", Identity(), nullable=False),
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("archive_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_imports_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )
    op.create_index("ix_imports_org_id_archive_sha256", "imports", ["org_id", "archive_sha256"], unique=False)
    op.create_table(
        "imported_ids",
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("source_id", Identity(), nullable=False),
        sa.Column("target_id", Identity(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_imported_ids_org_id"),
        sa.PrimaryKeyConstraint("org_id", "source", "kind", "source_id", name="pk_imported_ids"),
    )
