"""The first schema: accounts, links, codes, scans."""

import sqlalchemy as sa
from alembic import op

from repoint.kit.db.schema import Identity, Instant

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward; there is no way back, a backup is."""
    _make_installation()
    _make_accounts()
    _make_links()
    _make_codes()
    _make_scans()
    _make_rollups()


def _make_installation() -> None:
    op.create_table(
        "installation_secrets",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_installation_secrets"),
    )


def _make_accounts() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", Identity(), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
    )
    op.create_table(
        "users",
        sa.Column("id", Identity(), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
    )
    op.create_table(
        "members",
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("user_id", Identity(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_members_org_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_members_user_id"),
        sa.PrimaryKeyConstraint("org_id", "user_id", name="pk_members"),
    )
    op.create_table(
        "keys",
        sa.Column("id", Identity(), nullable=False),
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("scope", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_keys_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_keys"),
        sa.UniqueConstraint("token_sha256", name="uq_keys_token_sha256"),
    )
    op.create_index("ix_keys_org_id", "keys", ["org_id"], unique=False)


def _make_links() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("destination", sa.String(length=2048), nullable=True),
        sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_links_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
        sa.UniqueConstraint("domain", "slug", name="uq_links_domain_slug"),
        sqlite_autoincrement=True,
    )


def _make_codes() -> None:
    op.create_table(
        "codes",
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", Identity(), nullable=False),
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("link_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("design", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("grace_until", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name="fk_codes_link_id"),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_codes_org_id"),
        sa.PrimaryKeyConstraint("serial", name="pk_codes"),
        sa.UniqueConstraint("id", name="uq_codes_id"),
        sa.UniqueConstraint("link_id", name="uq_codes_link_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_codes_org_id_serial", "codes", ["org_id", "serial"], unique=False)


def _make_scans() -> None:
    op.create_table(
        "journal_offsets",
        sa.Column("segment", sa.String(length=64), nullable=False),
        sa.Column("stored", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("segment", name="pk_journal_offsets"),
    )
    op.create_table(
        "scan_contexts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("device", sa.String(length=8), nullable=False),
        sa.Column("os", sa.String(length=255), nullable=False),
        sa.Column("browser", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=255), nullable=False),
        sa.Column("referrer", sa.String(length=255), nullable=False),
        sa.Column("bot", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scan_contexts"),
        sa.UniqueConstraint(
            "country",
            "device",
            "os",
            "browser",
            "language",
            "referrer",
            "bot",
            name="uq_scan_contexts",
        ),
    )
    op.create_table(
        "scans",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("link_id", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("visitor", sa.LargeBinary(length=8), nullable=True),
        sa.Column("context_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scans"),
    )
    op.create_index("ix_scans_link_id_at_ms", "scans", ["link_id", "at_ms"], unique=False)
    op.create_table(
        "visitors",
        sa.Column("link_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("visitor", sa.LargeBinary(length=8), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("link_id", "visitor", name="pk_visitors"),
        sqlite_with_rowid=False,
    )


def _make_rollups() -> None:
    op.create_table(
        "scans_by_hour",
        sa.Column("link_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("bots", sa.Integer(), nullable=False),
        sa.Column("new_hour", sa.Integer(), nullable=False),
        sa.Column("new_day", sa.Integer(), nullable=False),
        sa.Column("new_month", sa.Integer(), nullable=False),
        sa.Column("new_ever", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("link_id", "hour", name="pk_scans_by_hour"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "scans_by_day",
        sa.Column("link_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("context_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("link_id", "day", "context_id", name="pk_scans_by_day"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "scan_totals",
        sa.Column("link_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("bots", sa.BigInteger(), nullable=False),
        sa.Column("visitors", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("link_id", name="pk_scan_totals"),
    )
