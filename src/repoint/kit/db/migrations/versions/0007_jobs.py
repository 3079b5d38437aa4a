"""Jobs and what became of their rows."""

import sqlalchemy as sa
from alembic import op

from repoint.kit.db.schema import Identity, Instant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Forward; there is no way back, a backup is."""
    op.create_table(
        "jobs",
        sa.Column("id", Identity(), nullable=False),
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("ending", sa.String(length=16), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("succeeded", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("lease", Identity(), nullable=True),
        sa.Column("leased_until", Instant(), nullable=True),
        sa.Column("touched_at", Instant(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_jobs_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_org_id_id", "jobs", ["org_id", "id"], unique=False)
    op.create_index("ix_jobs_state_touched_at", "jobs", ["state", "touched_at"], unique=False)
    op.create_table(
        "job_rows",
        sa.Column("job_id", Identity(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("code_id", Identity(), nullable=True),
        sa.Column("short_url", sa.Text(), nullable=True),
        sa.Column("filename", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_rows_job_id"),
        sa.PrimaryKeyConstraint("job_id", "number", name="pk_job_rows"),
    )
