"""Keys are held against their windows, across restarts and processes."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import pytest

from repoint.accounts.actor import Actor
from repoint.kit.clock import SteadyClock
from repoint.kit.db import Database, DatabaseUnavailable, postgresql
from repoint.kit.errors import NotInPlan, TooMany
from repoint.plans import catalogue, request_counts, subscriptions
from repoint.plans.limits import Limits
from repoint.plans.plan import Ability, Plan, Window
from tests.plans.conftest import OnPlan, put

DAY_NS = 86_400 * 10**9
WAIT_S = 10.0
HOLDERS = postgresql.WRITERS


class _Ns:
    ns = 1_795_168_800 * 10**9  # 2026-11-20, 10:00 UTC

    def __call__(self) -> int:
        return self.ns


@dataclass
class Asked:
    """A process' limits, and how a request fares with them."""

    limits: Limits

    async def times(self, number: int, actor: Actor, **own: Any) -> int:
        """How many of so many requests pass."""
        passed = 0
        for _ in range(number):
            try:
                await self.limits.admit(actor, **own)
                passed += 1
            except TooMany:
                pass
        return passed


@pytest.fixture
def time_ns() -> _Ns:
    """A clock that stands."""
    return _Ns()


@pytest.fixture
def process(db: Database, time_ns: _Ns) -> Callable[[], Asked]:
    """Makes what each serving process has."""
    return lambda: Asked(Limits(db, clock=SteadyClock(time_ns, time_ns)))


def _run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def test_a_restart_refills_neither_day_nor_month(process: Callable[[], Asked], on_plan: OnPlan) -> None:
    """What was told to the database before the end counts after it."""
    actor = on_plan(windows={Window.DAY: 5, Window.MONTH: 100})

    async def story() -> None:
        first = process()
        assert await first.times(3, actor) == 3
        assert await first.limits.flush() == 2
        assert await first.limits.flush() == 0
        again = process()
        assert await again.times(9, actor) == 2
        standings = {each.window: each.remaining for each in await again.limits.standings(actor)}
        assert standings == {Window.DAY: 0, Window.MONTH: 95}

    _run(story())


def test_a_flush_that_is_cancelled_is_told_once(process: Callable[[], Asked], actor: Actor, db: Database) -> None:
    """A server that stops cancels whoever flushes, and flushes a last time: nothing counts twice."""
    may_go_on = threading.Event()

    async def story() -> None:
        asked = process()
        assert await asked.times(3, actor) == 3
        holding = [asyncio.create_task(db.write(lambda _: may_go_on.wait(WAIT_S))) for _ in range(HOLDERS)]
        await asyncio.sleep(0)
        flushing = asyncio.create_task(asked.limits.flush())
        await asyncio.sleep(0.05)
        flushing.cancel()
        last = asyncio.create_task(asked.limits.flush())
        await asyncio.sleep(0.05)
        may_go_on.set()
        assert await last == 0
        await asyncio.gather(*holding)
        assert await db.read(request_counts.of_org, actor.org, month="2026-11") == 3

    _run(story())


def test_processes_learn_of_each_other(process: Callable[[], Asked], on_plan: OnPlan) -> None:
    """Two processes add up in the database, and each knows the sum after its own next flush."""
    actor = on_plan(windows={Window.DAY: 10})

    async def story() -> None:
        one, two = process(), process()
        assert await one.times(4, actor) == 4
        assert await two.times(4, actor) == 4
        await one.limits.flush()
        await two.limits.flush()
        assert await two.times(9, actor) == 2
        assert await one.times(1, actor) == 1  # it has not heard of these two yet
        await two.limits.flush()
        await one.limits.flush()
        assert await one.times(9, actor) == 0

    _run(story())


def test_the_next_day_is_a_new_one(process: Callable[[], Asked], on_plan: OnPlan, time_ns: _Ns) -> None:
    """At midnight UTC the day is whole again, and the month is not."""
    actor = on_plan(windows={Window.DAY: 2, Window.MONTH: 3})

    async def story() -> None:
        asked = process()
        assert await asked.times(5, actor) == 2
        await asked.limits.flush()
        time_ns.ns += DAY_NS
        assert await asked.times(5, actor) == 1
        await asked.limits.flush()
        await asked.limits.forget_days()
        time_ns.ns += 10 * DAY_NS
        assert await asked.times(5, actor) == 2  # December

    _run(story())


