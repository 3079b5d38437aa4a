"""Group commit: scans reach the journal together, with a bounded wait.

Runs on the event loop and never blocks it. What comes in one turn of the loop is one batch and goes to the scribe as
one frame; the scribe writes what it finds waiting, syncs once, and acknowledges. The slower the disk, the more
batches share a sync.
"""

import asyncio
import contextlib
import os
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import structlog
from prometheus_client import Histogram

from repoint.kit.clock import to_ms, utc_now
from repoint.kit.ids import IdSource
from repoint.scans.journal import MAGIC, segment_name, session_and_sequence
from repoint.scans.scribe import ACKNOWLEDGEMENT, FRAME

WAIT_MAX_S = 0.05
UNSAFE_BYTES_MAX = 8 * 1024 * 1024
RETRY_AFTER_S = 1.0
START_WAIT_S = 5.0
CLOSE_WAIT_S = 10.0
TELL_LOSS_EVERY_S = 5.0
_BUCKETS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0)

log = structlog.get_logger(__name__)

Written = Callable[[], None]
Launch = Callable[[socket.socket, Path, str], None]


@dataclass(slots=True)
class Batch:
    """Records that go to the scribe together, and who waits for them."""

    began: float
    records: list[bytes] = field(default_factory=list)
    waiting: list[Written] = field(default_factory=list)
    size: int = 0
    timer: asyncio.TimerHandle | None = None


class CommitStats:
    """What the journal did, for metrics and the health page; counts are of scans."""

    def __init__(self) -> None:
        self.appended = 0
        self.answered_late = 0
        self.held = 0
        self.lost = 0
        self.last_error: str | None = None
        self.sync_seconds = Histogram(
            "repoint_journal_sync_seconds", "Write and fdatasync of one batch.", registry=None, buckets=_BUCKETS
        )
        self.commit_seconds = Histogram(
            "repoint_journal_commit_seconds",
            "From a batch's first scan to its acknowledgement by the disk.",
            registry=None,
            buckets=_BUCKETS,
        )


