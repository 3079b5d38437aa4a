"""Requests by key, day and month, in the database.

Each process adds what it counted and takes back the sum, so the counts of several processes add up.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, delete, func, select

from repoint.accounts.organisations import organisations
from repoint.kit.db import Identity, Tx, metadata

# `who` is a key's public id; `period` a UTC day, `2026-11-21`, or a UTC calendar month, `2026-11`.
request_counts = Table(
    "request_counts",
    metadata,
    Column("org_id", Identity, ForeignKey(organisations.c.id), primary_key=True),
    Column("who", String(64), primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("used", BigInteger, nullable=False),
    Index("ix_request_counts_period", "period"),
)

_DAY_LENGTH = len("2026-11-21")

# Organisation, key and period.
Cell = tuple[UUID, str, str]


def add(tx: Tx, more: Mapping[Cell, int]) -> dict[Cell, int]:
    """Add to counts; gives what each is then. In key order, or two processes could wait for each other."""
    sums = {}
    for cell in sorted(more, key=lambda each: (each[0].bytes, *each[1:])):
        org, who, period = cell
        row = tx.upsert(request_counts).values(org_id=org, who=who, period=period, used=more[cell])
        added = row.on_conflict_do_update(
            index_elements=["org_id", "who", "period"], set_={"used": request_counts.c.used + row.excluded.used}
        )
        sums[cell] = int(tx.execute(added.returning(request_counts.c.used)).scalar_one())
    return sums


def of_key(tx: Tx, org: UUID, who: str, *, periods: Collection[str]) -> dict[str, int]:
    """One key's counts of these periods, where there are any."""
    query = select(request_counts.c.period, request_counts.c.used).where(
        request_counts.c.org_id == org, request_counts.c.who == who, request_counts.c.period.in_(periods)
    )
    return {row.period: row.used for row in tx.execute(query)}


def of_org(tx: Tx, org: UUID, *, month: str) -> int:
    """All requests of the organisation's keys in a month."""
    query = select(func.sum(request_counts.c.used)).where(
        request_counts.c.org_id == org, request_counts.c.period == month
    )
    return int(tx.execute(query).scalar() or 0)


def forget_days(tx: Tx, *, before: str) -> Sequence[str]:
    """Drop the counts of days before this one, which limit nothing any more; months stay. Gives the days dropped."""
    old = (func.length(request_counts.c.period) == _DAY_LENGTH) & (request_counts.c.period < before)
    days = sorted(set(tx.execute(select(request_counts.c.period).where(old)).scalars()))
    if days:
        tx.execute(delete(request_counts).where(old))
    return days
