"""What was used in a calendar month, counted as it happens."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from uuid import UUID

from sqlalchemy import BigInteger, Column, Executable, ForeignKey, String, Table, select

from repoint.accounts.organisations import organisations
from repoint.kit.db import Identity, Tx, Upsert, metadata
from repoint.plans.plan import Feature

# `period` is a UTC calendar month, `2026-11`. Rows stay: they are what an organisation used then.
usage_counters = Table(
    "usage_counters",
    metadata,
    Column("org_id", Identity, ForeignKey(organisations.c.id), primary_key=True),
    Column("feature", String(32), primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("used", BigInteger, nullable=False),
)


def month_of(moment: datetime) -> str:
    """The UTC calendar month, as `2026-11`."""
    return f"{moment.astimezone(UTC):%Y-%m}"


def month_end(moment: datetime) -> datetime:
    """When the UTC calendar month of a moment is over."""
    year, month = divmod(moment.astimezone(UTC).year * 12 + moment.astimezone(UTC).month, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def used(tx: Tx, org: UUID, feature: Feature, *, month: str) -> int:
    """How much the organisation used in a month."""
    query = select(usage_counters.c.used).where(
        usage_counters.c.org_id == org, usage_counters.c.feature == feature, usage_counters.c.period == month
    )
    return int(tx.execute(query).scalar() or 0)


def add(tx: Tx, org: UUID, feature: Feature, *, month: str, more: int) -> int:
    """Count some more; gives what is used then. The row is the organisation's alone until the transaction ends."""
    row = {"org_id": org, "feature": feature.value, "period": month, "used": more}
    return int(tx.execute(_adding(tx.upsert), row).scalar_one())


@cache
def _adding(upsert: Callable[[Table], Upsert]) -> Executable:
    row = upsert(usage_counters)
    return row.on_conflict_do_update(
        index_elements=["org_id", "feature", "period"], set_={"used": usage_counters.c.used + row.excluded.used}
    ).returning(usage_counters.c.used)


def by_month(tx: Tx, org: UUID, *, month: str) -> Mapping[str, int]:
    """Everything that was counted for the organisation in a month, by feature."""
    query = select(usage_counters.c.feature, usage_counters.c.used).where(
        usage_counters.c.org_id == org, usage_counters.c.period == month
    )
    return {row.feature: row.used for row in tx.execute(query)}
