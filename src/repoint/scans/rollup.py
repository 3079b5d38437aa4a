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

Visitor = tuple[int, bytes]
Period = Callable[[int], tuple[int, int]]
Marks = tuple[bool, bool, bool, bool]

NOTHING_NEW: Marks = (False, False, False, False)
FIRST_EVER: Marks = (True, True, True, True)


@dataclass(slots=True)
class Counts:
    """What one batch adds; keys as in the tables, times as whole hours and days since 1970."""

    hours: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 6))
    days: dict[tuple[int, int, Tail], int] = field(default_factory=lambda: defaultdict(int))
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


class Seen:
    """When visitors were seen before.

    Most scans come in order, and then the last time seen decides alone. For one that is older than the last time seen,
    `was_seen` is asked whether a stored scan lies in the period; scans of the same batch are remembered here.
    """

    def __init__(self, last_ms: dict[Visitor, int], was_seen: Callable[[Visitor, int, int], bool]) -> None:
        self._last_ms = last_ms
        self._was_seen = was_seen
        self._in_batch: list[tuple[Visitor, int]] = []

    def marks(self, visitor: Visitor, at_ms: int) -> Marks:
        """Whether this scan is the visitor's first in its hour, day and month, and at all; remembers it."""
        last = self._last_ms.get(visitor)
        if last is None:
            marks = FIRST_EVER
        elif at_ms >= last:
            marks = _first_since(last, at_ms)
        else:
            marks = self._first_among(visitor, last, at_ms)
        self._in_batch.append((visitor, at_ms))
        if last is None or at_ms > last:
            self._last_ms[visitor] = at_ms
        return marks

    def last_ms(self) -> dict[Visitor, int]:
        """The last time of everybody who was met in this batch."""
        return {visitor: self._last_ms[visitor] for visitor, _ in self._in_batch}

    def _first_among(self, visitor: Visitor, last: int, at_ms: int) -> Marks:
        others = [last, *(other_ms for other, other_ms in self._in_batch if other == visitor)]

        def is_first(period: Period) -> bool:
            start, end = period(at_ms)
            if any(start <= other_ms < end for other_ms in others):
                return False
            return not self._was_seen(visitor, start, end)

        return is_first(hour_of), is_first(day_of), is_first(month_of), False


def _first_since(last: int, at_ms: int) -> Marks:
    if last // HOUR_MS == at_ms // HOUR_MS:
        return NOTHING_NEW
    if last // DAY_MS == at_ms // DAY_MS:
        return True, False, False, False
    return True, True, last < month_of(at_ms)[0], False


def count(records: Iterable[Record], seen: Seen) -> Counts:
    """Count records; `seen.marks` is asked once for each scan of a person, in the order given."""
    counts = Counts()
    days, hours_of, totals_of = counts.days, counts.hours, counts.totals
    for link, at_ms, visitor, tail in records:
        days[link, at_ms // DAY_MS, tail] += 1
        hours = hours_of[link, at_ms // HOUR_MS]
        whole = totals_of[link]
        kind = 1 if tail.bot else 0
        hours[kind] += 1
        whole[kind] += 1
        if visitor is not None:
            marks = seen.marks((link, visitor), at_ms)
            if marks is not NOTHING_NEW:
                for place, is_first in enumerate(marks, 2):
                    hours[place] += is_first
                whole[2] += marks[3]
    counts.last_ms = seen.last_ms()
    return counts
