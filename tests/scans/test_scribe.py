"""The journal's process: frames in, acknowledgements out, and nothing lost between when either side is killed."""

import asyncio
import errno
import fcntl
import os
import signal
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from repoint.scans import commit as commit_module
from repoint.scans.commit import GroupCommit, Launch
from repoint.scans.journal import MAGIC, Record, segment_name, session_and_sequence
from repoint.scans.launch import ScribeProcess
from repoint.scans.scribe import ACKNOWLEDGEMENT, FRAME
from repoint.scans.segment import SyncedDisk

WAIT_S = 20.0

Encoded = Callable[[Record], bytes]
MakeScan = Callable[..., Record]
OnDisk = Callable[..., list[Record]]
OnLoop = Callable[[Coroutine[Any, Any, Any]], Any]
Scribes = Callable[..., Launch]


class Refusing(SyncedDisk):
    """Refuses every other batch, the first one too."""

    def __init__(self) -> None:
        self.batches = 0

    def write(self, fd: int, data: bytes) -> int:
        """As `os.write`, or no space."""
        if data != MAGIC:
            self.batches += 1
            if self.batches % 2:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(fd, data)


@contextmanager
def _connected(launch: Launch, folder: Path) -> Iterator[socket.socket]:
    ours, theirs = socket.socketpair()
    with theirs:
        launch(theirs, folder, "session")
    with ours:
        ours.settimeout(WAIT_S)
        assert ours.recv(ACKNOWLEDGEMENT.size, socket.MSG_WAITALL) == bytes(ACKNOWLEDGEMENT.size)  # it reads
        yield ours


def _frame(*records: bytes) -> bytes:
    data = b"".join(records)
    return FRAME.pack(len(data)) + data


def _acknowledged(connection: socket.socket, frames: int) -> list[tuple[int, int, int]]:
    """(errno, sequence, committed) of acknowledgements until so many frames are answered for."""
    found = []
    while frames > 0:
        told, *outcome, took_ns = ACKNOWLEDGEMENT.unpack(connection.recv(ACKNOWLEDGEMENT.size, socket.MSG_WAITALL))
        assert took_ns > 0
        frames -= told
        found.append(tuple(outcome))
    assert frames == 0
    return found


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not is_so():  # noqa: ASYNC110 - figures raise no event
            await asyncio.sleep(0.005)


def test_a_segment_name_says_its_session_and_its_place() -> None:
    """Names are read as they are written, sort in order, and a foreign name is of no session."""
    names = [segment_name("0192", number) for number in (1, 2, 9, 10, 11, 100)]
    assert names == sorted(names)
    assert [session_and_sequence(name) for name in names[:2]] == [("0192", 1), ("0192", 2)]
    assert session_and_sequence("old.scans") == session_and_sequence("a-b.scans") == ("", 0)


def test_frames_are_acknowledged_in_order(
    journal: Path, scan: MakeScan, encoded: Encoded, on_disk: OnDisk, scribes: Scribes
) -> None:
    """Every frame is answered for once, and the offset told is where the segment then ends."""
    scans = [scan(number) for number in range(20)]
    with _connected(scribes(SyncedDisk()), journal) as connection:
        for record in scans:
            connection.sendall(_frame(encoded(record)))
        *_, last = _acknowledged(connection, len(scans))
    (path,) = journal.iterdir()
    assert last == (0, 1, path.stat().st_size)
    assert path.name == segment_name("session", 1)
    assert on_disk(journal) == scans


def test_a_frame_may_come_in_pieces(
    journal: Path, scan: MakeScan, encoded: Encoded, on_disk: OnDisk, scribes: Scribes
) -> None:
    """Wherever the stream is cut, what is written are whole frames; half a frame at the end is dropped."""
    data = _frame(encoded(scan(1)), encoded(scan(2))) + _frame(encoded(scan(3)))
    with _connected(scribes(SyncedDisk()), journal) as connection:
        for place in range(len(data)):
            connection.sendall(data[place : place + 1])
        _acknowledged(connection, 2)
        connection.sendall(data[:50])
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""
    assert on_disk(journal) == [scan(number) for number in (1, 2, 3)]


def test_a_refused_frame_is_told_and_the_next_goes_elsewhere(
    journal: Path, scan: MakeScan, encoded: Encoded, on_disk: OnDisk, scribes: Scribes
) -> None:
    """The errno comes with the segment in question and the offset up to which it counts."""
    with _connected(scribes(Refusing()), journal) as connection:
        told = []
        for number in range(4):
            connection.sendall(_frame(encoded(scan(number))))
            told += _acknowledged(connection, 1)
    size = len(MAGIC) + len(encoded(scan(1)))
    assert told == [(errno.ENOSPC, 1, len(MAGIC)), (0, 2, size), (errno.ENOSPC, 2, size), (0, 3, size)]
    assert on_disk(journal) == [scan(1), scan(3)]


def test_a_missing_folder_is_told(journal: Path, scan: MakeScan, encoded: Encoded, scribes: Scribes) -> None:
    """Where no segment can be begun the scribe says why, and begins one as soon as it can."""
    journal.rmdir()
    with _connected(scribes(SyncedDisk()), journal) as connection:
        connection.sendall(_frame(encoded(scan())))
        assert _acknowledged(connection, 1) == [(errno.ENOENT, 1, 0)]
        journal.mkdir()
        connection.sendall(_frame(encoded(scan())))
        assert [told[:2] for told in _acknowledged(connection, 1)] == [(0, 2)]


