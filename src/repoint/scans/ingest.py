"""Move scans from the journal into the database, exactly once."""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Table, delete, select

from repoint.kit.db import Database, Tx
from repoint.kit.db.bulk import insert_rows, rows_with_keys, upsert_rows
from repoint.scans.backlog import Backlog, Batch
from repoint.scans.journal import MAGIC, Tail
from repoint.scans.rollup import Counts, Seen, Visitor, count
from repoint.scans.tables import by_day, by_hour, contexts, offsets, scans, totals, visitors

_VISITOR = ("link_id", "visitor")
_LATER = "last_ms = CASE WHEN excluded.last_ms > visitors.last_ms THEN excluded.last_ms ELSE visitors.last_ms END"

# Scans by people of a link in an hour since 1970, UTC.
PeopleByHour = Mapping[tuple[int, int], int]
Also = Callable[[Tx, PeopleByHour], None]

log = structlog.get_logger(__name__)


class OutOfStep(Exception):
    """The journal and the database disagree about what is stored; a bug, or a data folder put together by hand."""


class IngestStats:
    """What ingest did since the process began, for metrics."""

    def __init__(self) -> None:
        self.stored = 0
        self.damaged_bytes = 0
        self.lag_s = 0.0
        self.last_error: str | None = None


class Ingest:
    """Drains a backlog into a database.

    `also` adds to each transaction what others keep of scans; `journal` names the backlog where the database takes in
    several.
    """

    def __init__(self, backlog: Backlog, db: Database, *, also: Sequence[Also] = (), journal: str = "") -> None:
        self.stats = IngestStats()
        self._backlog = backlog
        self._db = db
        self._also = also
        self._journal = journal
        self._stored: dict[str, int] = {}
        self._damaged: set[str] = set()
        self._draining = threading.Lock()

    def waiting_bytes(self) -> int:
        """Journal bytes that the database does not have yet."""
        return self._backlog.waiting_bytes(self._stored)

    def resume(self) -> None:
        """Learn how far the last process came; to be called once, before the first `drain`."""
        present = {path.name for path in self._backlog.segments()}
        self._stored = self._db.write_now(load_offsets, present, journal=self._journal)

    def drain(self) -> int:
        """Store the next stretch of every segment; the number of scans stored, 0 when there is nothing to do."""
        # One at a time: a task that is cancelled leaves its thread draining, and a batch read before another thread
        # stores it and forgets its segment would be counted twice.
        with self._draining:
            failures: list[Exception] = []
            drained = sum(self._drain_segment(path, failures) for path in self._backlog.segments())
            if failures:
                # Where a commit's outcome is not known, the database knows; and the next try begins where it says.
                self.resume()
                raise failures[0]
        if not drained:
            self.stats.lag_s = 0.0
        return drained

    def _drain_segment(self, path: Path, failures: list[Exception]) -> int:
        """The next stretch of one segment; one that cannot be read or stored must not hold up the others."""
        try:
            batch = self._backlog.next_of(path, self._stored.get(path.name, 0))
            return 0 if batch is None else self._drain_one(batch)
        except Exception as error:
            log.exception("ingest.segment_failed", segment=path.name)
            failures.append(error)
            return 0

    def _drain_one(self, batch: Batch) -> int:
        """Store one batch and take its segment away where it was the last."""
        if batch.end > batch.start:
            self._db.write_now(store, batch, also=self._also, journal=self._journal)
            self._stored[batch.path.name] = batch.end
            self._report(batch)
        if batch.is_last:
            name = batch.path.name
            self._backlog.remove(batch, is_damaged=name in self._damaged)
            self._db.write_now(forget_offset, name)
            self._stored.pop(name, None)
            self._damaged.discard(name)
        return len(batch.records)

    def _report(self, batch: Batch) -> None:
        self.stats.stored += len(batch.records)
        if batch.records:
            self.stats.lag_s = max(0.0, time.time() - batch.records[-1].at_ms / 1000)
        if batch.torn:
            log.info("journal.torn_tail", segment=batch.path.name, bytes=batch.torn)
        for first, end in batch.damage:
            self._damaged.add(batch.path.name)
            self.stats.damaged_bytes += end - first
            log.error("journal.damaged", segment=batch.path.name, first=first, end=end, kept_as=".damaged")