def test_keys_have_windows_of_their_own(process: Callable[[], Asked], on_plan: OnPlan) -> None:
    """Another key of the organisation begins at 0; a key's own limit holds beside the plan's, the smaller wins."""
    actor = on_plan(windows={Window.MINUTE: 4})
    other = Actor(actor.org, "key_other", actor.scope)

    async def story() -> None:
        asked = process()
        assert await asked.times(9, actor) == 4
        assert await asked.times(9, other, per_minute=2) == 2
        assert await asked.times(9, Actor(actor.org, "key_third", actor.scope), per_minute=50) == 4

    _run(story())


def test_an_unlimited_plan_counts_and_refuses_nothing(process: Callable[[], Asked], actor: Actor, db: Database) -> None:
    """Without windows every request passes and says nothing of limits; the month's sum is kept all the same."""

    async def story() -> None:
        asked = process()
        assert not await asked.limits.admit(actor)
        assert await asked.times(99, actor) == 99
        await asked.limits.flush()
        assert await db.read(request_counts.of_org, actor.org, month="2026-11") == 100

    _run(story())


def test_a_plan_without_an_api(process: Callable[[], Asked], on_plan: OnPlan) -> None:
    """A key of such a plan is refused, and none of it is counted; who needs no API is let through."""
    actor = on_plan(lacks=frozenset({Ability.API}))

    async def story() -> None:
        asked = process()
        with pytest.raises(NotInPlan):
            await asked.limits.admit(actor)
        assert await asked.limits.flush() == 0
        await asked.limits.admit(actor, needs_api=False)
        assert await asked.limits.flush() == 1

    _run(story())


def test_another_plan_holds_within_a_second(
    process: Callable[[], Asked], on_plan: OnPlan, db: Database, time_ns: _Ns
) -> None:
    """A plan that was changed is noticed by every process a second later at the latest."""
    actor = on_plan(windows={Window.DAY: 1})
    put(Plan("large", windows={Window.DAY: 3}))

    async def story() -> None:
        asked = process()
        assert await asked.times(2, actor) == 1
        await db.write(subscriptions.subscribe, actor.org, catalogue.find("large"), ends_at=None, who="cli")
        time_ns.ns += 10**9
        assert await asked.times(9, actor) == 2

    _run(story())


def test_a_database_that_is_away_loses_no_count(
    process: Callable[[], Asked], on_plan: OnPlan, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be told is told the next time; requests go on meanwhile."""
    actor = on_plan(windows={Window.DAY: 5})

    async def story() -> None:
        asked = process()
        await asked.times(2, actor)
        with monkeypatch.context() as away:

            def fail(*_: object) -> None:
                raise DatabaseUnavailable("away")

            away.setattr(request_counts, "add", fail)
            with pytest.raises(DatabaseUnavailable):
                await asked.limits.flush()
            assert await asked.times(1, actor) == 1
        await asked.limits.flush()
        assert await db.read(request_counts.of_org, actor.org, month="2026-11") == 3
        assert await process().times(9, actor) == 2

    _run(story())


def test_who_is_idle_is_forgotten(process: Callable[[], Asked], on_plan: OnPlan, time_ns: _Ns) -> None:
    """A key that has not asked for minutes takes no memory, and finds its counts again."""
    actor = on_plan(windows={Window.DAY: 5})

    async def story() -> None:
        asked = process()
        await asked.times(2, actor)
        await asked.limits.flush()
        time_ns.ns += 600 * 10**9
        await asked.limits.flush()
        assert asked.limits._tallies == {}
        assert asked.limits._entitled == {}
        assert await asked.times(9, actor) == 3

    _run(story())


def test_many_at_once(process: Callable[[], Asked], on_plan: OnPlan) -> None:
    """Of requests that all wait for the stored counts, no more pass than fit."""
    actor = on_plan(windows={Window.DAY: 5})

    async def story() -> None:
        asked = process()
        assert sum(await asyncio.gather(*(asked.times(1, actor) for _ in range(20)))) == 5

    _run(story())
