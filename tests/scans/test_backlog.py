"""The backlog: what may be read is read, in order, and nothing else is touched."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from repoint.scans import backlog as backlog_module
from repoint.scans.backlog import Backlog, Batch
from repoint.scans.journal import LENGTH_MAX, MAGIC, Record
from tests.scans.conftest import batches_of

Encoded = Callable[[Record], bytes]
MakeScan = Callable[..., Record]
MakeSegment = Callable[..., Path]


@dataclass
class Writing:
    """The writing end: which segments are open, and how far each may be read."""

    ends: dict[Path, int] = field(default_factory=dict)
    open: set[Path] = field(default_factory=set)

    def is_open(self, path: Path) -> bool:
        """Whether it may grow."""
        return path in self.open

    def readable_end(self, path: Path) -> int | None:
        """How far it may be read."""
        return self.ends.get(path)


def _drain(backlog: Backlog, stored: Mapping[str, int] | None = None) -> list[Batch]:
    """Read on until nothing moves; removes nothing, so an empty last batch comes once for each finished segment."""
    known = dict(stored or {})
    batches: list[Batch] = []
    while moved := [batch for batch in batches_of(backlog, known) if batch.end > batch.start]:
        known |= {batch.path.name: batch.end for batch in moved}
        batches += moved
    return batches


def test_segments_are_read_oldest_first(journal: Path, scan: MakeScan, segment: MakeSegment) -> None:
    """Segments come in the order of their names, records in the order of the file; each says that it is finished."""
    for name in "bca":
        segment(journal, name, scan(ord(name)), scan(ord(name) + 1))
    batches = _drain(Backlog(journal, Writing()))
    assert [record for batch in batches for record in batch.records] == [scan(n) for n in (97, 98, 98, 99, 99, 100)]
    assert all(batch.is_last and batch.end == batch.path.stat().st_size for batch in batches)


def test_other_files_are_left_alone(journal: Path) -> None:
    """Only names that end like a segment's are looked at."""
    (journal / "a.scans.damaged").write_bytes(b"kept")
    (journal / "notes.txt").write_bytes(b"kept")
    backlog = Backlog(journal, Writing())
    assert backlog.segments() == []
    assert backlog.waiting_bytes({}) == 0


