"""Group commit: many scans share one fdatasync, with a bounded wait.

Everything here runs on the event loop but `_store`, which a thread of its own runs, one batch at a time. While one
batch is on its way to the disk the next one gathers, so the slower the disk, the larger the batches.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

import structlog
from prometheus_client import Histogram

from repoint.kit.clock import to_ms, utc_now
from repoint.kit.ids import IdSource
from repoint.scans.journal import SUFFIX
from repoint.scans.segment import Disk, Segment

WAIT_MAX_S = 0.05
SEGMENT_BYTES = 32 * 1024 * 1024
HELD_BYTES_MAX = 8 * 1024 * 1024
RETRY_AFTER_S = 1.0
_BUCKETS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0)

log = structlog.get_logger(__name__)

Written = Callable[[], None]


@dataclass(slots=True)
class Batch:
    """Records that reach the disk together, and who waits for them."""

    began: float
    records: list[bytes] = field(default_factory=list)
    waiting: list[Written] = field(default_factory=list)
    timer: asyncio.TimerHandle | None = None


class CommitStats:
    """What the journal did, for metrics and the health page; counts are of scans."""

    def __init__(self) -> None:
        self.appended = 0
        self.answered_late = 0
        self.held = 0
        self.lost = 0
        self.last_error: str | None = None
        self.wait_seconds = Histogram(
            "repoint_journal_append_seconds",
            "From a batch's first scan to its answer.",
            registry=None,
            buckets=_BUCKETS,
        )
        self.sync_seconds = Histogram(
            "repoint_journal_sync_seconds", "Write and fdatasync of one batch.", registry=None, buckets=_BUCKETS
        )


class GroupCommit:
    """The journal's writing end; `start` and `close` belong to the event loop that appends."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.stats = CommitStats()
        self._folder = folder
        self._disk = disk
        self._ids = IdSource()
        self._segment: Segment | None = None
        self._open_path: Path | None = None
        self._cut_short: dict[Path, int] = {}
        self._gathering: Batch | None = None
        self._storing: Batch | None = None
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._retry_at = 0.0
        self._queue: SimpleQueue[Batch | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._idle = asyncio.Event()

    def start(self) -> None:
        """Take the running loop and begin."""
        self._loop = asyncio.get_running_loop()
        self._idle.set()
        self._thread.start()

    def append(self, record: bytes, written: Written) -> None:
        """Add a record; `written` runs once it is on the disk, or after `WAIT_MAX_S` whatever the disk does."""
        batch = self._gathering
        if batch is None:
            batch = self._gathering = Batch(time.perf_counter())
            batch.timer = self._loop.call_later(WAIT_MAX_S, self._stop_waiting, batch)
            if self._storing is None:
                # Not at once: what arrives in the same turn of the loop shares the sync.
                self._loop.call_soon(self._hand_over)
        batch.records.append(record)
        batch.waiting.append(written)

    def readable_end(self, path: Path) -> int | None:
        """Up to which offset a segment may be read; None where all of it may, because nobody writes it any more."""
        segment = self._segment
        if path == self._open_path:
            return segment.committed if segment is not None else 0
        return self._cut_short.get(path)

    def is_open(self, path: Path) -> bool:
        """Whether the segment may still grow; an open one must not be removed."""
        return path == self._open_path

    async def close(self) -> None:
        """Store what is left and stop; counts as lost what the disk would not take."""
        self._retry_at = 0.0
        if self._gathering is None and self._held:
            self._gathering = Batch(time.perf_counter())
        self._hand_over()
        await self._idle.wait()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        self._give_up(self._held)
        if self._segment is not None:
            self._segment.close()

    def _hand_over(self) -> None:
        batch = self._gathering
        if batch is None or self._storing is not None:
            return
        self._gathering = None
        if self._retry_at > time.monotonic():
            self._hold(batch.records)
            self._answer(batch)
            return
        if self._held:
            batch.records, self._held, self._held_bytes = self._held + batch.records, [], 0
        self._storing = batch
        self._idle.clear()
        self._queue.put(batch)

    def _run(self) -> None:
        while (batch := self._queue.get()) is not None:
            began = time.perf_counter()
            error: OSError | None = None
            try:
                self._store(b"".join(batch.records))
            except OSError as failure:
                error = failure
            self.stats.sync_seconds.observe(time.perf_counter() - began)
            self._loop.call_soon_threadsafe(self._stored, batch, error)

    def _store(self, data: bytes) -> None:
        segment = self._segment or self._begin_segment()
        try:
            segment.append(data)
        except OSError:
            # Bytes that failed may still stand in the file; they are stored again elsewhere and must not be read here.
            self._cut_short[segment.path] = segment.committed
            self._segment = self._open_path = None
            if segment.abandon():
                del self._cut_short[segment.path]
            raise
        if segment.committed >= SEGMENT_BYTES:
            segment.close()
            self._segment = self._open_path = None

    def _begin_segment(self) -> Segment:
        path = self._folder / f"{self._ids.new(to_ms(utc_now())).hex}{SUFFIX}"
        # Known as open before it exists: a reader that meets it must not take it for one that nobody writes.
        self._open_path = path
        try:
            self._segment = Segment(path, self._disk)
        except OSError:
            self._open_path = None
            raise
        return self._segment

    def _stored(self, batch: Batch, error: OSError | None) -> None:
        self._storing = None
        if error is None:
            self.stats.appended += len(batch.records)
            self.stats.held = 0
            self.stats.last_error = None
        else:
            self._postpone(batch, error)
        if self._gathering is not None:
            self._hand_over()
        if self._storing is None:
            self._idle.set()
        self._answer(batch)

    def _postpone(self, batch: Batch, error: OSError) -> None:
        if self.stats.last_error is None:
            log.error("journal.write_failed", error=str(error), folder=str(self._folder))
        self.stats.last_error = str(error)
        self._retry_at = time.monotonic() + RETRY_AFTER_S
        self._loop.call_later(RETRY_AFTER_S, self._retry)
        self._hold(batch.records)

    def _retry(self) -> None:
        if self._held and self._gathering is None:
            self._gathering = Batch(time.perf_counter())
        self._hand_over()

    def _hold(self, records: list[bytes]) -> None:
        """Keep records in memory until the disk takes them again; give up what is more than the bound."""
        room = HELD_BYTES_MAX - self._held_bytes
        kept = 0
        for record in records:
            if len(record) > room:
                break
            room -= len(record)
            kept += 1
        self._held += records[:kept]
        self._held_bytes = HELD_BYTES_MAX - room
        self.stats.held = len(self._held)
        self._give_up(records[kept:])

    def _give_up(self, records: list[bytes]) -> None:
        if records:
            self.stats.lost += len(records)
            log.error("journal.scans_lost", scans=len(records), lost_in_all=self.stats.lost)

    def _stop_waiting(self, batch: Batch) -> None:
        self.stats.answered_late += len(batch.waiting)
        if batch is self._gathering:
            batch.timer = self._loop.call_later(WAIT_MAX_S, self._stop_waiting, batch)
        else:
            batch.timer = None
        self._release(batch)

    def _answer(self, batch: Batch) -> None:
        if batch.timer is not None:
            batch.timer.cancel()
        self.stats.wait_seconds.observe(time.perf_counter() - batch.began)
        self._release(batch)

    def _release(self, batch: Batch) -> None:
        waiting, batch.waiting = batch.waiting, []
        for written in waiting:
            try:
                written()
            except Exception:
                # One broken connection must not keep the others waiting.
                log.exception("journal.answer_failed")
