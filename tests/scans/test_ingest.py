"""Ingest: every scan of the journal is counted once, wherever it is interrupted."""

import struct
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from repoint.kit.db import Database, DatabaseUnavailable, bulk
from repoint.scans import backlog as backlog_module
from repoint.scans import totals
from repoint.scans.backlog import Backlog
from repoint.scans.ingest import Ingest, OutOfStep, load_offsets, store
from repoint.scans.journal import MAGIC, Record
from repoint.scans.tables import offsets
from tests.scans.conftest import batches_of

Counted = Callable[[], list[str]]
Encoded = Callable[[Record], bytes]
MakeScan = Callable[..., Record]
MakeSegment = Callable[..., Path]

SCANS = 90


class NobodyWrites:
    """The writing end of a journal without a writer."""

    def is_open(self, path: Path) -> bool:
        """Never."""
        del path
        return False

    def readable_end(self, path: Path) -> int | None:
        """All of it."""
        del path
        return None


class Crash(BaseException):
    """The process ends here."""


class CrashingDatabase:
    """Runs transactions until the crash, which comes before or after one of them."""

    def __init__(self, db: Database, *, good: int, after: bool) -> None:
        self._db = db
        self._good = good
        self._after = after

    def write_now(self, use_case: Any, /, *args: Any, **kwargs: Any) -> Any:
        """As the database's own."""
        self._good -= 1
        if self._good == -1 and not self._after:
            raise Crash
        result = self._db.write_now(use_case, *args, **kwargs)
        if self._good == -1:
            raise Crash
        return result


def _ingest(journal: Path, db: Any) -> Ingest:
    ingest = Ingest(Backlog(journal, NobodyWrites()), db)
    ingest.resume()
    return ingest


def _drain_all(ingest: Ingest) -> None:
    while ingest.drain():
        pass


def _offsets(db: Database) -> dict[str, int]:
    return {row.segment: row.stored for row in db.read_now(lambda tx: tx.execute(select(offsets)).all())}


