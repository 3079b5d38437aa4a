"""Follows what other processes announce, on a connection of its own.

A thread that sleeps in the driver: NOTIFY wakes it, and without one it looks every `POLL_S`. The same connection
holds the leader's lock, and the leader removes old changes.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import closing
from typing import Any

import structlog
from sqlalchemy import Engine

from repoint.kit.db.changes import CHANNEL, Snapshot, read_since, remove_older, take_snapshot
from repoint.kit.db.feed import Feed
from repoint.kit.db.postgresql import lock_number

POLL_S = 0.5
RETRY_S = 0.25
GAP_MAX_S = 5.0  # a process that heard nothing for longer trusts nothing it remembers
START_WAIT_S = 15.0
KEPT_S = 600.0
CLEAN_EVERY_S = 60.0

log = structlog.get_logger(__name__)


class Follower:
    """Reads changes from `start` to `stop` and passes them to a feed on the event loop."""

    def __init__(self, engine: Engine, feed: Feed) -> None:
        self.is_leader = False
        self._engine = engine
        self._feed = feed
        self._last: Snapshot | None = None
        self._read_at = 0.0
        self._kept: deque[tuple[float, Snapshot]] = deque()
        self._ready: asyncio.Event
        self._loop: asyncio.AbstractEventLoop
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    async def start(self) -> None:
        """Begin; comes back once every later change will be heard of, or after `START_WAIT_S` without a database."""
        self._loop = asyncio.get_running_loop()
        self._ready = asyncio.Event()
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="db-follow", daemon=True)
        self._thread.start()
        try:
            await asyncio.wait_for(self._ready.wait(), START_WAIT_S)
        except TimeoutError:
            # It goes on trying; whatever is remembered until then is dropped at its first success.
            log.error("changes.not_followed")  # noqa: TRY400 - the trace tells nothing

    async def stop(self) -> None:
        """End; waits for the thread, which looks up every `POLL_S`."""
        self._stopping.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        from psycopg import Error
        from sqlalchemy.exc import SQLAlchemyError

        while not self._stopping.is_set():
            try:
                with closing(self._connect()) as connection:
                    self._follow(connection)
            except (Error, SQLAlchemyError) as error:
                log.warning("changes.connection_lost", error=str(error))
            except Exception:
                log.exception("changes.failed")  # a bug; without this thread old links would be served for ever
            self.is_leader = False
            if not self._stopping.is_set():
                self._stopping.wait(RETRY_S)

    def _connect(self) -> Any:
        """A connection with the settings of the engine's own, out of the pool's count."""
        pooled = self._engine.raw_connection()
        connection = pooled.driver_connection
        pooled.detach()
        assert connection is not None
        connection.autocommit = True
        return connection

    def _follow(self, connection: Any) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        while not self._stopping.is_set():
            self._read(connection)
            self._lead(connection)
            for _ in connection.notifies(timeout=POLL_S, stop_after=1):
                pass

    def _read(self, connection: Any) -> None:
        now = time.monotonic()
        if self._last is None:
            self._last = take_snapshot(connection)
            # Whoever loads anything from here on sees what was committed before.
            self._tell(self._feed.tell_missed)
        else:
            following, found = read_since(connection, self._last)
            if now - self._read_at > GAP_MAX_S or following.xmax < self._last.xmax:
                # Too long, or another server with another past: a standby that took over.
                log.warning("changes.missed")
                self._tell(self._feed.tell_missed)
            for change in found:
                self._tell(self._feed.tell, *change)
            self._last = following
        self._read_at = now
        if not self._ready.is_set():
            self._tell(self._ready.set)

    def _tell(self, what: Callable[..., None], *arguments: str) -> None:
        self._loop.call_soon_threadsafe(what, *arguments)

    def _lead(self, connection: Any) -> None:
        if not self.is_leader:
            number = lock_number("leader")
            self.is_leader = connection.execute("SELECT pg_try_advisory_lock(%s)", (number,)).fetchone()[0]
            self._kept.clear()
        elif self._last is not None and (not self._kept or self._read_at - self._kept[-1][0] >= CLEAN_EVERY_S):
            self._kept.append((self._read_at, self._last))
            while self._kept and self._read_at - self._kept[0][0] >= KEPT_S:
                remove_older(connection, self._kept.popleft()[1])
