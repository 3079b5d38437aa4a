"""Group commit on a disk that fails: phones are answered, scans are held, losses are counted, nothing is doubled."""

import asyncio
import errno
import os
import subprocess
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from repoint.scans import commit as commit_module
from repoint.scans.backlog import Backlog
from repoint.scans.commit import GroupCommit, Launch
from repoint.scans.journal import Record
from repoint.scans.segment import SyncedDisk
from tests.scans.conftest import batches_of

RETRY_S = 0.05
WAIT_S = 10.0
TMPFS_KIB = 64

Encoded = Callable[[Record], bytes]
MakeScan = Callable[..., Record]
OnDisk = Callable[[Path], list[Record]]
OnLoop = Callable[[Coroutine[Any, Any, Any]], Any]
Scribes = Callable[..., Launch]
Scenario = Callable[[GroupCommit], Coroutine[Any, Any, None]]


class Small(SyncedDisk):
    """Has room for so many bytes; the write that does not fit is taken in part."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, fd: int, data: bytes) -> int:
        """As `os.write` on a disk that fills up."""
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = super().write(fd, data[: self.room])
        self.room -= written
        return written


class Ailing(SyncedDisk):
    """Writes all, and raises instead of syncing while it has errors left."""

    def __init__(self) -> None:
        self.errors: list[OSError] = []

    def sync(self, fd: int) -> None:
        """As `os.fdatasync`, on a disk that may be failing."""
        if self.errors:
            raise self.errors.pop()
        super().sync(fd)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit_module, "RETRY_AFTER_S", RETRY_S)


async def _with(folder: Path, launch: Launch, scenario: Scenario) -> GroupCommit:
    journal = GroupCommit(folder, launch)
    await journal.start()
    try:
        await scenario(journal)
    finally:
        await journal.close()
    return journal


async def _append(journal: GroupCommit, *records: bytes) -> None:
    """Append, and wait for every answer."""
    loop = asyncio.get_running_loop()
    answers = [loop.create_future() for _ in records]
    for record, answered in zip(records, answers, strict=True):
        journal.append(record, lambda answered=answered: answered.set_result(None))  # type: ignore[misc]
    async with asyncio.timeout(WAIT_S):
        await asyncio.gather(*answers)


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not is_so():  # noqa: ASYNC110 - figures raise no event
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("spare", [0, 1, 7, 40, 100])
def test_scans_on_a_full_disk_are_held_and_stored_when_there_is_room(
    journal: Path, scan: MakeScan, encoded: Encoded, on_disk: OnDisk, on_loop: OnLoop, scribes: Scribes, spare: int
) -> None:
    """Wherever in a batch the disk is full: all are answered, and stored once, by themselves, when there is room."""
    scans = [scan(number) for number in range(100, 140)]
    pieces = [encoded(record) for record in scans]
    disk = Small(8 + len(b"".join(pieces[:10])) + spare)

    async def scenario(commit: GroupCommit) -> None:
        await _append(commit, *pieces[:10])
        await _append(commit, *pieces[10:20])
        assert commit.stats.last_error is not None
        await _append(commit, *pieces[20:])
        assert (commit.stats.appended, commit.stats.held) == (10, 30)
        disk.room = 10**6
        # Nothing else comes: the journal must think of it itself.
        await _until(lambda: commit.stats.held == 0)

    commit = on_loop(_with(journal, scribes(disk), scenario))
    assert on_disk(journal) == scans
    assert (commit.stats.appended, commit.stats.lost, commit.stats.last_error) == (40, 0, None)


def test_more_than_can_be_held_is_counted_as_lost_and_reported(
    journal: Path,
    scan: MakeScan,
    encoded: Encoded,
    on_disk: OnDisk,
    on_loop: OnLoop,
    scribes: Scribes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Memory is bounded: what does not fit is lost, and its number is in the figures and in the log."""
    scans = [scan(number) for number in range(100, 130)]
    pieces = [encoded(record) for record in scans]
    monkeypatch.setattr(commit_module, "UNSAFE_BYTES_MAX", 12 * len(pieces[0]))
    disk = Small(0)

    async def scenario(commit: GroupCommit) -> None:
        for first in range(0, 30, 3):
            await _append(commit, *pieces[first : first + 3])
        assert (commit.stats.held, commit.stats.lost) == (12, 18)
        disk.room = 10**6

    with capture_logs() as logs:
        commit = on_loop(_with(journal, scribes(disk), scenario))
    assert on_disk(journal) == scans[:12]
    assert (commit.stats.appended, commit.stats.lost) == (12, 18)
    assert [line["lost_in_all"] for line in logs if line["event"] == "journal.scans_lost"][-1:] == [18]
    assert [line["event"] for line in logs].count("journal.write_failed") == 1


