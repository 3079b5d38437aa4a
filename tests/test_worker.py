"""The loops beside the requests."""

import asyncio
import contextlib
from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import func, select

from repoint import worker
from repoint.accounts import kept_answers
from repoint.accounts.actor import Actor
from repoint.kit.db import Database, Tx
from repoint.services import Services
from tests.conftest import FakeClock

LOOKS, BETWEEN_LOOKS_S = 1_000, 0.02


def test_old_answers_are_forgotten(db: Database, actor: Actor, clock: FakeClock) -> None:
    """The loop removes all whose day is over, several steps' worth of them, and no other."""

    def some(tx: Tx, name: str, how_many: int) -> None:
        for number in range(how_many):
            kept_answers.claim(tx, actor.org, key=f"{name}-{number}", fingerprint=bytes(32))

    def left(tx: Tx) -> int:
        return int(tx.execute(select(func.count()).select_from(kept_answers.kept_answers)).scalar_one())

    db.write_now(some, "old", worker.FORGOTTEN_AT_ONCE * 2 + 1)
    clock.forward(kept_answers.KEPT_FOR + timedelta(seconds=1))
    db.write_now(some, "young", 3)

    async def run() -> None:
        loop = asyncio.create_task(worker.forget_answers(cast("Services", SimpleNamespace(db=db))))
        for _ in range(LOOKS):
            if await db.read(left) == 3:
                break
            await asyncio.sleep(BETWEEN_LOOKS_S)
        loop.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await loop

    asyncio.run(run())
    assert db.read_now(left) == 3


def test_jobs_go_on_after_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong beside a job, the loop tries again; else no job would be done until the next start."""
    taken: list[int] = []

    class Runner:
        def __init__(self, *_: object) -> None: ...

        def resume(self) -> None: ...

        async def stop(self) -> None: ...

        async def take(self) -> None:
            taken.append(len(taken))
            if len(taken) == 1:
                raise RuntimeError

    monkeypatch.setattr(worker, "JobRunner", Runner)
    monkeypatch.setattr(worker, "AFTER_ERROR_S", 0)

    async def run() -> None:
        services = SimpleNamespace(db=None, data=None, drawing=None, space=None)
        loop = asyncio.create_task(worker.run_jobs(cast("Services", services)))
        for _ in range(LOOKS):
            if len(taken) > 1:
                break
            await asyncio.sleep(BETWEEN_LOOKS_S)
        loop.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await loop

    asyncio.run(run())
    assert len(taken) > 1
