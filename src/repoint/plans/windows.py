"""How many requests of one key fit into its windows.

A second is a bucket that refills steadily (`kit/gcra.py`); minutes, UTC days and UTC calendar months begin at 0. A
request that does not fit into one window takes nothing of the others, and is told when it fits into all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from repoint.kit.clock import EPOCH, from_ms
from repoint.kit.errors import TooMany
from repoint.kit.gcra import Bucket
from repoint.plans.plan import Window
from repoint.plans.usage import month_end, month_of

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US


@dataclass(frozen=True, slots=True)
class Standing:
    """A key's place in one window after its request; `resets_at_us` is when the window is whole again."""

    window: Window
    limit: int
    length_s: int
    remaining: int
    resets_at_us: int


@dataclass(frozen=True, slots=True)
class Today:
    """The UTC day and month of a moment; ends in microseconds."""

    day: str
    day_start: int
    day_end: int
    month: str
    month_end: int
    month_days: int

    @classmethod
    def of(cls, now: int) -> "Today":
        """The one that holds `now`."""
        moment = from_ms(now // 1_000)
        midnight = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
        end = month_end(moment)
        days = (end - midnight.replace(day=1)).days
        tomorrow = midnight + timedelta(days=1)
        return cls(f"{moment:%Y-%m-%d}", _us(midnight), _us(tomorrow), month_of(moment), _us(end), days)

    def holds(self, now: int) -> bool:
        """Whether it is still this day."""
        return self.day_start <= now < self.day_end


@dataclass(slots=True)
class Count:
    """Requests in a day or a month: as the database has them, and those that it is still to be told."""

    stored: int = 0
    pending: int = 0

    @property
    def used(self) -> int:
        """All of them."""
        return self.stored + self.pending


@dataclass(slots=True)
class Tally:
    """What one key has used; `counts` is by period, `2026-11-21` or `2026-11`."""

    tat: int = 0
    minute: int = 0
    in_minute: int = 0
    last_us: int = 0
    counts: dict[str, Count] = field(default_factory=dict)

    def of(self, period: str) -> Count:
        """The count of a period."""
        count = self.counts.get(period)
        if count is None:
            count = self.counts[period] = Count()
        return count


def take(tally: Tally, limits: Mapping[Window, int], now: int, today: Today) -> Sequence[Standing]:
    """Let one request pass, and say where the key stands in each window.

    Raises:
        TooMany: a window has no room; of several, the one that has it last.
    """
    if not limits:
        tally.of(today.month).pending += 1
        tally.last_us = now
        return ()
    _turn_minute(tally, now)
    late: list[tuple[int, Window]] = []
    for window, limit in limits.items():
        ready_at = _ready_at(tally, window, limit, now, today)
        if ready_at > now:
            late.append((ready_at, window))
    if late:
        retry_at, window = max(late)
        raise TooMany(window.value, retry_at=from_ms(-(-retry_at // 1_000)))
    if Window.SECOND in limits:
        tally.tat = _second(limits[Window.SECOND]).take(tally.tat, now)
    tally.in_minute += 1
    if Window.DAY in limits:
        tally.of(today.day).pending += 1
    tally.of(today.month).pending += 1
    tally.last_us = now
    return standings(tally, limits, now, today)


def standings(tally: Tally, limits: Mapping[Window, int], now: int, today: Today) -> Sequence[Standing]:
    """Where a key stands in each window."""
    _turn_minute(tally, now)
    return [_standing(tally, window, limit, now, today) for window, limit in limits.items()]


def tightest(standings: Sequence[Standing]) -> Standing:
    """The window that a client will meet first: with the least share left; of equals the longest."""
    return min(standings, key=lambda each: (each.remaining / each.limit, -each.length_s))


def _turn_minute(tally: Tally, now: int) -> None:
    minute = now // MINUTE_US
    if tally.minute != minute:
        tally.minute, tally.in_minute = minute, 0


def _ready_at(tally: Tally, window: Window, limit: int, now: int, today: Today) -> int:
    match window:
        case Window.SECOND:
            return _second(limit).ready_at(tally.tat)
        case Window.MINUTE:
            return (tally.minute + 1) * MINUTE_US if tally.in_minute >= limit else now
        case Window.DAY:
            return today.day_end if tally.of(today.day).used >= limit else now
        case Window.MONTH:
            return today.month_end if tally.of(today.month).used >= limit else now


def _standing(tally: Tally, window: Window, limit: int, now: int, today: Today) -> Standing:
    match window:
        case Window.SECOND:
            left = _second(limit).left(tally.tat, now)
            return Standing(window, limit, 1, left, max(tally.tat, now))
        case Window.MINUTE:
            left = max(0, limit - tally.in_minute)
            return Standing(window, limit, 60, left, (tally.minute + 1) * MINUTE_US)
        case Window.DAY:
            left = max(0, limit - tally.of(today.day).used)
            return Standing(window, limit, 86_400, left, today.day_end)
        case Window.MONTH:
            left = max(0, limit - tally.of(today.month).used)
            return Standing(window, limit, 86_400 * today.month_days, left, today.month_end)


def _second(limit: int) -> Bucket:
    return Bucket(limit, SECOND_US)


def _us(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)