def test_what_a_full_disk_refuses_until_the_end_is_counted_as_lost(
    journal: Path, scan: MakeScan, encoded: Encoded, on_loop: OnLoop, scribes: Scribes
) -> None:
    """Closing tries once more, then tells how many scans are gone."""

    async def scenario(commit: GroupCommit) -> None:
        await _append(commit, *(encoded(scan(number)) for number in range(7)))
        assert commit.stats.lost == 0

    with capture_logs() as logs:
        commit = on_loop(_with(journal, scribes(Small(20)), scenario))
    assert (commit.stats.appended, commit.stats.lost) == (0, 7)
    assert [line["lost_in_all"] for line in logs if line["event"] == "journal.scans_lost"] == [7]


@pytest.mark.parametrize("times", [1, 3])
def test_a_failed_sync_doubles_nothing(
    journal: Path, scan: MakeScan, encoded: Encoded, on_disk: OnDisk, on_loop: OnLoop, scribes: Scribes, times: int
) -> None:
    """Bytes that were written but not synced are cut off, and stored once more: each scan stands there once."""
    scans = [scan(number) for number in range(30)]
    pieces = [encoded(record) for record in scans]
    disk = Ailing()

    async def scenario(commit: GroupCommit) -> None:
        await _append(commit, *pieces[:10])
        disk.errors = [OSError(errno.EIO, "EIO")] * times
        await _append(commit, *pieces[10:20])
        await _append(commit, *pieces[20:])
        await _until(lambda: commit.stats.appended == len(scans))

    commit = on_loop(_with(journal, scribes(disk), scenario))
    assert on_disk(journal) == scans
    assert (commit.stats.held, commit.stats.lost, commit.stats.last_error) == (0, 0, None)


def test_what_cannot_even_be_cut_off_is_not_read(
    journal: Path,
    scan: MakeScan,
    encoded: Encoded,
    on_loop: OnLoop,
    scribes: Scribes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the failed bytes stay in the file, the reader stops before them; it finds every scan once."""
    scans = [scan(number) for number in range(20)]
    pieces = [encoded(record) for record in scans]
    disk = Ailing()
    found: list[Record] = []

    def refuse(*_: object) -> None:
        raise OSError(errno.EIO, "EIO")

    async def scenario(commit: GroupCommit) -> None:
        await _append(commit, *pieces[:10])
        monkeypatch.setattr(os, "ftruncate", refuse)
        disk.errors = [OSError(errno.EIO, "EIO")]
        await _append(commit, *pieces[10:])
        await _until(lambda: commit.stats.appended == 20)
        batches = list(batches_of(Backlog(journal, commit), {}))
        found.extend(record for batch in batches for record in batch.records)
        assert [batch.is_last for batch in batches] == [True, False]

    on_loop(_with(journal, scribes(disk), scenario))
    assert found == scans


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A real file system of a few kilobytes."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={TMPFS_KIB}k", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, check=False, capture_output=True, timeout=10)
    except FileNotFoundError:
        pytest.skip("there is no mount command")
    if mounted.returncode:
        pytest.skip("mounting a small file system is not permitted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True, timeout=10)  # noqa: S607


def test_a_really_full_file_system(
    tiny: Path, scan: MakeScan, encoded: Encoded, on_disk: OnDisk, on_loop: OnLoop, scribes: Scribes
) -> None:
    """As above, with a file system of 64 KiB: all are answered, none is lost, none is doubled."""
    scans = [scan(number, link=number) for number in range(500)]
    filler = tiny / "filler"

    async def scenario(commit: GroupCommit) -> None:
        filler.write_bytes(bytes(TMPFS_KIB * 1024 - 3 * 4096))
        for first in range(0, 500, 100):
            await _append(commit, *map(encoded, scans[first : first + 100]))
        assert "No space left" in (commit.stats.last_error or "")
        assert commit.stats.held + commit.stats.appended == 500
        filler.unlink()
        await _until(lambda: commit.stats.held == 0)

    commit = on_loop(_with(tiny, scribes(SyncedDisk()), scenario))
    assert on_disk(tiny) == scans
    assert (commit.stats.appended, commit.stats.lost) == (500, 0)
