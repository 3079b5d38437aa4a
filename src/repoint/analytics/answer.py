"""Answer a query from the hourly rollups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from repoint.accounts.actor import Actor, Scope
from repoint.analytics.query import Interval, Query, ask
from repoint.codes import store as codes
from repoint.codes.code import id_of
from repoint.kit.clock import EPOCH
from repoint.kit.db import Tx
from repoint.plans import gate, subscriptions
from repoint.plans.plan import Ability
from repoint.scans.tables import by_hour

_NEW_IN = {Interval.HOUR: by_hour.c.new_hour, Interval.DAY: by_hour.c.new_day, Interval.MONTH: by_hour.c.new_month}
_HOUR = timedelta(hours=1)
_DAY_HOURS = 24
_NOTHING = (0, 0, 0)


class UniqueCount(StrEnum):
    """How the unique people of a whole range are counted; the rollups make these exact, and no others."""

    SINCE_CREATION = "distinct-since-creation"
    IN_INTERVAL = "distinct-in-interval"
    SUM_OF_DAYS = "sum-of-daily-distinct"
    SUM_OF_HOURS = "sum-of-hourly-distinct"

    @property
    def explanation(self) -> str:
        """One sentence for the people who read the number."""
        match self:
            case UniqueCount.SINCE_CREATION:
                return "Different people from the creation of the code to the end of the range."
            case UniqueCount.IN_INTERVAL:
                return "Different people in the one interval of the range."
            case UniqueCount.SUM_OF_DAYS:
                return "Different people of each UTC day, added up: who came on two days counts twice."
            case UniqueCount.SUM_OF_HOURS:
                return "Different people of each hour, added up: who came in two hours counts twice."


class Point(NamedTuple):
    """One interval; `unique` are the different people in it."""

    time: datetime
    people: int = 0
    bots: int = 0
    unique: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What was counted in a range; `series` has every interval of it, empty ones too."""

    query: Query
    people: int
    bots: int
    unique: int
    unique_count: UniqueCount
    series: Sequence[Point]


def analytics_of(
    tx: Tx, actor: Actor, public_id: str, *, start: datetime | None, end: datetime | None, interval: Interval
) -> Answer:
    """Totals and series of one code; without `start` and `end`, of all its life, as far back as the plan shows it.

    Raises:
        NotFound: the organisation has no such code.
        Invalid: the range cannot be, or the plan shows nothing of it.
        NotInPlan: the plan has no analytics, or no series by the hour.
    """
    actor.require(Scope.READ)
    entitlements = subscriptions.current(tx, actor.org)
    gate.require_analytics(entitlements)
    if interval is Interval.HOUR:
        gate.require_feature(entitlements, Ability.HOURLY_SERIES)
    code = codes.get(tx, actor.org, id_of(public_id))
    query = ask(
        start=start,
        end=end,
        interval=interval,
        created_at=code.created_at,
        now=tx.now,
        shown_from=entitlements.analytics_from,
    )
    return answer(tx, code.link_id or 0, query, since=code.created_at)


def answer(tx: Tx, link: int, query: Query, *, since: datetime) -> Answer:
    """Count the scans of a link that was made at `since`; the caller has checked whose link it is."""
    series = _series(tx, link, query)
    unique_count = _method(query, since)
    return Answer(
        query,
        people=sum(point.people for point in series),
        bots=sum(point.bots for point in series),
        unique=_unique(tx, link, query, unique_count),
        unique_count=unique_count,
        series=series,
    )


def _series(tx: Tx, link: int, query: Query) -> list[Point]:
    """Counted by hour or day in the database; days become months here."""
    slot_hours = 1 if query.interval is Interval.HOUR else _DAY_HOURS
    slot = by_hour.c.hour if slot_hours == 1 else by_hour.c.hour // slot_hours
    sums = [func.sum(counter) for counter in (by_hour.c.people, by_hour.c.bots, _NEW_IN[query.interval])]
    rows: Iterable[Any] = tx.execute(
        select(slot, *sums).where(by_hour.c.link_id == link, *_within(query)).group_by(slot)
    )
    points = query.points()
    if query.interval is Interval.MONTH:
        place_of = {start: place for place, start in enumerate(points)}
        found: dict[int, tuple[int, int, int]] = {}
        for day, people, bots, unique in rows:
            place = place_of[Interval.MONTH.floor(EPOCH + day * slot_hours * _HOUR)]
            before = found.get(place, _NOTHING)
            found[place] = (before[0] + people, before[1] + bots, before[2] + unique)
    else:
        first = (query.start - EPOCH) // (slot_hours * _HOUR)
        found = {place - first: (people, bots, unique) for place, people, bots, unique in rows}
    return [Point(time, *found.get(place, _NOTHING)) for place, time in enumerate(points)]


def _method(query: Query, since: datetime) -> UniqueCount:
    if query.start <= since:
        return UniqueCount.SINCE_CREATION
    if query.interval.following(query.start) == query.end:
        return UniqueCount.IN_INTERVAL
    whole_days = query.start == Interval.DAY.floor(query.start) and query.end == Interval.DAY.floor(query.end)
    return UniqueCount.SUM_OF_DAYS if whole_days else UniqueCount.SUM_OF_HOURS


def _unique(tx: Tx, link: int, query: Query, method: UniqueCount) -> int:
    match method:
        case UniqueCount.SINCE_CREATION:
            marks = by_hour.c.new_ever
        case UniqueCount.IN_INTERVAL:
            marks = _NEW_IN[query.interval]
        case UniqueCount.SUM_OF_DAYS:
            marks = by_hour.c.new_day
        case UniqueCount.SUM_OF_HOURS:
            marks = by_hour.c.new_hour
    return int(
        tx.execute(
            select(func.coalesce(func.sum(marks), 0)).where(by_hour.c.link_id == link, *_within(query))
        ).scalar_one()
    )


def _within(query: Query) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return by_hour.c.hour >= (query.start - EPOCH) // _HOUR, by_hour.c.hour < (query.end - EPOCH) // _HOUR
