"""Notes when a limit comes near, and when it is reached.

Once for each limit and calendar month, and again where the limit itself is another one: a row here, from which the
event to the organisation is made, and an entry in its audit log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, select

from repoint.accounts import audit
from repoint.accounts.audit import Change
from repoint.accounts.organisations import PREFIX, organisations
from repoint.kit.clock import rfc3339
from repoint.kit.db import Identity, Instant, Tx, metadata
from repoint.kit.ids import prefixed
from repoint.plans.entitlements import Entitlements
from repoint.plans.plan import Feature
from repoint.plans.usage import month_of

WHO = "system"
APPROACHED = "limit.approached"
REACHED = "limit.reached"
SHARES: Mapping[int, str] = {75: APPROACHED, 100: REACHED}

limit_crossings = Table(
    "limit_crossings",
    metadata,
    Column("org_id", Identity, ForeignKey(organisations.c.id), primary_key=True),
    Column("feature", String(32), primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("allowed", BigInteger, primary_key=True, autoincrement=False),
    Column("percent", Integer, primary_key=True, autoincrement=False),
    Column("used", BigInteger, nullable=False),
    Column("plan", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Crossing:
    """That `used` came to `percent` of `allowed` in the month `period`."""

    org: UUID
    feature: str
    period: str
    allowed: int
    percent: int
    used: int
    plan: str
    at: datetime

    @property
    def kind(self) -> str:
        """The event's name: `limit.approached` or `limit.reached`."""
        return SHARES[self.percent]

    def event(self) -> dict[str, Any]:
        """What a receiver is told of it."""
        return {
            "limit": self.feature,
            "percent": self.percent,
            "used": self.used,
            "allowed": self.allowed,
            "period": self.period,
            "plan": self.plan,
            "at": rfc3339(self.at),
        }


def note(
    tx: Tx, entitlements: Entitlements, feature: Feature, *, used: int, month: str | None = None
) -> list[Crossing]:
    """Write down which shares of a limit `used` has come to, where that is news; gives the news."""
    allowed = entitlements.limit(feature)
    if allowed is None:
        return []
    news = []
    for percent in SHARES:
        if used * 100 < allowed * percent:
            break
        crossing = Crossing(
            entitlements.org,
            feature.value,
            month or month_of(tx.now),
            allowed,
            percent,
            used,
            entitlements.plan.name,
            tx.now,
        )
        if _is_new(tx, crossing):
            news.append(crossing)
    if news:
        changes = [Change(each.kind, prefixed(PREFIX, each.org), after=each.event()) for each in news]
        audit.record(tx, entitlements.org, WHO, *changes)
    return news


def of_month(tx: Tx, org: UUID, *, month: str) -> Sequence[Crossing]:
    """The organisation's crossings of a month, oldest first: what there are events for."""
    query = (
        select(limit_crossings)
        .where(limit_crossings.c.org_id == org, limit_crossings.c.period == month)
        .order_by(limit_crossings.c.at, limit_crossings.c.feature, limit_crossings.c.percent)
    )
    return [
        Crossing(row.org_id, row.feature, row.period, row.allowed, row.percent, row.used, row.plan, row.at)
        for row in tx.execute(query)
    ]


def _is_new(tx: Tx, crossing: Crossing) -> bool:
    values = {
        "org_id": crossing.org,
        "feature": crossing.feature,
        "period": crossing.period,
        "allowed": crossing.allowed,
        "percent": crossing.percent,
        "used": crossing.used,
        "plan": crossing.plan,
        "at": crossing.at,
    }
    written = tx.upsert(limit_crossings).values(values).on_conflict_do_nothing()
    return tx.execute(written.returning(limit_crossings.c.percent)).one_or_none() is not None