def test_a_live_segment_is_read_up_to_what_is_committed(journal: Path, scan: MakeScan, segment: MakeSegment) -> None:
    """Bytes behind the committed offset wait, whatever they hold, and an open segment is never finished."""
    path = segment(journal, "a", scan(1), scan(2), scan(3))
    size = path.stat().st_size - len(MAGIC)
    writing = Writing({path: len(MAGIC) + 2 * size // 3}, {path})
    backlog = Backlog(journal, writing)
    (batch,) = _drain(backlog)
    assert batch.records == [scan(1), scan(2)]
    assert not batch.is_last
    assert backlog.waiting_bytes({path.name: batch.end}) == 0
    assert list(batches_of(backlog, {path.name: batch.end})) == []
    writing.ends[path] = path.stat().st_size
    assert [one.records for one in _drain(backlog, {path.name: batch.end})] == [[scan(3)]]


@pytest.mark.parametrize("committed", [0, len(MAGIC)])
def test_a_segment_that_just_began_is_left_alone(journal: Path, segment: MakeSegment, committed: int) -> None:
    """An open segment without a record gives no batch; once nobody writes it, it can be taken away."""
    path = segment(journal, "a")
    writing = Writing({path: committed}, {path})
    backlog = Backlog(journal, writing)
    assert list(batches_of(backlog, {})) == []
    writing.open.clear()
    (batch,) = batches_of(backlog, {})
    assert (batch.records, batch.is_last, batch.end - batch.start) == ([], True, 0)


def test_a_cut_short_segment_is_finished_at_the_cut(
    journal: Path, scan: MakeScan, segment: MakeSegment, encoded: Encoded
) -> None:
    """Where a failed write left bytes behind, the segment ends before them."""
    path = segment(journal, "a", scan(1), scan(2))
    backlog = Backlog(journal, Writing({path: len(MAGIC) + len(encoded(scan(1)))}))
    (batch,) = _drain(backlog)
    assert batch.records == [scan(1)]
    assert batch.is_last


def test_a_torn_tail_is_told_and_is_no_damage(
    journal: Path, scan: MakeScan, segment: MakeSegment, encoded: Encoded
) -> None:
    """Half a record at the end of a finished segment is passed over."""
    path = segment(journal, "a", scan(1))
    with path.open("ab") as file:
        file.write(encoded(scan(2))[:20])
    (batch,) = _drain(Backlog(journal, Writing()))
    assert (batch.records, batch.torn, batch.damage, batch.is_last) == ([scan(1)], 20, [], True)


@pytest.mark.parametrize("place", range(len(MAGIC)))
def test_a_flipped_byte_of_the_magic_hides_no_record(
    journal: Path, scan: MakeScan, segment: MakeSegment, place: int
) -> None:
    """The magic is reported as damage, once, and every record is read."""
    path = segment(journal, "a", scan(1), scan(2))
    data = bytearray(path.read_bytes())
    data[place] ^= 0x04
    path.write_bytes(data)
    (batch,) = _drain(Backlog(journal, Writing()))
    assert batch.records == [scan(1), scan(2)]
    assert batch.damage == [(0, len(MAGIC))]


def test_an_open_segment_with_a_damaged_magic_is_not_finished(
    journal: Path, scan: MakeScan, segment: MakeSegment
) -> None:
    """Whatever its first bytes say, what is being written must not be taken away."""
    path = segment(journal, "a", scan(1))
    path.write_bytes(b"X" + path.read_bytes()[1:])
    (batch,) = _drain(Backlog(journal, Writing({path: path.stat().st_size}, {path})))
    assert (batch.records, batch.is_last) == ([scan(1)], False)


def test_a_foreign_file_is_all_damage(journal: Path) -> None:
    """A file of that name that holds something else gives no record, and every byte is reported."""
    path = journal / "a.scans"
    path.write_bytes(b"#!/bin/sh\n" + b"echo it is not a journal\n" * 20)
    (batch,) = _drain(Backlog(journal, Writing()))
    assert (batch.records, batch.torn, batch.is_last) == ([], 0, True)
    assert sum(end - first for first, end in batch.damage) == path.stat().st_size


def test_long_segments_are_read_in_stretches(
    journal: Path, scan: MakeScan, segment: MakeSegment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However small a stretch, the records are the same; the last one alone says that it is finished."""
    monkeypatch.setattr(backlog_module, "READ_BYTES", LENGTH_MAX + 100)
    scans = [scan(number) for number in range(200)]
    path = segment(journal, "a", *scans)
    batches = _drain(Backlog(journal, Writing()))
    assert len(batches) > 5
    assert [record for batch in batches for record in batch.records] == scans
    assert [batch.start for batch in batches[1:]] == [batch.end for batch in batches[:-1]]
    assert [batch.is_last for batch in batches] == [False] * (len(batches) - 1) + [True]
    assert batches[-1].end == path.stat().st_size


def test_waiting_bytes_are_those_not_stored(journal: Path, scan: MakeScan, segment: MakeSegment) -> None:
    """The backlog is what stands behind the stored offsets, over all segments."""
    first, second = segment(journal, "a", scan(1)), segment(journal, "b", scan(2), scan(3))
    backlog = Backlog(journal, Writing())
    both = first.stat().st_size + second.stat().st_size
    assert backlog.waiting_bytes({}) == both
    assert backlog.waiting_bytes({first.name: first.stat().st_size}) == second.stat().st_size
    assert backlog.waiting_bytes({path.name: path.stat().st_size for path in (first, second)}) == 0
