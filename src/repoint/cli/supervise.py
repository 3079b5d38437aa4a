"""Keeps several serving processes running on one listening socket.

The supervisor opens the socket and serves nothing itself. Every worker inherits the socket, so a connection that
comes while one of them is down is taken by another, and none is refused while all of them are. A worker says "ready"
on its standard output, and ends in order when its standard input ends: with the supervisor, however that ended.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable

import structlog

from repoint.cli.options import fail
from repoint.settings import ENV_PREFIX, Settings

BACKOFF_FIRST_S = 0.1
BACKOFF_MAX_S = 10.0
STEADY_S = 30.0  # who ran for this long is started again at once
STOP_WAIT_S = 60.0
READY = b"ready\n"

log = structlog.get_logger(__name__)


def run(settings: Settings, listener: socket.socket, *, workers: int, ready: Callable[[], None]) -> None:
    """Serve with that many workers until SIGTERM or SIGINT; ends the program where one does not start at first."""
    if not asyncio.run(Supervisor(settings, listener, ready).run(workers)):
        fail("a worker did not start; what it said stands above")


class Supervisor:
    """Starts workers, and starts again those that end before they are told to."""

    def __init__(self, settings: Settings, listener: socket.socket, ready: Callable[[], None]) -> None:
        self._environment = {
            **os.environ,
            f"{ENV_PREFIX}HOST": settings.host,
            f"{ENV_PREFIX}PORT": str(settings.port),
            f"{ENV_PREFIX}DATA": str(settings.data.resolve()),
        }
        self._listener = listener
        self._ready = ready
        self._not_ready = 0
        self._has_failed = False
        self._stop = asyncio.Event()
        self._listening = set[asyncio.subprocess.Process]()  # ready and alive: who is not yet, a signal would end
        self._reloads = 0

    async def run(self, workers: int) -> bool:
        """Until a signal; False where a worker ended before all of them were ready once."""
        loop = asyncio.get_running_loop()
        for ending in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(ending, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        self._not_ready = workers
        async with asyncio.TaskGroup() as group:
            for number in range(1, workers + 1):
                group.create_task(self._keep(number, of=workers))
        return not self._has_failed

    def _reload(self) -> None:
        """SIGHUP goes to every worker; one that is only starting gets it once it is ready."""
        self._reloads += 1
        for process in self._listening:
            _hang_up(process)

    async def _keep(self, number: int, *, of: int) -> None:
        backoff_s = 0.0
        while not self._stop.is_set():
            began = time.monotonic()
            status = await self._live(number, of=of)
            if self._stop.is_set():
                return
            if self._not_ready:
                # Not in backoff: whoever started the server waits for its first word.
                self._has_failed = True
                self._stop.set()
                return
            is_steady = time.monotonic() - began >= STEADY_S
            backoff_s = BACKOFF_FIRST_S if is_steady or not backoff_s else min(2 * backoff_s, BACKOFF_MAX_S)
            log.error("worker.ended", worker=number, status=status, again_in_s=backoff_s)
            await self._sleep(backoff_s)

    async def _live(self, number: int, *, of: int) -> int:
        """One life of a worker; gives its exit status."""
        fd, reloads = self._listener.fileno(), self._reloads
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "repoint.cli.serving_worker", str(fd), str(number), str(of)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            pass_fds=(fd,),
            env=self._environment,
            start_new_session=True,  # Ctrl+C reaches the supervisor alone, which tells the others
        )
        ended = asyncio.create_task(process.wait())
        stopped = asyncio.create_task(self._stop.wait())
        heard = asyncio.create_task(self._hear(process, reloads=reloads))
        await asyncio.wait((ended, stopped), return_when=asyncio.FIRST_COMPLETED)
        if not ended.done():
            process.terminate()
            await asyncio.wait((ended,), timeout=STOP_WAIT_S)
        if not ended.done():
            log.error("worker.killed", worker=number)
            process.kill()
        stopped.cancel()
        status = await ended
        await heard
        self._listening.discard(process)
        return status

    async def _hear(self, process: asyncio.subprocess.Process, *, reloads: int) -> None:
        """What a worker says that was started after so many reloads."""
        assert process.stdout is not None
        while line := await process.stdout.readline():
            if line != READY:
                continue
            self._listening.add(process)
            if self._reloads != reloads:
                _hang_up(process)
            if self._not_ready:
                self._not_ready -= 1
                if not self._not_ready:
                    self._ready()

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return


def _hang_up(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has just ended
        process.send_signal(signal.SIGHUP)