def _fill(journal: Path, scan: MakeScan, segment: MakeSegment) -> list[str]:
    """Three segments, each longer than one reading; gives the referrers of all scans, sorted."""
    for first in range(0, SCANS, SCANS // 3):
        segment(journal, f"s{first:02}", *(scan(number, visitor=None) for number in range(first, first + SCANS // 3)))
    return sorted(f"n{number}.example" for number in range(SCANS))


@pytest.fixture(autouse=True)
def _small_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog_module, "READ_BYTES", 1400)


def test_a_drained_journal_is_empty_and_counted(
    journal: Path, db: Database, scan: MakeScan, segment: MakeSegment, counted: Counted
) -> None:
    """Every scan is a row, the totals agree, and neither segments nor offsets stay behind."""
    expected = _fill(journal, scan, segment)
    ingest = _ingest(journal, db)
    _drain_all(ingest)
    assert counted() == expected
    assert ingest.stats.stored == SCANS
    assert ingest.waiting_bytes() == 0
    assert not list(journal.iterdir())
    assert _offsets(db) == {}
    assert db.read_now(totals.of_links, [1])[1].people == SCANS


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_around_any_transaction_loses_and_doubles_nothing(
    journal: Path, db: Database, scan: MakeScan, segment: MakeSegment, counted: Counted, after: bool
) -> None:
    """However often the process ends before or after a commit, storing or forgetting, the next one counts exactly."""
    expected = _fill(journal, scan, segment)
    crashes = 0
    for _ in range(100):
        # Every process learns the offsets, then gets one transaction further than the last.
        try:
            _drain_all(_ingest(journal, CrashingDatabase(db, good=1 if after else 2, after=after)))
        except Crash:
            crashes += 1
        else:
            break
    assert crashes > 5
    assert counted() == expected
    assert not list(journal.iterdir())
    assert _offsets(db) == {}


@pytest.mark.parametrize("removed", [False, True], ids=["before", "after"])
def test_a_crash_around_the_removal_loses_and_doubles_nothing(
    journal: Path,
    db: Database,
    scan: MakeScan,
    segment: MakeSegment,
    counted: Counted,
    monkeypatch: pytest.MonkeyPatch,
    removed: bool,
) -> None:
    """A stored segment that is still there is not stored again; one that is gone leaves no offset."""
    expected = _fill(journal, scan, segment)
    remove = Backlog.remove

    def crash(self: Backlog, batch: Any, *, is_damaged: bool) -> None:
        if removed:
            remove(self, batch, is_damaged=is_damaged)
        raise Crash

    with monkeypatch.context() as crashing:
        crashing.setattr(Backlog, "remove", crash)
        for _ in range(4):
            with pytest.raises(Crash):
                _drain_all(_ingest(journal, db))
            if not list(journal.iterdir()):
                break
    _drain_all(_ingest(journal, db))
    assert counted() == expected
    assert not list(journal.iterdir())
    assert _offsets(db) == {}


def test_a_segment_stays_until_it_is_stored(
    journal: Path,
    db: Database,
    scan: MakeScan,
    segment: MakeSegment,
    counted: Counted,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While the database refuses, no byte of the journal goes away; afterwards all of it is counted."""
    expected = _fill(journal, scan, segment)
    before = {path: path.read_bytes() for path in journal.iterdir()}
    ingest = _ingest(journal, db)

    def refuse(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("locked")

    with monkeypatch.context() as locked:
        locked.setattr(Database, "write_now", refuse)
        for _ in range(3):
            with pytest.raises(DatabaseUnavailable):
                ingest.drain()
    assert {path: path.read_bytes() for path in journal.iterdir()} == before
    assert counted() == []
    _drain_all(ingest)
    assert counted() == expected


def test_a_damaged_segment_is_kept_and_the_rest_of_it_counted(
    journal: Path, db: Database, scan: MakeScan, segment: MakeSegment, encoded: Encoded, counted: Counted
) -> None:
    """The damage is logged and counted in bytes, and the file stays under another name."""
    path = segment(journal, "a", scan(1), scan(2), scan(3))
    data = bytearray(path.read_bytes())
    size = len(encoded(scan(1)))
    data[len(MAGIC) + size + 20] ^= 0xFF
    path.write_bytes(data)
    ingest = _ingest(journal, db)
    with capture_logs() as logs:
        _drain_all(ingest)
    assert counted() == ["n1.example", "n3.example"]
    assert ingest.stats.damaged_bytes == size
    damage = {"segment": "a.scans", "first": len(MAGIC) + size, "end": len(MAGIC) + 2 * size}
    assert [damage.items() <= line.items() for line in logs if line["event"] == "journal.damaged"] == [True]
    assert [(file.name, file.read_bytes()) for file in journal.iterdir()] == [("a.damaged", bytes(data))]
    assert _offsets(db) == {}
    assert _ingest(journal, db).drain() == 0


def test_a_foreign_file_is_set_aside(journal: Path, db: Database, counted: Counted) -> None:
    """What is no journal is kept, reported, and stops nothing."""
    (journal / "a.scans").write_bytes(b"something else " * 300)
    ingest = _ingest(journal, db)
    for _ in range(100):
        ingest.drain()
    assert counted() == []
    assert [path.name for path in journal.iterdir()] == ["a.damaged"]
    assert ingest.stats.damaged_bytes == 15 * 300


@pytest.mark.parametrize("content", [b"", MAGIC[:3], MAGIC], ids=["nothing", "half a magic", "a magic"])
def test_an_empty_segment_is_removed(journal: Path, db: Database, content: bytes) -> None:
    """A segment whose process ended before its first record goes away without a trace."""
    (journal / "a.scans").write_bytes(content)
    ingest = _ingest(journal, db)
    assert ingest.drain() == 0
    assert not list(journal.iterdir())
    assert _offsets(db) == {}
    assert ingest.stats.damaged_bytes == 0


def test_offsets_of_vanished_segments_are_dropped(
    journal: Path, db: Database, scan: MakeScan, segment: MakeSegment
) -> None:
    """What is no longer there needs no offset; what is there keeps its own."""
    segment(journal, "a", scan(1))
    (batch,) = batches_of(Backlog(journal, NobodyWrites()), {})
    db.write_now(store, batch, journal="")
    assert db.write_now(load_offsets, {"a.scans", "other.scans"}, journal="") == {"a.scans": batch.end}
    assert db.write_now(load_offsets, {"other.scans"}, journal="") == {}
    assert _offsets(db) == {}


@pytest.mark.parametrize("times", [1, 2])
def test_a_batch_is_never_stored_twice(
    journal: Path, db: Database, scan: MakeScan, segment: MakeSegment, counted: Counted, times: int
) -> None:
    """Storing what is stored, or what begins too late, is refused, and nothing of it happens."""
    segment(journal, "a", *(scan(number) for number in range(60)))
    backlog = Backlog(journal, NobodyWrites())
    (first,) = batches_of(backlog, {})
    (second,) = batches_of(backlog, {"a.scans": first.end})
    if times == 1:
        with pytest.raises(OutOfStep, match=r"stored up to None"):
            db.write_now(store, second, journal="")
        assert counted() == []
    else:
        db.write_now(store, first, journal="")
        with pytest.raises(OutOfStep, match=rf"stored up to {first.end}, the batch begins at 8"):
            db.write_now(store, first, journal="")
        assert len(counted()) == len(first.records)


def test_two_drains_at_once_count_once(
    journal: Path,
    db: Database,
    scan: MakeScan,
    segment: MakeSegment,
    counted: Counted,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A drain that begins while another still runs, as at shutdown, waits for it instead of reading the same scans."""
    monkeypatch.setattr(backlog_module, "READ_BYTES", 10**6)
    expected = _fill(journal, scan, segment)
    ingest = _ingest(journal, db)
    storing = threading.Event()
    write_now = db.write_now

    def slowly(use_case: Any, /, *args: Any, **kwargs: Any) -> Any:
        storing.set()
        time.sleep(0.02)
        return write_now(use_case, *args, **kwargs)

    monkeypatch.setattr(db, "write_now", slowly)
    other = threading.Thread(target=ingest.drain)
    other.start()
    assert storing.wait(10)
    _drain_all(ingest)
    other.join()
    assert counted() == expected


def test_a_batch_of_many_statements_counts_the_same(
    journal: Path, db: Database, scan: MakeScan, segment: MakeSegment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More people and contexts than one statement may name are still counted once each."""
    monkeypatch.setattr(bulk, "PARAMETERS_MAX", 20)
    for name in "ab":
        segment(journal, name, *(scan(number, visitor=number.to_bytes(8, "big")) for number in range(1, 11)))
    _drain_all(_ingest(journal, db))
    counts = db.read_now(totals.of_links, [1, 2])
    assert (counts[1].people, counts[1].unique, set(counts)) == (20, 10, {1})


def test_a_segment_that_cannot_be_stored_holds_up_no_other(
    journal: Path, db: Database, scan: MakeScan, segment: MakeSegment, counted: Counted
) -> None:
    """A segment of a newer format stays and is reported by the exception; those behind it are stored."""
    newer = segment(journal, "a")
    payload = bytes((99,)) + bytes(40)
    newer.write_bytes(newer.read_bytes() + struct.pack("<II", len(payload), zlib.crc32(payload)) + payload)
    segment(journal, "b", scan(1), scan(2))
    ingest = _ingest(journal, db)
    with pytest.raises(ValueError, match="newer"):
        ingest.drain()
    assert len(counted()) == 2
    assert newer.exists()
