"""No change is missed, in whatever order transactions commit."""

import asyncio
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from repoint.kit.clock import utc_now
from repoint.kit.db import Database, Tx, follow
from repoint.kit.db.changes import CHANNEL, Snapshot, read_since, remove_older, take_snapshot
from repoint.kit.db.follow import Follower
from tests.databases import PostgresServer

WAIT_S = 20.0


@pytest.fixture(scope="module")
def url(postgres: PostgresServer) -> str:
    """A database for these tests."""
    return postgres.new_url()


@pytest.fixture
def shared(url: str) -> Iterator[Database]:
    """A process that writes."""
    made = Database.on_postgresql(url, clock=utc_now)
    yield made
    made.close()


@pytest.fixture
def reader(url: str) -> Iterator[Any]:
    """The connection of a process that reads changes."""
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        yield connection


@pytest.fixture
def begin(url: str) -> Iterator[Callable[[str], Any]]:
    """Opens a transaction that announces a change, and leaves it open."""
    opened = []

    def announce(key: str) -> Any:
        connection = psycopg.connect(url)
        opened.append(connection)
        connection.execute(
            "INSERT INTO changes (tx, topic, key, at) VALUES (pg_current_xact_id()::text::bigint, 't', %s, 0)", (key,)
        )
        return connection

    yield announce
    for connection in opened:
        connection.close()


def _announce(tx: Tx, *keys: str) -> None:
    for key in keys:
        tx.announce("t", key)


def test_a_snapshot_as_postgresql_writes_it() -> None:
    """With and without running transactions."""
    assert Snapshot.parse("10:20:10,14,15") == Snapshot(10, 20, (10, 14, 15))
    assert Snapshot.parse("10:10:") == Snapshot(10, 10, ())


def test_commits_in_the_other_order(reader: Any, begin: Callable[[str], Any]) -> None:
    """The later transaction commits first and is read; the earlier one, committed after that, is read as well."""
    start = take_snapshot(reader)
    first, second = begin("first"), begin("second")
    after_nothing, found = read_since(reader, start)
    assert found == []
    second.commit()
    after_second, found = read_since(reader, after_nothing)
    assert found == [("t", "second")]
    assert read_since(reader, after_second)[1] == []
    first.commit()
    after_first, found = read_since(reader, after_second)
    assert found == [("t", "first")]
    assert read_since(reader, after_first)[1] == []


def test_a_rollback_announces_nothing(reader: Any, begin: Callable[[str], Any], shared: Database) -> None:
    """Neither of a transaction that failed, nor of one that is still open."""
    start = take_snapshot(reader)
    begin("open")
    begin("rolled back").rollback()

    def fail(tx: Tx) -> None:
        _announce(tx, "failed")
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - our own
        shared.write_now(fail)
    assert read_since(reader, start)[1] == []


def test_one_transaction_announces_each_thing_once(reader: Any, shared: Database) -> None:
    """Many changes of one thing are one change; the order is that of the announcements."""
    start = take_snapshot(reader)
    shared.write_now(_announce, "b", "a", "b")
    assert read_since(reader, start)[1] == [("t", "b"), ("t", "a")]


def test_old_changes_are_removed_and_open_ones_stay(reader: Any, begin: Callable[[str], Any]) -> None:
    """What everybody could see at the mark goes; what was still open then stays until it is read."""
    start = take_snapshot(reader)
    begin("old").commit()
    late = begin("late")
    open_since = late.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()[0]
    deadline = time.monotonic() + WAIT_S
    while (mark := take_snapshot(reader)).xmin < open_since:  # others use this server too
        assert time.monotonic() < deadline
    late.commit()
    remove_older(reader, mark)
    assert read_since(reader, start)[1] == [("t", "late")]


