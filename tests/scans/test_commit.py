"""Group commit: an answer means the scan is safe, and no answer takes long."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from repoint.scans import commit as commit_module
from repoint.scans.commit import WAIT_MAX_S, GroupCommit, Launch
from repoint.scans.journal import Record
from repoint.scans.segment import SyncedDisk

# How much later than its bound an answer may come on a machine that has other things to do.
LATE_S = 0.25

Encoded = Callable[[Record], bytes]
MakeScan = Callable[..., Record]
OnDisk = Callable[[Path], list[Record]]
OnLoop = Callable[[Coroutine[Any, Any, Any]], Any]
Scribes = Callable[..., Launch]
Scenario = Callable[[GroupCommit], Coroutine[Any, Any, None]]


class Noting(SyncedDisk):
    """Notes what it is asked, in the list in which the test notes its answers."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def write(self, fd: int, data: bytes) -> int:
        """As `os.write`."""
        written = super().write(fd, data)
        self.log.append("write")
        return written

    def sync(self, fd: int) -> None:
        """As `os.fdatasync`."""
        super().sync(fd)
        self.log.append("sync")


class Stalling(SyncedDisk):
    """Syncs only while it is let."""

    def __init__(self) -> None:
        self.syncs = 0
        self.goes_on = threading.Event()
        self.goes_on.set()

    def sync(self, fd: int) -> None:
        """As `os.fdatasync`, when it is let."""
        assert self.goes_on.wait(20)
        self.syncs += 1
        super().sync(fd)


async def _with(folder: Path, launch: Launch, scenario: Scenario) -> GroupCommit:
    journal = GroupCommit(folder, launch)
    await journal.start()
    try:
        await scenario(journal)
    finally:
        await journal.close()
    return journal


async def _append(journal: GroupCommit, record: bytes) -> float:
    """Append, wait for the answer; gives the seconds it took."""
    began = time.perf_counter()
    answered = asyncio.get_running_loop().create_future()
    journal.append(record, lambda: answered.set_result(None))
    await answered
    return time.perf_counter() - began


