"""Users who sign in, invitations, sessions, keys with limits and ends."""

import sqlalchemy as sa
from alembic import op

from repoint.kit.db.schema import Identity, Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Forward; there is no way back, a backup is.

    Columns are added one by one, which rewrites no table, however large.
    """
    op.add_column("organisations", _version())
    op.add_column("users", sa.Column("email", sa.String(length=254)))
    op.add_column("users", sa.Column("password_hash", sa.String(length=255)))
    op.add_column("users", _version())
    op.create_index("uq_users_email", "users", ["email"], unique=True)
    op.add_column("members", sa.Column("joined_at", Instant(), server_default=sa.text("0"), nullable=False))
    op.add_column("members", _version())
    op.create_index("ix_members_user_id", "members", ["user_id"], unique=False)
    op.execute(
        "UPDATE members SET joined_at = (SELECT created_at FROM organisations WHERE organisations.id = members.org_id)"
    )
    _extend_keys()
    _make_sessions()
    _make_invitations()


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)


def _extend_keys() -> None:
    op.add_column("keys", sa.Column("rate_limit_per_minute", sa.Integer()))
    op.add_column("keys", sa.Column("expires_at", Instant()))
    op.add_column("keys", sa.Column("last_used_at", Instant()))
    op.add_column(
        "keys", sa.Column("created_by", sa.String(length=64), server_default=sa.text("'cli'"), nullable=False)
    )
    op.add_column("keys", sa.Column("previous_sha256", sa.LargeBinary(length=32)))
    op.add_column("keys", sa.Column("previous_until", Instant()))
    op.add_column("keys", _version())
    op.create_index("uq_keys_previous_sha256", "keys", ["previous_sha256"], unique=True)


def _make_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", Identity(), nullable=False),
        sa.Column("user_id", Identity(), nullable=False),
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("last_used_at", Instant(), nullable=False),
        _version(),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id"),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_sessions_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_sha256", name="uq_sessions_token_sha256"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"], unique=False)
    op.create_index("ix_sessions_org_id", "sessions", ["org_id"], unique=False)


def _make_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", Identity(), nullable=False),
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("invited_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("accepted_at", Instant(), nullable=True),
        _version(),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_invitations_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("token_sha256", name="uq_invitations_token_sha256"),
    )
    op.create_index("ix_invitations_org_id_id", "invitations", ["org_id", "id"], unique=False)
