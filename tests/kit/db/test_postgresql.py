"""What PostgreSQL says, and what a use case hears of it."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import insert, select, update

from repoint.kit.clock import utc_now
from repoint.kit.db import Database, DatabaseUnavailable, DriverMissing, Tx, postgresql
from repoint.scans.tables import offsets
from tests.databases import PostgresServer


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    """A database for one test."""
    return postgres.new_url()


@pytest.fixture
def shared(url: str) -> Iterator[Database]:
    """A process's database."""
    made = Database.on_postgresql(url, clock=utc_now)
    yield made
    made.close()


class _Said(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def _put(tx: Tx, name: str) -> None:
    tx.execute(insert(offsets).values(segment=name, stored=0))


@pytest.mark.parametrize("state", ["08006", "53300", "57P01", "57014", "58030", "25006", "55P03"])
def test_outages(state: str) -> None:
    """Lost, full, shut down, cancelled, broken disk, a standby, a lock that was not given."""
    assert postgresql.is_outage(_Said(state))


@pytest.mark.parametrize("state", ["23505", "42601", "22001", "40001"])
def test_what_is_no_outage(state: str) -> None:
    """A constraint, a statement that is wrong, a value too long; a collision is tried again instead."""
    assert not postgresql.is_outage(_Said(state))
    assert postgresql.is_collision(_Said(state)) == (state == "40001")


def test_a_server_that_is_not_there() -> None:
    """Whoever asks hears that the database is not available."""
    away = Database.on_postgresql("postgresql://nobody@127.0.0.1:9/none", clock=utc_now)
    with pytest.raises(DatabaseUnavailable, match="refused"):
        asyncio.run(away.read(lambda tx: tx.execute(select(offsets)).all()))
    away.close()


def test_a_driver_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence says what to install."""

    def missing(*_: Any, **__: Any) -> None:
        raise ModuleNotFoundError("No module named 'psycopg'")

    monkeypatch.setattr(postgresql, "create_engine", missing)
    with pytest.raises(DriverMissing, match=r"pip install --require-hashes -r requirements/postgresql\.txt"):
        postgresql.writer("postgresql://localhost/x")


def test_a_deadlock_is_tried_again(shared: Database) -> None:
    """Two transactions that lock two rows crosswise both happen."""
    for name in "ab":
        shared.write_now(_put, name)
    both = threading.Barrier(2, timeout=20)

    def add(tx: Tx, first: str, second: str) -> None:
        for name in (first, second):
            tx.execute(update(offsets).where(offsets.c.segment == name).values(stored=offsets.c.stored + 1))
            if name == first and not both.broken:
                try:
                    both.wait()
                except threading.BrokenBarrierError:
                    continue
                both.abort()

    threads = [threading.Thread(target=shared.write_now, args=(add, *names)) for names in ("ab", "ba")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shared.read_now(lambda tx: [row.stored for row in tx.execute(select(offsets))]) == [2, 2]


def test_connections_that_were_cut(shared: Database, url: str) -> None:
    """After a restart of the server the first use cases get through: nothing was committed, so they run again."""

    async def story() -> None:
        await asyncio.gather(*(shared.read(lambda tx: tx.connection.exec_driver_sql("SELECT 1")) for _ in range(8)))
        with psycopg.connect(url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid != pg_backend_pid()"
            )
        assert await shared.read(lambda tx: tx.execute(select(offsets)).all()) == []

    asyncio.run(story())
