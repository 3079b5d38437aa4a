"""Rollups: their sums are the counts of the raw scans, whatever the order and however they are cut into batches."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count as numbers
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, select

from repoint.kit.db import Database, Tx
from repoint.scans import totals
from repoint.scans.backlog import Batch
from repoint.scans.ingest import store
from repoint.scans.journal import MAGIC, Record, Tail
from repoint.scans.rollup import DAY_MS, HOUR_MS, Period, Seen, Visitor, count, day_of, hour_of, month_of
from repoint.scans.tables import by_day, by_hour, contexts

# 2026-11-30, 22:30 UTC: an hour and a half before a day and a month end.
START_MS = 1_796_077_800_000
MONTH_MS = 31 * DAY_MS

PERSON = Tail("DE", "mobile", "iOS", "Instagram", "de", "example.com", "")
OTHER = PERSON._replace(country="FR", referrer="")
BOT = Tail(browser="curl", bot="http-library")

# Few values, close to the borders of hours, days, months and years, so that they meet.
moments = st.builds(
    lambda step, rest: START_MS + step + rest,
    st.sampled_from([0, HOUR_MS, 2 * HOUR_MS, DAY_MS, MONTH_MS, 2 * MONTH_MS]),
    st.sampled_from([0, 1, HOUR_MS // 2 - 1, HOUR_MS // 2]),
)
people = st.builds(
    Record,
    link=st.integers(1, 2),
    at_ms=moments,
    visitor=st.sampled_from([None, b"visitor1", b"visitor2", b"visitor3"]),
    tail=st.sampled_from([PERSON, OTHER]),
)
bots = st.builds(Record, link=st.integers(1, 2), at_ms=moments, visitor=st.none(), tail=st.just(BOT))
events = st.lists(people | people | bots, max_size=40)
cuts = st.lists(st.integers(0, 40), max_size=6)

Hours = dict[tuple[int, int], tuple[int, ...]]
Days = dict[tuple[int, int, Tail], int]
Totals = dict[int, tuple[int, int, int]]


class Kept:
    """A database of the simplest kind: the raw scans, and the sums of what was counted."""

    def __init__(self) -> None:
        self.scans: list[Record] = []
        self.last_ms: dict[Visitor, int] = {}
        self.hours: dict[Any, list[int]] = defaultdict(lambda: [0] * 6)
        self.days: Counter[tuple[int, int, Tail]] = Counter()
        self.totals: dict[Any, list[int]] = defaultdict(lambda: [0] * 3)

    def was_seen(self, visitor: Visitor, start_ms: int, end_ms: int) -> bool:
        """Whether a stored scan of the visitor lies in the period."""
        return any((r.link, r.visitor) == visitor and start_ms <= r.at_ms < end_ms for r in self.scans)

    def store(self, batch: Sequence[Record]) -> None:
        """Count a batch and keep its scans."""
        met = {(r.link, r.visitor) for r in batch if r.visitor is not None}
        counts = count(batch, Seen({who: self.last_ms[who] for who in met & self.last_ms.keys()}, self.was_seen))
        for sums, added in ((self.hours, counts.hours), (self.totals, counts.totals)):
            for key, values in added.items():
                sums[key] = [old + new for old, new in zip(sums[key], values, strict=True)]
        self.days.update(counts.days)
        for who, last_ms in counts.last_ms.items():
            self.last_ms[who] = max(last_ms, self.last_ms.get(who, 0))
        self.scans += batch


def _batches(scans: Sequence[Record], at: Iterable[int]) -> list[Sequence[Record]]:
    borders = [0, *sorted(min(cut, len(scans)) for cut in at), len(scans)]
    return [scans[start:end] for start, end in pairwise(borders)]


def _check(scans: Sequence[Record], *, hours: Hours, days: Days, sums: Totals) -> None:
    """Compare everything that was counted with a count by hand."""
    by_hour_of_people = Counter((r.link, r.at_ms // HOUR_MS) for r in scans if not r.tail.bot)
    by_hour_of_bots = Counter((r.link, r.at_ms // HOUR_MS) for r in scans if r.tail.bot)
    assert {key: values[0] for key, values in hours.items() if values[0]} == by_hour_of_people
    assert {key: values[1] for key, values in hours.items() if values[1]} == by_hour_of_bots
    for place, period in ((2, hour_of), (3, day_of), (4, month_of)):
        assert _marks(hours, place, period) == _distinct(scans, period)
    assert _marks(hours, 5, _ever) == _distinct(scans, _ever)
    assert days == Counter((r.link, r.at_ms // DAY_MS, r.tail) for r in scans)
    assert sums == {
        link: (
            sum(r.link == link and not r.tail.bot for r in scans),
            sum(r.link == link and bool(r.tail.bot) for r in scans),
            len({r.visitor for r in scans if r.link == link and r.visitor is not None}),
        )
        for link in {r.link for r in scans}
    }


def _ever(at_ms: int) -> tuple[int, int]:
    del at_ms
    return 0, 2**63


def _marks(hours: Mapping[tuple[int, int], Sequence[int]], place: int, period: Period) -> dict[tuple[int, int], int]:
    found: Counter[tuple[int, int]] = Counter()
    for (link, hour), values in hours.items():
        found[link, period(hour * HOUR_MS)[0]] += values[place]
    return {key: number for key, number in found.items() if number}


def _distinct(scans: Iterable[Record], period: Period) -> dict[tuple[int, int], int]:
    met = {(r.link, period(r.at_ms)[0], r.visitor) for r in scans if r.visitor is not None}
    return dict(Counter((link, start) for link, start, _ in met))


@settings(max_examples=400)
@given(events, cuts)
@example([Record(1, START_MS + step, b"visitor1", PERSON) for step in (DAY_MS, 0, HOUR_MS, 1)], [1, 2])
@example([Record(1, START_MS + step, b"visitor1", PERSON) for step in (0, 2 * MONTH_MS, MONTH_MS, MONTH_MS + 1)], [])
def test_sums_of_rollups_are_counts_of_scans(scans: list[Record], at: list[int]) -> None:
    """For any scans in any order, cut anywhere: people, bots, distinct visitors of every period, contexts, totals."""
    kept = Kept()
    for batch in _batches(scans, at):
        kept.store(batch)
    _check(
        scans,
        hours={key: tuple(values) for key, values in kept.hours.items()},
        days=dict(kept.days),
        sums={link: (people, bots, new) for link, (people, bots, new) in kept.totals.items()},
    )


@given(events, st.randoms(use_true_random=False), cuts)
def test_the_order_of_scans_does_not_change_what_is_known_of_a_visitor(
    scans: list[Record], random: Any, at: list[int]
) -> None:
    """The last time seen is the latest scan, not the one that was stored last."""
    kept = Kept()
    random.shuffle(scans)
    for batch in _batches(scans, at):
        kept.store(batch)
    latest: dict[Visitor, int] = {}
    for r in scans:
        if r.visitor is not None:
            latest[r.link, r.visitor] = max(r.at_ms, latest.get((r.link, r.visitor), 0))
    assert kept.last_ms == latest


_links = numbers(10, 10)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(events, cuts)
def test_the_database_counts_the_same(db: Database, scans: list[Record], at: list[int]) -> None:
    """The same through the tables; every example has links of its own in one database."""
    base = next(_links)
    scans = [r._replace(link=base + r.link) for r in scans]
    end = len(MAGIC)
    for batch in _batches(scans, at):
        path = Path(f"{base}.scans")
        db.write_now(store, Batch(path, end, end + len(batch), list(batch), [], 0, is_last=False))
        end += len(batch)
    links = {r.link for r in scans}
    hours = _rows(db, by_hour, links)
    tails = {row[0]: Tail(*row[1:]) for row in db.read_now(_all_of, contexts)}
    sums = db.read_now(totals.of_links, links)
    _check(
        scans,
        hours={(row[0], row[1]): tuple(row[2:]) for row in hours},
        days={(row[0], row[1], tails[row[2]]): row[3] for row in _rows(db, by_day, links)},
        sums={link: (known.people, known.bots, known.unique) for link, known in sums.items()},
    )


def _all_of(tx: Tx, table: Table) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in tx.execute(select(table))]


def _rows(db: Database, table: Table, links: set[int]) -> list[tuple[Any, ...]]:
    return [row for row in db.read_now(_all_of, table) if row[0] in links]


@given(st.integers(0, 4_102_444_800_000))
@pytest.mark.parametrize("period", [hour_of, day_of, month_of])
def test_a_period_holds_its_moment_and_borders_on_the_next(
    period: Callable[[int], tuple[int, int]], at_ms: int
) -> None:
    """Every moment has one hour, day and month; the first and the last moment of one agree, the next one differs."""
    start, end = period(at_ms)
    assert start <= at_ms < end
    assert period(start) == period(end - 1) == (start, end)
    assert period(end)[0] == end


def test_a_month_is_the_calendars() -> None:
    """February of a leap year has 29 days, and December ends with the year."""
    for year, month, days in ((2028, 2, 29), (2027, 2, 28), (2026, 12, 31), (2026, 11, 30)):
        start, end = month_of(int(datetime(year, month, 15, tzinfo=UTC).timestamp()) * 1000)
        assert start == int(datetime(year, month, 1, tzinfo=UTC).timestamp()) * 1000
        assert end - start == days * DAY_MS
