"""Heavy work: so much at once, first come, first served."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from repoint.kit.heavy import HeavyWork, TooMuchWork


def _run(scene: Callable[[HeavyWork], Coroutine[Any, Any, None]], *, capacity: int = 10, threads: int = 4) -> None:
    async def play() -> None:
        work = HeavyWork(capacity=capacity, threads=threads, waiting_max=100, name="test")
        await scene(work)
        work.close()

    asyncio.run(play())


def test_it_runs_on_a_thread_and_gives_the_result() -> None:
    """The event loop's thread does none of it; what is raised reaches the caller."""

    async def scene(work: HeavyWork) -> None:
        assert await work.run(1, threading.get_ident) != threading.get_ident()
        with pytest.raises(ZeroDivisionError):
            await work.run(1, lambda: 1 // 0)
        assert await work.run(10, lambda: "still there") == "still there"

    _run(scene)


def test_no_more_than_the_capacity_at_once() -> None:
    """The loads that run together never come to more than the capacity; one that is larger runs alone."""
    lock, running, most = threading.Lock(), [0], [0]

    def loaded(load: int) -> Callable[[], None]:
        def job() -> None:
            with lock:
                running[0] += load
                most[0] = max(most[0], running[0])
            time.sleep(0.01)
            with lock:
                running[0] -= load

        return job

    async def scene(work: HeavyWork) -> None:
        loads = [3, 3, 3, 3, 10, 1, 1, 10, 4, 6, 5, 10, 2]
        await asyncio.gather(*(work.run(load, loaded(load)) for load in loads))
        assert await work.run(1_000, lambda: "alone") == "alone"

    _run(scene, threads=8)
    assert 7 <= most[0] <= 10


def test_nobody_is_overtaken() -> None:
    """Small work behind large work waits for its turn, so the large one is not starved."""
    order: list[str] = []

    async def scene(work: HeavyWork) -> None:
        gate = threading.Event()
        first = asyncio.create_task(work.run(5, gate.wait))
        await asyncio.sleep(0)
        large = asyncio.create_task(work.run(10, lambda: order.append("large")))
        await asyncio.sleep(0)
        small = asyncio.create_task(work.run(1, lambda: order.append("small")))
        await asyncio.sleep(0.02)
        assert order == []
        gate.set()
        await asyncio.gather(first, large, small)

    _run(scene)
    assert order == ["large", "small"]


def test_a_caller_that_leaves_takes_nothing_along() -> None:
    """A caller that leaves while waiting is skipped; the load of one that leaves while it runs is held to the end."""

    async def scene(work: HeavyWork) -> None:
        gate = threading.Event()
        running = asyncio.create_task(work.run(10, gate.wait))
        await asyncio.sleep(0.02)
        waiting = asyncio.create_task(work.run(10, lambda: None))
        await asyncio.sleep(0)
        for task in (waiting, running):
            task.cancel()
        await asyncio.gather(waiting, running, return_exceptions=True)
        late = asyncio.create_task(work.run(1, lambda: "in"))
        await asyncio.sleep(0.02)
        assert not late.done()
        gate.set()
        assert await late == "in"
        assert await work.run(10, lambda: "all of it") == "all of it"

    _run(scene)


def test_no_more_than_so_many_wait() -> None:
    """Whoever would stand behind as many as may wait is told at once; those who wait are served."""
    begin = threading.Event()

    async def scene(work: HeavyWork) -> None:
        first = asyncio.create_task(work.run(10, begin.wait))
        waiting = [asyncio.create_task(work.run(1, lambda: "served")) for _ in range(100)]
        await asyncio.sleep(0)
        with pytest.raises(TooMuchWork, match="100"):
            await work.run(1, lambda: "too many")
        begin.set()
        assert await first
        assert set(await asyncio.gather(*waiting)) == {"served"}
        assert await work.run(1, lambda: "again") == "again"

    _run(scene)
