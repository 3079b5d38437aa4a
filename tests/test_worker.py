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


def test_a_loop_that_meets_a_bug_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is missing for a moment and not until the next start; one that is done with its work is not begun again."""
    monkeypatch.setattr(worker, "AFTER_ERROR_S", 0.0)
    begun = 0

    async def loop(_: Services) -> None:
        nonlocal begun
        begun += 1
        if begun < 3:
            raise ValueError("a bug")

    asyncio.run(worker._keep_up(loop, cast("Services", SimpleNamespace())))
    assert begun == 3