def test_many_writers_at_once(reader: Any, shared: Database) -> None:
    """Eight writers whose transactions overlap at random; a reader that polls all the time hears of each once."""
    heard: list[str] = []
    over = threading.Event()
    last = take_snapshot(reader)
    chance = random.Random(4)
    pauses = [[chance.uniform(0, 0.01) for _ in range(40)] for _ in range(8)]

    def slowly(tx: Tx, key: str, pause_s: float) -> None:
        tx.announce("t", key)
        tx.connection.exec_driver_sql("SELECT pg_current_xact_id()")
        time.sleep(pause_s)

    def write(number: int) -> None:
        for step, pause_s in enumerate(pauses[number]):
            shared.write_now(slowly, f"{number}/{step}", pause_s)

    def poll() -> None:
        nonlocal last
        is_last = False
        while not is_last:
            is_last = over.is_set()
            last, found = read_since(reader, last)
            heard.extend(key for _, key in found)

    polling = threading.Thread(target=poll)
    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in (polling, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    polling.join()
    assert sorted(heard) == sorted(f"{number}/{step}" for number in range(8) for step in range(40))


class Ears:
    """What a listener heard."""

    def __init__(self, db: Database) -> None:
        self.heard: list[str] = []
        self.missed = 0
        db.feed.listen("t", changed=self.heard.append, missed=self._miss)

    def _miss(self) -> None:
        self.missed += 1

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something to be heard."""
        async with asyncio.timeout(WAIT_S):
            while not is_so():  # noqa: ASYNC110 - what is heard raises no event
                await asyncio.sleep(0.005)


def test_another_process_hears_of_a_change(shared: Database, url: str) -> None:
    """Within a second; and the process that made it hears of it before its caller goes on."""
    other = Database.on_postgresql(url, clock=utc_now)
    here, there = Ears(shared), Ears(other)

    async def story() -> float:
        async with other.following():
            began = time.monotonic()
            await shared.write(_announce, "a")
            assert here.heard == ["a"]
            await there.until(lambda: there.heard == ["a"])
            return time.monotonic() - began

    assert asyncio.run(story()) < 1.0
    other.close()


def test_without_notifications(shared: Database, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing wakes it, as behind a pooler, a process finds changes by looking."""
    monkeypatch.setattr(follow, "CHANNEL", f"not_{CHANNEL}")
    monkeypatch.setattr(follow, "POLL_S", 0.1)
    other = Database.on_postgresql(url, clock=utc_now)
    there = Ears(other)

    async def story() -> None:
        async with other.following():
            await shared.write(_announce, "a")
            await there.until(lambda: there.heard == ["a"])

    asyncio.run(story())
    other.close()


@pytest.mark.parametrize("gap_max_s", [0.0, 100.0], ids=["long", "short"])
def test_a_lost_connection(
    shared: Database, url: str, reader: Any, monkeypatch: pytest.MonkeyPatch, gap_max_s: float
) -> None:
    """What changed meanwhile is heard afterwards; after a long loss nothing that is remembered is trusted any more."""
    monkeypatch.setattr(follow, "RETRY_S", 0.3)
    other = Database.on_postgresql(url, clock=utc_now, application="follower")
    there = Ears(other)

    async def story() -> None:
        async with other.following():
            await there.until(lambda: there.missed == 1)
            monkeypatch.setattr(follow, "GAP_MAX_S", gap_max_s)
            reader.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'follower'")
            shared.write_now(_announce, "meanwhile")
            await there.until(lambda: there.heard == ["meanwhile"])

    asyncio.run(story())
    assert (there.missed > 1) == (gap_max_s == 0.0)
    other.close()


def test_one_process_leads(url: str) -> None:
    """Never two at once; when the leader ends, another one takes over."""
    first, second = (Database.on_postgresql(url, clock=utc_now) for _ in range(2))

    async def story() -> None:
        async with second.following():
            async with first.following():
                pass
            ears = Ears(second)
            await ears.until(lambda: second.is_leader)
            async with first.following():
                await asyncio.sleep(0.7)
                assert (first.is_leader, second.is_leader) == (False, True)

    asyncio.run(story())
    assert not second.is_leader
    first.close()
    second.close()


def test_the_leader_removes_old_changes(shared: Database, reader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows do not gather."""
    for name in ("KEPT_S", "CLEAN_EVERY_S"):
        monkeypatch.setattr(follow, name, 0.0)
    monkeypatch.setattr(follow, "POLL_S", 0.05)

    async def story() -> None:
        async with shared.following():
            await shared.write(_announce, "old")
            await Ears(shared).until(lambda: reader.execute("SELECT count(*) FROM changes").fetchone() == (0,))

    asyncio.run(story())


def test_a_follower_without_a_database(monkeypatch: pytest.MonkeyPatch, shared: Database) -> None:
    """The server starts all the same; it goes on trying, and ends when it is told to."""
    monkeypatch.setattr(follow, "START_WAIT_S", 0.1)
    away = Database.on_postgresql("postgresql://nobody@127.0.0.1:9/none", clock=utc_now)
    follower = Follower(away.engine, shared.feed)

    async def story() -> None:
        await follower.start()
        await follower.stop()

    asyncio.run(story())
    assert not follower.is_leader
    away.close()
