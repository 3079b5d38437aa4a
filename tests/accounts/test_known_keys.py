"""A key that was recognised is looked up again when it may have changed, and never long after."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from repoint.accounts import key_ring, keys, known_keys, organisations, tokens
from repoint.accounts.actor import Actor, Scope
from repoint.accounts.known_keys import KNOWN_US, KnownKeys
from repoint.kit.clock import SteadyClock, utc_now
from repoint.kit.db import Database, Tx
from tests.databases import PostgresServer

WAIT_S = 20.0


class _Elapsing:
    """Nanoseconds that stand until they are moved."""

    def __init__(self) -> None:
        self.us = 1_000_000_000

    def __call__(self) -> int:
        return self.us * 1_000


class Asked:
    """Known keys, and how often the database was asked for one."""

    def __init__(self, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        self.elapsing = _Elapsing()
        self.known = KnownKeys(db, clock=SteadyClock(self.elapsing, self.elapsing))
        self.meanwhile: Callable[[], object] = bool
        recognise = keys.recognise

        def noting(tx: Tx, token: str) -> Actor | None:
            self.times += 1
            found = recognise(tx, token)
            self.meanwhile()
            return found

        monkeypatch.setattr(keys, "recognise", noting)

    def __call__(self, *written: str) -> list[Actor | None]:
        """Whose keys these are, asked one after the other."""

        async def ask() -> list[Actor | None]:
            return [await self.known.recognise(token) for token in written]

        return asyncio.run(ask())


@pytest.fixture
def asked(db: Database, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Knows nothing yet."""
    return Asked(db, monkeypatch)


@pytest.fixture
def made(db: Database, actor: Actor) -> tuple[str, str]:
    """A key: its id and its token."""
    key, token = db.write_now(keys.create, actor.org, label="till", scope=Scope.WRITE)
    return key.public_id, token


def test_half_a_second(asked: Asked, made: tuple[str, str]) -> None:
    """Within it the database is asked once, and then again; it is never put off by being asked."""
    first, *others = asked(*[made[1]] * 5)
    assert first is not None
    assert others == [first] * 4
    assert asked.times == 1
    asked.elapsing.us += KNOWN_US - 1
    asked(made[1])
    assert asked.times == 1
    asked.elapsing.us += 1
    asked(made[1])
    assert asked.times == 2


def test_a_clock_that_is_set_back(asked: Asked, made: tuple[str, str]) -> None:
    """What was recognised in the future is looked up."""
    asked(made[1])
    asked.elapsing.us -= KNOWN_US * 1_000
    asked(made[1])
    assert asked.times == 2


def test_wrong_tokens_are_not_remembered(db: Database, actor: Actor, asked: Asked) -> None:
    """A key works as soon as it is made, whoever asked with its token before."""
    token = keys.new_token()
    assert asked(token, token) == [None, None]
    assert asked.times == 2
    key, _ = db.write_now(keys.create, actor.org, label="till", scope=Scope.READ)
    db.write_now(keys.store, actor.org, key, {"token_sha256": tokens.sha256(token)})
    assert asked(token) != [None]


@pytest.mark.parametrize(
    ("change", "named", "after"),
    [
        (key_ring.revoke_key, {}, None),
        (key_ring.rotate_key, {"overlap_hours": 0}, None),
        (key_ring.change_key, {"values": {"scope": Scope.READ}}, Scope.READ),
    ],
)
def test_a_change_is_known_at_once(
    db: Database, actor: Actor, asked: Asked, made: tuple[str, str], change: Any, named: dict[str, Any], after: Any
) -> None:
    """With the next request a revoked or rotated key works no longer, and a changed one as it was changed."""
    asked(made[1])
    db.write_now(change, actor, made[0], expected=None, **named)
    (found,) = asked(made[1])
    assert (found and found.scope) == after


def test_a_change_that_is_undone(db: Database, actor: Actor, asked: Asked, made: tuple[str, str]) -> None:
    """What was not committed is nothing to hear of."""

    def revoke_and_fail(tx: Tx) -> None:
        keys.revoke(tx, actor.org, made[0])
        raise RuntimeError

    asked(made[1])
    with pytest.raises(RuntimeError):
        db.write_now(revoke_and_fail)
    assert asked(made[1]) != [None]
    assert asked.times == 1


def test_a_change_while_it_is_looked_up(db: Database, actor: Actor, asked: Asked, made: tuple[str, str]) -> None:
    """Revoked after the database was read and before the answer came: answered, and not remembered."""
    asked.meanwhile = lambda: db.write_now(keys.revoke, actor.org, made[0])
    assert asked(made[1]) != [None]
    asked.meanwhile = bool
    assert asked(made[1]) == [None]


def test_no_more_than_so_many(
    db: Database, actor: Actor, asked: Asked, made: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no room for another one all are forgotten, and looked up."""
    monkeypatch.setattr(known_keys, "REMEMBERED_MAX", 2)
    others = [db.write_now(keys.create, actor.org, label="x", scope=Scope.READ)[1] for _ in range(2)]
    asked(made[1], *others)
    assert len(asked.known._known) == 1
    assert None not in asked(made[1], *others)


def test_a_change_by_another_process(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is revoked elsewhere works no longer once that is heard of, though no time has passed here."""
    url = postgres.new_url()
    here, there = (Database.on_postgresql(url, clock=utc_now) for _ in range(2))
    org = there.write_now(organisations.found, "Acme").id
    key, token = there.write_now(keys.create, org, label="till", scope=Scope.READ)

    async def until_heard() -> None:
        async with here.following(), asyncio.timeout(WAIT_S):
            asked = Asked(here, monkeypatch)
            assert await asked.known.recognise(token) is not None
            await there.write(keys.revoke, org, key.public_id)
            while await asked.known.recognise(token) is not None:
                assert asked.times == 1
                await asyncio.sleep(0.01)

    asyncio.run(until_heard())
    here.close()
    there.close()