def load_offsets(tx: Tx, present: set[str], *, journal: str) -> dict[str, int]:
    """How far each present segment of a journal is stored; rows of its segments that are gone are dropped."""
    stored = {row.segment: row.stored for row in tx.execute(select(offsets).where(offsets.c.journal == journal))}
    for name in stored.keys() - present:
        forget_offset(tx, name)
    return {name: end for name, end in stored.items() if name in present}


def forget_offset(tx: Tx, segment: str) -> None:
    """Drop the offset of a segment that is gone."""
    tx.execute(delete(offsets).where(offsets.c.segment == segment))


def store(tx: Tx, batch: Batch, *, also: Sequence[Also] = (), journal: str = "") -> None:
    """Everything one batch changes, in one transaction: raw scans, rollups, visitors, the journal offset.

    `also` comes after the totals have grown, in this order.

    Raises:
        OutOfStep: the database is not where the batch begins; storing it would lose or double scans.
    """
    name = batch.path.name
    # One batch after the other, whichever process it comes from: whether somebody is new can only be said by one.
    tx.lock("ingest")
    stored = tx.execute(select(offsets.c.stored).where(offsets.c.segment == name)).scalar()
    if batch.start != (len(MAGIC) if stored is None else stored):
        raise OutOfStep(f"{name} is stored up to {stored}, the batch begins at {batch.start}")
    if batch.records:
        visits = {(record.link, record.visitor) for record in batch.records if record.visitor is not None}
        counts = count(batch.records, Seen(_last_seen(tx, visits), _asker(tx)))
        ids = _context_ids(tx, {record.tail for record in batch.records})
        rows = [(record.link, record.at_ms, record.visitor, ids[record.tail]) for record in batch.records]
        insert_rows(tx, scans, ("link_id", "at_ms", "visitor", "context_id"), rows)
        _add(tx, counts, ids)
        people = people_by_hour(counts)
        for keep in also:
            keep(tx, people)
    upsert = tx.upsert(offsets).values(segment=name, stored=batch.end, journal=journal)
    tx.execute(upsert.on_conflict_do_update(index_elements=["segment"], set_={"stored": batch.end}))


def people_by_hour(counts: Counts) -> PeopleByHour:
    """How many people scanned which link in which hour."""
    return {(link, hour): numbers[0] for (link, hour), numbers in counts.hours.items()}


def _context_ids(tx: Tx, tails: set[Tail]) -> dict[Tail, int]:
    """The ids of these contexts; those never met before are written down."""
    known = _known_contexts(tx, tails)
    missing = tails - known.keys()
    if missing:
        insert_rows(tx, contexts, Tail._fields, sorted(missing))
        known |= _known_contexts(tx, missing)
    return known


def _known_contexts(tx: Tx, tails: Collection[Tail]) -> dict[Tail, int]:
    rows = rows_with_keys(tx, contexts, Tail._fields, sorted(tails))
    return {Tail(*row[1:]): row.id for row in rows}


def _last_seen(tx: Tx, people: Iterable[Visitor]) -> dict[Visitor, int]:
    return {(row.link_id, row.visitor): row.last_ms for row in rows_with_keys(tx, visitors, _VISITOR, sorted(people))}


def _asker(tx: Tx) -> Callable[[Visitor, int, int], bool]:
    def was_seen(visitor: Visitor, start_ms: int, end_ms: int) -> bool:
        found = tx.execute(
            select(scans.c.id)
            .where(scans.c.link_id == visitor[0], scans.c.visitor == visitor[1])
            .where(scans.c.at_ms >= start_ms, scans.c.at_ms < end_ms)
            .limit(1)
        )
        return found.first() is not None

    return was_seen


def _add(tx: Tx, counts: Counts, ids: Mapping[Tail, int]) -> None:
    _increase(tx, by_hour, counts.hours)
    by_context = {(link, day, ids[tail]): (times,) for (link, day, tail), times in counts.days.items()}
    _increase(tx, by_day, by_context)
    _increase(tx, totals, {(link,): numbers for link, numbers in counts.totals.items()})
    last_seen = [(*visitor, last_ms) for visitor, last_ms in sorted(counts.last_ms.items())]
    upsert_rows(tx, visitors, [_LATER], last_seen)


def _increase(tx: Tx, table: Table, numbers: Mapping[Any, Sequence[int]]) -> None:
    """Add numbers to the rows with these keys, in key order; rows that are missing begin at 0."""
    counters = [column.name for column in table.columns if not column.primary_key]
    added = [f"{name} = {table.name}.{name} + excluded.{name}" for name in counters]
    upsert_rows(tx, table, added, [(*key, *values) for key, values in sorted(numbers.items())])
