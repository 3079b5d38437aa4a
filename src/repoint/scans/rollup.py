"""Count a batch of scans into hours, days and totals.

Pure: what the database knows comes in as `Seen`, what it must add goes out as counters. "New this day" and its like
mark, for each visitor and period, exactly one scan, whatever the order in which scans arrive; so sums of the marks
are numbers of distinct people.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from repoint.scans.journal import Record, Tail

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
DIMENSIONS = ("country", "device", "os", "browser", "language", "referrer")

Visitor = tuple[int, bytes]
Period = Callable[[int], tuple[int, int]]


@dataclass(slots=True)
class Counts:
    """What one batch adds; keys as in the tables, times as whole hours and days since 1970."""

    hours: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 6))
    days: dict[tuple[int, int, int, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 2))
    totals: dict[int, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 3))
    last_ms: dict[Visitor, int] = field(default_factory=dict)


def hour_of(at_ms: int) -> tuple[int, int]:
    """The hour around a moment: its first millisecond and the one behind its last."""
    start = at_ms - at_ms % HOUR_MS
    return start, start + HOUR_MS


def day_of(at_ms: int) -> tuple[int, int]:
    """The UTC day around a moment."""
    start = at_ms - at_ms % DAY_MS
    return start, start + DAY_MS


def month_of(at_ms: int) -> tuple[int, int]:
    """The UTC calendar month around a moment."""
    first = datetime.fromtimestamp(at_ms // 1000, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return int(first.timestamp()) * 1000, int(following.timestamp()) * 1000


PERIODS: tuple[Period, ...] = (hour_of, day_of, month_of)


class Seen:
    """When visitors were seen before.

    Most scans come in order, and then the last time seen decides alone. For one that is older than the last time
    seen, `was_seen` is asked whether a stored scan lies in the period; scans of the same batch are remembered here.
    """

    def __init__(self, last_ms: dict[Visitor, int], was_seen: Callable[[Visitor, int, int], bool]) -> None:
        self._last_ms = last_ms
        self._was_seen = was_seen
        self._in_batch: dict[Visitor, list[int]] = defaultdict(list)

    def marks(self, visitor: Visitor, at_ms: int) -> tuple[bool, bool, bool, bool]:
        """Whether this scan is the visitor's first in its hour, day and month, and at all; remembers it."""
        last = self._last_ms.get(visitor)
        batch = self._in_batch[visitor]
        if last is None:
            fresh = (True, True, True)
        elif at_ms >= last:
            fresh = self._first_since(last, at_ms)
        else:
            fresh = self._first_among(visitor, at_ms, batch)
        batch.append(at_ms)
        if last is None or at_ms > last:
            self._last_ms[visitor] = at_ms
        return *fresh, last is None

    def _first_since(self, last: int, at_ms: int) -> tuple[bool, bool, bool]:
        if last // HOUR_MS == at_ms // HOUR_MS:
            return False, False, False
        if last // DAY_MS == at_ms // DAY_MS:
            return True, False, False
        return True, True, last < month_of(at_ms)[0]

    def _first_among(self, visitor: Visitor, at_ms: int, batch: list[int]) -> tuple[bool, bool, bool]:
        def is_first(period: Period) -> bool:
            start, end = period(at_ms)
            if any(start <= other < end for other in (*batch, self._last_ms[visitor])):
                return False
            return not self._was_seen(visitor, start, end)

        hour, day, month = map(is_first, PERIODS)
        return hour, day, month


def count(records: Iterable[Record], seen: Seen) -> Counts:
    """Count records; `seen.marks` is asked once for each scan of a person, in the order given."""
    counts = Counts()
    alike: dict[tuple[int, int, Tail], int] = defaultdict(int)
    for record in records:
        link, at_ms, visitor, tail = record.link, record.at_ms, record.visitor, record.tail
        alike[link, at_ms // DAY_MS, tail] += 1
        hours = counts.hours[link, at_ms // HOUR_MS]
        whole = counts.totals[link]
        kind = 1 if tail.bot else 0
        hours[kind] += 1
        whole[kind] += 1
        if visitor is not None:
            marks = seen.marks((link, visitor), at_ms)
            for place, is_first in enumerate(marks, 2):
                hours[place] += is_first
            whole[2] += marks[3]
            counts.last_ms[link, visitor] = max(at_ms, counts.last_ms.get((link, visitor), 0))
    _count_dimensions(alike, counts)
    return counts


def _count_dimensions(alike: dict[tuple[int, int, Tail], int], counts: Counts) -> None:
    for (link, day, tail), times in alike.items():
        kind = 1 if tail.bot else 0
        values = (tail.country, tail.device, tail.os, tail.browser, tail.language, tail.referrer)
        for dimension, value in enumerate(values):
            counts.days[link, day, dimension, value][kind] += times