class GroupCommit(asyncio.Protocol):
    """The journal's writing end.

    `launch` starts a scribe on its end of a socket; it is called again where a scribe is lost.
    """

    def __init__(self, folder: Path, launch: Launch) -> None:
        self.stats = CommitStats()
        self._folder = folder
        self._launch = launch
        self._ids = IdSource()
        self._session = ""
        self._sequence = 0
        self._committed = 0
        self._cut_short: dict[str, int] = {}
        self._gathering: Batch | None = None
        self._in_flight: deque[Batch] = deque()
        self._held: list[bytes] = []
        self._unsafe_bytes = 0
        self._transport: asyncio.WriteTransport | None = None
        self._received = b""
        self._is_closing = False
        self._loss_told_at = -TELL_LOSS_EVERY_S
        self._loss_told = 0
        self._restart: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._settled = asyncio.Event()

    async def start(self) -> None:
        """Launch the scribe and wait until it reads; belongs to the event loop that appends.

        Without the wait the first scans would be answered before they are on the disk.
        """
        self._loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        session = self._ids.new(to_ms(utc_now())).hex
        # Known before the scribe makes its first segment: a reader that meets one must see that it is being written.
        self._session, self._sequence, self._committed = session, 0, 0
        with contextlib.ExitStack() as on_failure, theirs:
            on_failure.callback(ours.close)
            self._launch(theirs, self._folder, session)
            on_failure.pop_all()
        ours.setblocking(False)  # noqa: FBT003 - as the standard library has it
        await self._loop.create_unix_connection(lambda: self, sock=ours)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ready.wait(), START_WAIT_S)

    def append(self, record: bytes, written: Written) -> None:
        """Add a record; `written` runs once it is on the disk, or after `WAIT_MAX_S` whatever the disk does."""
        batch = self._gathering
        if batch is None:
            batch = self._gathering = Batch(time.perf_counter())
            # Not at once: what arrives in the same turn of the loop goes together.
            self._loop.call_soon(self._send)
        batch.records.append(record)
        batch.waiting.append(written)

    def is_open(self, path: Path) -> bool:
        """Whether the segment may still grow; an open one must not be removed."""
        session, sequence = session_and_sequence(path.name)
        return session == self._session and sequence >= self._sequence

    def readable_end(self, path: Path) -> int | None:
        """Up to which offset a segment may be read; None where all of it may, because nobody writes it any more."""
        session, sequence = session_and_sequence(path.name)
        if session != self._session or sequence < self._sequence:
            return self._cut_short.get(path.name)
        return self._committed if sequence == self._sequence else 0

    async def close(self) -> None:
        """Store what is left and let the scribe go; counts as lost what the disk did not take in `CLOSE_WAIT_S`."""
        self._is_closing = True
        self._send()
        self._retry()
        self._settle()
        try:
            await asyncio.wait_for(self._settled.wait(), CLOSE_WAIT_S)
        except TimeoutError:
            log.error("journal.close_timed_out")  # noqa: TRY400 - the trace tells nothing
        if self._restart is not None:
            self._restart.cancel()
        for batch in self._in_flight:
            self._give_up(batch.records)
        held, self._held = self._held, []
        self._give_up(held)
        self._tell_loss()
        if self._transport is not None:
            self._transport.close()
        if not self._in_flight:
            # Everything handed over is on the disk, so no segment of this session grows any more.
            self._session = ""

    def _send(self) -> None:
        batch, self._gathering = self._gathering, None
        if batch is None:
            return
        data = b"".join(batch.records)
        batch.size = len(data)
        if self._unsafe_bytes + batch.size > UNSAFE_BYTES_MAX:
            self._give_up(batch.records)
            self._answer(batch)
        elif self._transport is None or self._held:
            self._hold(batch.records)
            self._answer(batch)
        else:
            self._unsafe_bytes += batch.size
            self._in_flight.append(batch)
            batch.timer = self._loop.call_later(WAIT_MAX_S, self._stop_waiting, batch)
            self._transport.write(FRAME.pack(batch.size) + data)

    # What the socket calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The scribe is there."""
        self._transport = cast("asyncio.WriteTransport", transport)
        self._retry()

    def data_received(self, data: bytes) -> None:
        """Acknowledgements."""
        self._received += data
        whole = len(self._received) // ACKNOWLEDGEMENT.size * ACKNOWLEDGEMENT.size
        for frames, errno, sequence, committed, took_ns in ACKNOWLEDGEMENT.iter_unpack(self._received[:whole]):
            if not frames:
                self._ready.set()
                continue
            self.stats.sync_seconds.observe(took_ns / 1e9)
            self._acknowledged([self._in_flight.popleft() for _ in range(frames)], errno, sequence, committed)
        self._received = self._received[whole:]

    def connection_lost(self, exc: Exception | None) -> None:
        """The scribe is gone: keep what it had not written, and launch another."""
        self._transport = None
        self._received = b""
        if self._is_closing:
            return
        self._restart = self._loop.create_task(self._launch_again())
        log.error("journal.scribe_lost", error=str(exc), in_flight=len(self._in_flight))
        self.stats.last_error = "the process that writes the journal has ended"
        batches, self._in_flight = list(self._in_flight), deque()
        records = [record for batch in batches for record in batch.records]
        self._unsafe_bytes -= sum(batch.size for batch in batches)
        # Who waits is answered by the timers: a server that is killed together with its scribe answers nothing more.
        self._hold(self._not_written(records))

    async def _launch_again(self) -> None:
        while True:
            await asyncio.sleep(RETRY_AFTER_S)
            try:
                return await self.start()
            except OSError as error:
                self.stats.last_error = f"the process that writes the journal cannot be started: {error.strerror}"
                log.error("journal.launch_failed", error=str(error))  # noqa: TRY400 - the trace tells nothing

    def _acknowledged(self, batches: list[Batch], errno: int, sequence: int, committed: int) -> None:
        self._unsafe_bytes -= sum(batch.size for batch in batches)
        if errno == 0:
            self._sequence, self._committed = sequence, committed
            self.stats.last_error = None
            self.stats.appended += sum(len(batch.records) for batch in batches)
        else:
            # Bytes that failed may still stand in the segment; they are stored again elsewhere, not read here.
            if committed:
                self._cut_short[segment_name(self._session, sequence)] = committed
            self._sequence, self._committed = sequence + 1, 0
            self._postpone(batches, os.strerror(errno))
        for batch in batches:
            self._answer(batch)
        self._settle()

    def _postpone(self, batches: list[Batch], error: str) -> None:
        if self.stats.last_error is None:
            log.error("journal.write_failed", error=error, folder=str(self._folder))
        self.stats.last_error = error
        if not self._held:
            self._loop.call_later(RETRY_AFTER_S, self._retry)
        for batch in batches:
            self._hold(batch.records)

    def _not_written(self, records: list[bytes]) -> list[bytes]:
        """Those that a lost scribe did not write; it wrote in order, and what stands in its segments is counted."""
        written = 0
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                session, sequence = session_and_sequence(path.name)
                if session == self._session and sequence >= self._sequence:
                    known = self._committed if sequence == self._sequence else 0
                    written += max(0, path.stat().st_size - max(known, len(MAGIC)))
        for count, record in enumerate(records):
            written -= len(record)
            if written < 0:
                self.stats.appended += count
                return records[count:]
        self.stats.appended += len(records)
        return []

    def _retry(self) -> None:
        """Hand over what was held."""
        if self._held and self._transport is not None:
            records, self._held = self._held, []
            self._unsafe_bytes -= sum(map(len, records))
            self.stats.held = 0
            self._gathering, gathering = Batch(time.perf_counter(), records), self._gathering
            self._send()
            self._gathering = gathering

    def _hold(self, records: list[bytes]) -> None:
        """Keep records in memory until the disk takes them again; give up what is more than the bound."""
        kept = 0
        for record in records:
            if self._unsafe_bytes + len(record) > UNSAFE_BYTES_MAX:
                break
            self._unsafe_bytes += len(record)
            kept += 1
        self._held += records[:kept]
        self.stats.held = len(self._held)
        self._give_up(records[kept:])

    def _give_up(self, records: list[bytes]) -> None:
        self.stats.lost += len(records)
        if records and time.monotonic() - self._loss_told_at > TELL_LOSS_EVERY_S:
            self._tell_loss()

    def _tell_loss(self) -> None:
        if self.stats.lost > self._loss_told:
            self._loss_told, self._loss_told_at = self.stats.lost, time.monotonic()
            log.error("journal.scans_lost", lost_in_all=self.stats.lost)

    def _settle(self) -> None:
        if self._is_closing and not self._in_flight and not self._gathering:
            self._settled.set()

    def _stop_waiting(self, batch: Batch) -> None:
        self.stats.answered_late += len(batch.waiting)
        batch.timer = None
        self._release(batch)

    def _answer(self, batch: Batch) -> None:
        if batch.timer is not None:
            batch.timer.cancel()
        self.stats.commit_seconds.observe(time.perf_counter() - batch.began)
        self._release(batch)

    def _release(self, batch: Batch) -> None:
        waiting, batch.waiting = batch.waiting, []
        for written in waiting:
            try:
                written()
            except Exception:
                # One broken connection must not keep the others waiting.
                log.exception("journal.answer_failed")