def _segments(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_an_answer_comes_after_the_sync(
    journal: Path, scan: MakeScan, encoded: Encoded, on_loop: OnLoop, scribes: Scribes
) -> None:
    """Each time an answer is given, the disk has written and synced since the scan came."""
    disk = Noting()

    async def scenario(commit: GroupCommit) -> None:
        for number in range(5):
            disk.log.append("scan")
            await _append(commit, encoded(scan(number)))
            disk.log.append("answer")

    on_loop(_with(journal, scribes(disk), scenario))
    magic = ["scan", "write", "sync"]
    assert disk.log == [*magic, "write", "sync", "answer", *["scan", "write", "sync", "answer"] * 4]


def test_many_scans_share_one_sync(
    journal: Path, scan: MakeScan, encoded: Encoded, on_disk: OnDisk, on_loop: OnLoop, scribes: Scribes
) -> None:
    """A thousand scans of one turn of the loop cost one write and one sync, and keep their order."""
    disk = Noting()
    scans = [scan(number) for number in range(1000)]

    async def scenario(commit: GroupCommit) -> None:
        await asyncio.gather(*(_append(commit, encoded(record)) for record in scans))

    commit = on_loop(_with(journal, scribes(disk), scenario))
    assert disk.log == ["write", "sync"] * 2
    assert on_disk(journal) == scans
    assert (commit.stats.appended, commit.stats.answered_late, commit.stats.lost) == (1000, 0, 0)


def test_scans_that_come_during_a_sync_share_the_next_one(
    journal: Path, scan: MakeScan, encoded: Encoded, on_disk: OnDisk, on_loop: OnLoop, scribes: Scribes
) -> None:
    """What gathers while the disk is busy goes as one batch, behind what was there first."""
    scans = [scan(number) for number in range(50)]
    disk = Stalling()

    async def scenario(commit: GroupCommit) -> None:
        disk.goes_on.clear()
        waiting = []
        for record in scans:
            waiting.append(asyncio.create_task(_append(commit, encoded(record))))
            await asyncio.sleep(0)
        disk.goes_on.set()
        await asyncio.gather(*waiting)

    on_loop(_with(journal, scribes(disk), scenario))
    assert on_disk(journal) == scans
    assert disk.syncs <= 3  # the magic, what came first, all the rest


def test_nobody_waits_longer_than_the_bound(
    journal: Path, scan: MakeScan, encoded: Encoded, on_disk: OnDisk, on_loop: OnLoop, scribes: Scribes
) -> None:
    """While the disk stalls every scan is answered after 50 ms, whenever it came; all are stored once it goes on."""
    scans = [scan(number) for number in range(8)]
    disk = Stalling()
    took: list[float] = []

    async def scenario(commit: GroupCommit) -> None:
        disk.goes_on.clear()
        waiting = []
        for record in scans:
            waiting.append(asyncio.create_task(_append(commit, encoded(record))))
            await asyncio.sleep(0.03)
        took.extend(await asyncio.gather(*waiting))
        assert commit.stats.answered_late == len(scans)
        assert commit.stats.appended == 0
        disk.goes_on.set()

    commit = on_loop(_with(journal, scribes(disk), scenario))
    assert max(took) < WAIT_MAX_S + LATE_S
    assert took[0] > WAIT_MAX_S * 0.9  # the first one did wait: the disk might have come back
    assert on_disk(journal) == scans
    assert (commit.stats.appended, commit.stats.lost, commit.stats.held) == (len(scans), 0, 0)


def test_a_stalled_disk_does_not_fill_the_memory(
    journal: Path,
    scan: MakeScan,
    encoded: Encoded,
    on_disk: OnDisk,
    on_loop: OnLoop,
    scribes: Scribes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What comes during a stall is kept up to the bound; more is counted as lost, and answered like the rest."""
    scans = [scan(number) for number in range(10, 60)]
    monkeypatch.setattr(commit_module, "UNSAFE_BYTES_MAX", 20 * len(encoded(scans[0])))
    disk = Stalling()

    async def scenario(commit: GroupCommit) -> None:
        disk.goes_on.clear()
        waiting = []
        for record in scans:
            waiting.append(asyncio.create_task(_append(commit, encoded(record))))
            await asyncio.sleep(0)
        await asyncio.gather(*waiting)
        assert (commit.stats.appended, commit.stats.lost) == (0, 30)
        disk.goes_on.set()

    commit = on_loop(_with(journal, scribes(disk), scenario))
    assert on_disk(journal) == scans[:20]
    assert (commit.stats.appended, commit.stats.held, commit.stats.lost) == (20, 0, 30)


def test_a_full_segment_is_followed_by_a_new_one(
    journal: Path, scan: MakeScan, encoded: Encoded, on_disk: OnDisk, on_loop: OnLoop, scribes: Scribes
) -> None:
    """Segments end soon after the limit; read by name they give the scans in order; a full one is nobody's any more."""
    scans = [scan(number) for number in range(100)]
    size = len(encoded(scans[0]))

    async def scenario(commit: GroupCommit) -> None:
        for record in scans:
            await _append(commit, encoded(record))
        *full, last = _segments(journal)
        assert len(full) >= 9
        assert all(path.stat().st_size <= 12 * size for path in full)
        assert not any(commit.is_open(path) or commit.readable_end(path) is not None for path in full)
        assert commit.is_open(last)
        assert commit.readable_end(last) == last.stat().st_size

    on_loop(_with(journal, scribes(SyncedDisk(), segment_bytes=10 * size), scenario))
    assert on_disk(journal) == scans


def test_an_open_segment_is_readable_only_up_to_what_is_safe(
    journal: Path, scan: MakeScan, encoded: Encoded, on_loop: OnLoop, scribes: Scribes
) -> None:
    """Bytes that are written and not yet synced are not to be read."""
    disk = Stalling()

    async def scenario(commit: GroupCommit) -> None:
        await _append(commit, encoded(scan(1)))
        (path,) = _segments(journal)
        safe = path.stat().st_size
        disk.goes_on.clear()
        await _append(commit, encoded(scan(2)))
        assert path.stat().st_size > safe
        assert commit.is_open(path)
        assert commit.readable_end(path) == safe
        disk.goes_on.set()

    on_loop(_with(journal, scribes(disk), scenario))


def test_closing_stores_what_is_left(
    journal: Path, scan: MakeScan, encoded: Encoded, on_disk: OnDisk, on_loop: OnLoop, scribes: Scribes
) -> None:
    """Scans that nobody handed over yet are on the disk and answered when `close` comes back."""
    scans = [scan(number) for number in range(30)]
    answered: list[int] = []

    async def scenario(commit: GroupCommit) -> None:
        for number, record in enumerate(scans):
            commit.append(encoded(record), partial(answered.append, number))

    on_loop(_with(journal, scribes(SyncedDisk()), scenario))
    assert on_disk(journal) == scans
    assert answered == list(range(30))


def test_a_journal_that_was_never_used_leaves_no_segment(journal: Path, on_loop: OnLoop, scribes: Scribes) -> None:
    """Start and stop without a scan write nothing."""

    async def scenario(_: GroupCommit) -> None:
        await asyncio.sleep(0)

    on_loop(_with(journal, scribes(SyncedDisk()), scenario))
    assert not list(journal.iterdir())


def test_one_broken_answer_does_not_stop_the_others(
    journal: Path, scan: MakeScan, encoded: Encoded, on_disk: OnDisk, on_loop: OnLoop, scribes: Scribes
) -> None:
    """An exception in one callback leaves the others answered, its scan stored, and the journal at work."""
    answered: list[int] = []

    def answer(number: int) -> None:
        if number == 1:
            raise ConnectionResetError
        answered.append(number)

    async def scenario(commit: GroupCommit) -> None:
        for number in range(4):
            commit.append(encoded(scan(number)), partial(answer, number))
        await _append(commit, encoded(scan(4)))

    on_loop(_with(journal, scribes(SyncedDisk()), scenario))
    assert answered == [0, 2, 3]
    assert on_disk(journal) == [scan(number) for number in range(5)]