def test_what_was_handed_over_is_written_when_the_server_is_gone(
    journal: Path, scan: MakeScan, encoded: Encoded, on_disk: OnDisk, tmp_path: Path
) -> None:
    """The process writes all that stands in its socket, unmoved by signals, and holds the lock until it is through."""
    scans = [scan(number) for number in range(1000)]
    lock_path = tmp_path / "lock"
    with lock_path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        launch = ScribeProcess("fsync", inherited=[lock.fileno()])
        with _connected(launch, journal) as connection:
            assert launch._process is not None
            connection.sendall(_frame(encoded(scans[0])))
            _acknowledged(connection, 1)  # it is up: its signals are set
            for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                launch._process.send_signal(ending)
            for record in scans[1:]:
                connection.sendall(_frame(encoded(record)))
            # Acknowledgements are left unread, as a killed server leaves them.
    with lock_path.open("r") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # waits for the scribe
        assert on_disk(journal) == scans
    launch.wait()
    assert launch._process is None


def test_a_killed_scribe_loses_and_doubles_nothing(
    journal: Path,
    scan: MakeScan,
    encoded: Encoded,
    on_disk: OnDisk,
    on_loop: OnLoop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whenever the journal's process is killed under load, another takes over and every scan is stored once."""
    monkeypatch.setattr(commit_module, "RETRY_AFTER_S", 0.02)
    scans = [scan(number) for number in range(3000)]
    answered: list[int] = []
    launch = ScribeProcess("fsync", inherited=[])

    async def load() -> GroupCommit:
        commit = GroupCommit(journal, launch)
        await commit.start()
        for number, record in enumerate(scans):
            commit.append(encoded(record), lambda number=number: answered.append(number))  # type: ignore[misc]
            if number % 5 == 0:
                await asyncio.sleep(0.0005)
            if number % 900 == 0:
                await _until(lambda known=number: commit.stats.appended > known)  # type: ignore[misc]
            if number % 900 == 400:
                assert launch._process is not None
                launch._process.kill()
        await _until(lambda: commit.stats.appended == len(scans))
        await commit.close()
        return commit

    commit = on_loop(load())
    launch.wait()
    assert sorted(answered) == list(range(len(scans)))
    assert (commit.stats.lost, commit.stats.held) == (0, 0)
    found = on_disk(journal, torn_allowed=True)
    assert sorted(record.tail.referrer for record in found) == sorted(record.tail.referrer for record in scans)
    assert len(list(journal.iterdir())) == 4  # three were killed


def test_a_scribe_that_cannot_be_started_again_is_tried_again(
    journal: Path,
    scan: MakeScan,
    encoded: Encoded,
    on_disk: OnDisk,
    on_loop: OnLoop,
    scribes: Scribes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While no process can be started scans are answered and held; they are stored by the first one that can."""
    monkeypatch.setattr(commit_module, "RETRY_AFTER_S", 0.02)
    working = scribes(SyncedDisk())
    launches: list[str] = []

    def launch(connection: socket.socket, folder: Path, session: str) -> None:
        launches.append(session)
        match len(launches):
            case 1:
                connection.sendall(bytes(ACKNOWLEDGEMENT.size))  # it reads, and then it is gone
            case 2 | 3:
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            case _:
                working(connection, folder, session)

    async def load() -> GroupCommit:
        commit = GroupCommit(journal, launch)
        await commit.start()
        for number in range(10):
            answered = asyncio.Event()
            commit.append(encoded(scan(number)), answered.set)
            await asyncio.wait_for(answered.wait(), WAIT_S)
        await _until(lambda: commit.stats.appended == 10)
        assert commit.stats.last_error is None
        await commit.close()
        return commit

    commit = on_loop(load())
    assert on_disk(journal) == [scan(number) for number in range(10)]
    assert len(set(launches)) == len(launches) == 4
    assert commit.stats.lost == 0


def test_the_journal_starts_once_its_process_reads(
    journal: Path, scan: MakeScan, encoded: Encoded, on_disk: OnDisk, on_loop: OnLoop, scribes: Scribes
) -> None:
    """However long the process takes to come up, the first scan waits for the disk and not for the bound."""
    working = scribes(SyncedDisk())
    late: list[threading.Timer] = []

    def launch(connection: socket.socket, folder: Path, session: str) -> None:
        theirs = connection.dup()

        def begin() -> None:
            with theirs:
                working(theirs, folder, session)

        late.append(threading.Timer(0.15, begin))
        late[0].start()

    async def scan_at_once() -> GroupCommit:
        commit = GroupCommit(journal, launch)
        await commit.start()
        answered = asyncio.Event()
        commit.append(encoded(scan()), answered.set)
        await asyncio.wait_for(answered.wait(), WAIT_S)
        assert on_disk(journal) == [scan()]
        await commit.close()
        return commit

    assert on_loop(scan_at_once()).stats.answered_late == 0
    late[0].join()
