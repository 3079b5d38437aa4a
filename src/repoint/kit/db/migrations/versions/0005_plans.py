"""Subscriptions, what was used, and which limits came near."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from repoint.kit.db.schema import Identity, Instant

revision = "0005"
down_revision = "0004"

_CODES_MADE = """
    INSERT INTO usage_counters (org_id, feature, period, used)
    SELECT org_id, 'codes_per_month', :month, COUNT(*) FROM codes WHERE created_at >= :start_ms GROUP BY org_id
"""
_SCANS_COUNTED = """
    INSERT INTO usage_counters (org_id, feature, period, used)
    SELECT links.org_id, 'scans_per_month', :month, SUM(scans_by_hour.people)
    FROM scans_by_hour JOIN links ON links.id = scans_by_hour.link_id
    WHERE scans_by_hour.hour >= :start_hour GROUP BY links.org_id
"""


def upgrade() -> None:
    """Forward; there is no way back, a backup is."""
    _make_subscriptions()
    _make_usage()
    _count_this_month()


def _make_subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_subscriptions_org_id"),
        sa.PrimaryKeyConstraint("org_id", name="pk_subscriptions"),
    )
    op.execute(
        "INSERT INTO subscriptions (org_id, plan, started_at, ends_at) "
        "SELECT id, plan, created_at, NULL FROM organisations"
    )
    op.drop_column("organisations", "plan")


def _make_usage() -> None:
    op.create_table(
        "usage_counters",
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("feature", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_usage_counters_org_id"),
        sa.PrimaryKeyConstraint("org_id", "feature", "period", name="pk_usage_counters"),
    )
    op.create_table(
        "limit_crossings",
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("feature", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("allowed", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("percent", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_limit_crossings_org_id"),
        sa.PrimaryKeyConstraint("org_id", "feature", "period", "allowed", "percent", name="pk_limit_crossings"),
    )
    op.create_table(
        "request_counts",
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_request_counts_org_id"),
        sa.PrimaryKeyConstraint("org_id", "who", "period", name="pk_request_counts"),
    )
    op.create_index("ix_request_counts_period", "request_counts", ["period"], unique=False)


def _count_this_month() -> None:
    """What was made and scanned in the month of the upgrade; there was no counter before."""
    now = datetime.now(UTC)
    start = datetime(now.year, now.month, 1, tzinfo=UTC)
    seconds = int(start.timestamp())
    month = f"{start:%Y-%m}"
    op.execute(sa.text(_CODES_MADE).bindparams(month=month, start_ms=seconds * 1000))
    op.execute(sa.text(_SCANS_COUNTED).bindparams(month=month, start_hour=seconds // 3600))
