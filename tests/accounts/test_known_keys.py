"""A key that was recognised a moment ago is known without the database, and never longer than it may be."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from repoint.accounts import key_ring, keys
from repoint.accounts.actor import Actor, Scope
from repoint.accounts.key_ring import NewKey
from repoint.accounts.known_keys import KNOWN_US, KnownKeys
from repoint.kit.clock import SteadyClock
from repoint.kit.db import Database


@dataclass
class _Time:
    """A steady clock that is moved by hand."""

    now_us: int = 1_000_000_000

    def __call__(self) -> int:
        return self.now_us


@dataclass
class Asking:
    """Somebody who shows a key, and how often that took the database."""

    db: Database
    known: KnownKeys
    time: _Time
    key: keys.Key
    token: str
    asked: int = 0

    async def recognised(self) -> bool:
        """Whether the key works."""
        return await self.known.recognise(self.token) is not None


@pytest.fixture
def asking(db: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> Asking:
    """A key of the actor's organisation."""
    key, token = db.write_now(key_ring.make_key, actor, NewKey("asks", Scope.READ))
    time = _Time()
    known = KnownKeys(db, clock=_steady(time))
    made = Asking(db, known, time, key, token)
    recognise = keys.recognise

    def counted(*arguments: Any) -> Actor | None:
        made.asked += 1
        return recognise(*arguments)

    monkeypatch.setattr(keys, "recognise", counted)
    return made


def _steady(time: _Time) -> SteadyClock:
    return SteadyClock(lambda: time.now_us * 1_000, lambda: time.now_us * 1_000)


def _run(story: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await story()

    asyncio.run(run())


def test_it_is_looked_up_once_in_a_while(asking: Asking) -> None:
    """Within half a second the database is not asked again; after it, it is, and after a jump back too."""

    async def story() -> None:
        for _ in range(3):
            assert await asking.recognised()
        asking.time.now_us += KNOWN_US - 1
        assert await asking.recognised()
        assert asking.asked == 1
        asking.time.now_us += 1
        assert await asking.recognised()
        assert asking.asked == 2
        asking.time.now_us -= 3_600_000_000
        assert await asking.recognised()
        assert asking.asked == 3

    _run(story)


def test_another_token_is_another_key(asking: Asking) -> None:
    """What is known of one says nothing of another, and an unknown one is looked up each time."""

    async def story() -> None:
        assert await asking.recognised()
        for _ in range(2):
            assert await asking.known.recognise(keys.new_token()) is None
        assert asking.asked == 3

    _run(story)


def test_a_revoked_key_stops_with_the_answer_that_says_so(asking: Asking, actor: Actor) -> None:
    """Nobody who was told that a key is revoked finds it working."""

    async def story() -> None:
        assert await asking.recognised()
        await asking.db.write(key_ring.revoke_key, actor, asking.key.public_id, expected=None)
        assert not await asking.recognised()

    _run(story)


def test_a_change_that_was_missed_is_not_trusted(asking: Asking, actor: Actor) -> None:
    """Where announcements may be lost, every key is looked up anew."""

    async def story() -> None:
        assert await asking.recognised()
        asking.db.write_now(keys.revoke, actor.org, asking.key.public_id)  # as another process would
        asking.db.feed.tell_missed()
        assert not await asking.recognised()

    _run(story)


def test_a_key_that_is_revoked_while_it_is_looked_up(
    asking: Asking, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look-up saw the key as it was before; its answer is given once and not remembered."""
    recognise, db = keys.recognise, asking.db

    async def story() -> None:
        loop = asyncio.get_running_loop()

        def slowly(*arguments: Any) -> Actor | None:
            found = recognise(*arguments)
            monkeypatch.setattr(keys, "recognise", recognise)
            revoking = db.write(key_ring.revoke_key, actor, asking.key.public_id, expected=None)
            asyncio.run_coroutine_threadsafe(revoking, loop).result()
            return found

        monkeypatch.setattr(keys, "recognise", slowly)
        assert await asking.recognised()
        assert not await asking.recognised()

    _run(story)
