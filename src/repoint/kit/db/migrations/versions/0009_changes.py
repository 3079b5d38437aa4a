"""Changes for other processes; journals of several processes."""

import sqlalchemy as sa
from alembic import op

from repoint.kit.db.schema import Instant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Forward; there is no way back, a backup is."""
    op.create_table(
        "changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("tx", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
    )
    op.create_index("ix_changes_tx", "changes", ["tx"], unique=False)
    is_sqlite = op.get_context().dialect.name == "sqlite"  # which cannot alter a table into the declared one
    with op.batch_alter_table("journal_offsets", recreate="always" if is_sqlite else "never") as offsets:
        offsets.add_column(sa.Column("journal", sa.String(length=32), server_default=sa.text("''"), nullable=False))
