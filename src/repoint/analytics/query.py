"""What can be asked about the scans of one code."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from repoint.kit.clock import in_utc
from repoint.kit.errors import Invalid

POINTS_MAX = 10_000


class Interval(StrEnum):
    """The length of one point of a series, in UTC."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"

    def floor(self, moment: datetime) -> datetime:
        """The beginning of the interval around a moment."""
        match self:
            case Interval.HOUR:
                return moment.replace(minute=0, second=0, microsecond=0)
            case Interval.DAY:
                return moment.replace(hour=0, minute=0, second=0, microsecond=0)
            case Interval.MONTH:
                return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)

    def following(self, start: datetime) -> datetime:
        """The beginning of the interval after the one that begins at `start`."""
        match self:
            case Interval.HOUR:
                return start + timedelta(hours=1)
            case Interval.DAY:
                return start + timedelta(days=1)
            case Interval.MONTH:
                return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)


_SHORTEST = {Interval.HOUR: timedelta(hours=1), Interval.DAY: timedelta(days=1), Interval.MONTH: timedelta(days=28)}


@dataclass(frozen=True, slots=True)
class Query:
    """Scans from `start` (included) to `end` (not included), both at whole intervals in UTC."""

    start: datetime
    end: datetime
    interval: Interval

    def points(self) -> list[datetime]:
        """The beginnings of all intervals of the range, in order."""
        points = [self.start]
        if self.interval is Interval.MONTH:
            while (following := self.interval.following(points[-1])) < self.end:
                points.append(following)
            return points
        step = self.interval.following(self.start) - self.start
        return [self.start + place * step for place in range((self.end - self.start) // step)]


def ask(
    *,
    start: datetime | None,
    end: datetime | None,
    interval: Interval,
    created_at: datetime,
    now: datetime,
    shown_from: datetime | None,
) -> Query:
    """A query over whole intervals: `start` is rounded down and `end` up; without them, all of the code's life.

    A range that begins before `shown_from` is cut to the whole intervals from there on.

    Raises:
        Invalid: the range is empty, out of the calendar, has more than `POINTS_MAX` points, or none after the cut.
    """
    first = in_utc("from", start or created_at)
    last = in_utc("to", end or now + timedelta(milliseconds=1))
    if first >= last:
        raise Invalid("from", "must lie before `to`")
    try:
        query = Query(interval.floor(first), _ceiling(interval, last), interval)
    except (OverflowError, ValueError):
        raise Invalid("to", "lies beyond the calendar") from None
    if shown_from is not None and query.start < shown_from:
        query = _cut(query, shown_from)
    if (query.end - query.start) / _SHORTEST[interval] > POINTS_MAX:
        raise Invalid(
            "from", f"spans more than {POINTS_MAX} points by {interval}; ask for less, or by a longer interval"
        )
    return query


def _cut(query: Query, shown_from: datetime) -> Query:
    start = _ceiling(query.interval, shown_from)
    if start >= query.end:
        raise Invalid(
            "from",
            f"lies before {shown_from:%Y-%m-%d}, the first day that the plan shows, and so does the beginning of every "
            f"{query.interval} of the range; ask for a later range, or by a shorter interval",
        )
    return replace(query, start=start)


def _ceiling(interval: Interval, moment: datetime) -> datetime:
    floor = interval.floor(moment)
    return floor if floor == moment else interval.following(floor)
