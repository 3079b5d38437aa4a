"""Heavy work off the event loop, so much at once."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class TooMuchWork(Exception):
    """So many wait already that another one would wait too long; nothing was begun."""


class HeavyWork:
    """Runs functions on a few threads; the loads of those that run together come to at most `capacity`.

    What does not fit waits, first come, first served, up to `waiting_max` of them. A load is held until its function
    ends, whether or not its caller is still there. Belongs to one event loop.
    """

    def __init__(self, *, capacity: int, threads: int, waiting_max: int, name: str) -> None:
        self._capacity = capacity
        self._waiting_max = waiting_max
        self._free = capacity
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._threads = ThreadPoolExecutor(threads, name)

    async def run(self, load: int, work: Callable[[], T]) -> T:
        """Do it once there is room; more than the whole capacity counts as all of it.

        Raises:
            TooMuchWork: as many as may wait are waiting.
        """
        load = min(load, self._capacity)
        await self._admitted(load)
        loop = asyncio.get_running_loop()
        running: Future[T] = self._threads.submit(work)
        running.add_done_callback(lambda _: loop.call_soon_threadsafe(self._give_back, load))
        return await asyncio.wrap_future(running)

    def close(self) -> None:
        """Wait for what runs."""
        self._threads.shutdown()

    async def _admitted(self, load: int) -> None:
        if not self._waiting and load <= self._free:
            self._free -= load
            return
        if len(self._waiting) >= self._waiting_max:
            raise TooMuchWork(f"{self._waiting_max} others wait already")
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((load, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back(load)  # it was just let in
            raise

    def _give_back(self, load: int) -> None:
        self._free += load
        while self._waiting and (self._waiting[0][1].done() or self._waiting[0][0] <= self._free):
            wanted, turn = self._waiting.popleft()
            if not turn.done():
                self._free -= wanted
                turn.set_result(None)
