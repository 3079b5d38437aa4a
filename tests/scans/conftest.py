"""Scans, as journal records and as rows, for the tests of what happens to them."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
import uvloop
from sqlalchemy import select

from repoint.kit.db import Database, Tx
from repoint.scans.backlog import Backlog, Batch
from repoint.scans.journal import MAGIC, NO_VISITOR, SUFFIX, Decoder, Record, Tail, encode, encode_tail, read
from repoint.scans.scribe import SEGMENT_BYTES, Scribe
from repoint.scans.segment import Disk
from repoint.scans.tables import contexts, scans

# 2026-11-20, 10:00 UTC.
START_MS = 1_795_168_800_000

T = TypeVar("T")


def _scan(number: int = 1, *, link: int = 1, at_ms: int = START_MS, visitor: bytes | None = b"somebody") -> Record:
    return Record(link, at_ms, visitor, Tail("DE", "mobile", "iOS", "Instagram", "de", f"n{number}.example"))


def _encoded(record: Record) -> bytes:
    return encode(record.link, record.at_ms, record.visitor or NO_VISITOR, encode_tail(record.tail))


def _on_disk(folder: Path, *, torn_allowed: bool = False) -> list[Record]:
    decoder = Decoder()
    found: list[Record] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        data = path.read_bytes()
        assert data.startswith(MAGIC)
        reading = read(data[len(MAGIC) :], offset=len(MAGIC), is_end=True)
        assert not reading.damage
        assert torn_allowed or not reading.torn
        found += map(decoder.decode, reading.payloads)
    return found


def _segment(folder: Path, name: str, *records: Record) -> Path:
    path = folder / f"{name}{SUFFIX}"
    path.write_bytes(MAGIC + b"".join(map(_encoded, records)))
    return path


@pytest.fixture(scope="session")
def scan() -> Callable[..., Record]:
    """Makes the record of a person's scan; `number` is found again in its referrer."""
    return _scan


@pytest.fixture(scope="session")
def encoded() -> Callable[[Record], bytes]:
    """Writes a record as the journal does."""
    return _encoded


@pytest.fixture(scope="session")
def on_disk() -> Callable[..., list[Record]]:
    """Reads every segment of a folder to its end; none may have damage."""
    return _on_disk


@pytest.fixture(scope="session")
def segment() -> Callable[..., Path]:
    """Makes a closed segment: folder, name without suffix, records."""
    return _segment


@pytest.fixture(scope="session")
def on_loop() -> Callable[[Coroutine[Any, Any, T]], T]:
    """Runs a coroutine on the event loop that the server uses."""

    def run(main: Coroutine[Any, Any, T]) -> T:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(main)

    return run


class ScribeThreads:
    """Launches scribes on threads, on a disk that the test holds in its hand."""

    def __init__(self, disk: Disk, *, segment_bytes: int) -> None:
        self._disk = disk
        self._segment_bytes = segment_bytes
        self.threads: list[threading.Thread] = []

    def __call__(self, connection: socket.socket, folder: Path, session: str) -> None:
        """Start one on its end of a socket."""
        scribe = Scribe(folder, session, self._disk, segment_bytes=self._segment_bytes)
        self.threads.append(threading.Thread(target=_serve, args=(scribe, connection.dup())))
        self.threads[-1].start()


def _serve(scribe: Scribe, connection: socket.socket) -> None:
    with connection:
        scribe.serve(connection)


@pytest.fixture
def scribes() -> Iterator[Callable[..., ScribeThreads]]:
    """Makes launchers of scribes on a given disk; waits for the end of their threads."""
    made: list[ScribeThreads] = []

    def make(disk: Disk, *, segment_bytes: int = SEGMENT_BYTES) -> ScribeThreads:
        made.append(ScribeThreads(disk, segment_bytes=segment_bytes))
        return made[-1]

    yield make
    for threads in made:
        for thread in threads.threads:
            thread.join(20)
            assert not thread.is_alive()


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """An empty journal folder."""
    folder = tmp_path / "journal"
    folder.mkdir()
    return folder


@pytest.fixture
def counted(db: Database) -> Callable[[], list[str]]:
    """The referrers of all stored scans, sorted; doubled ones show."""

    def referrers(tx: Tx) -> list[str]:
        referrer = select(contexts.c.referrer).join_from(scans, contexts, scans.c.context_id == contexts.c.id)
        return sorted(tx.execute(referrer).scalars())

    return lambda: db.read_now(referrers)


def batches_of(backlog: Backlog, stored: Mapping[str, int]) -> list[Batch]:
    """The next stretch of every segment that has one."""
    found = (backlog.next_of(path, stored.get(path.name, 0)) for path in backlog.segments())
    return [batch for batch in found if batch is not None]
