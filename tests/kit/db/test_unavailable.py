"""A database that cannot work says so, and has done nothing."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from repoint.kit.db import Database, DatabaseUnavailable, Tx, migrate, sqlite
from repoint.scans.tables import offsets
from tests.conftest import FakeClock

PATIENCE_S = 10


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database of these tests is."""
    return tmp_path / "repoint.sqlite3"


@pytest.fixture
def hasty(path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database that waits for a lock for 50 ms only."""
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.05)
    database = Database.on_sqlite(path, clock=clock)
    migrate.upgrade(database.engine)
    yield database
    database.close()


def _put(tx: Tx, name: str) -> None:
    tx.execute(insert(offsets).values(segment=name, stored=0))


def _names(tx: Tx) -> list[str]:
    return [row.segment for row in tx.execute(select(offsets.c.segment))]


def test_a_locked_database_refuses_writes_and_goes_on_reading(hasty: Database, path: Path) -> None:
    """Another process holds the lock: a write is refused, a read is answered, and later everything works again."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable, match="locked"):
            asyncio.run(hasty.write(_put, "a"))
        with pytest.raises(DatabaseUnavailable, match="locked"):
            hasty.write_now(_put, "a")
        assert hasty.read_now(_names) == []
        other.execute("ROLLBACK")
    hasty.write_now(_put, "a")
    assert hasty.read_now(_names) == ["a"]


def test_two_processes_do_not_lose_updates(
    hasty: Database, path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two writers that read before they write wait for each other: every update counts."""
    rounds = 25

    def increase(tx: Tx) -> None:
        stored = tx.execute(select(offsets.c.stored)).scalar_one()
        tx.execute(text("UPDATE journal_offsets SET stored = :now"), {"now": stored + 1})

    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 30)
    other = Database.on_sqlite(path, clock=clock)
    hasty.write_now(_put, "a")
    failed = list[Exception]()

    def work(database: Database) -> None:
        try:
            for done in range(rounds):
                while True:
                    try:
                        database.write_now(increase)
                    except DatabaseUnavailable:
                        assert database is hasty, f"the patient writer gave up after {done}"
                    else:
                        break
        except Exception as error:  # noqa: BLE001 - told to the test
            failed.append(error)

    threads = [threading.Thread(target=work, args=(database,)) for database in (hasty, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert failed == []
    assert hasty.read_now(lambda tx: tx.execute(select(offsets.c.stored)).scalar_one()) == 2 * rounds


def _fill(tx: Tx) -> None:
    for number in range(2_000):
        _put(tx, f"{number:060}")


def _fill_in_a_savepoint(tx: Tx) -> None:
    with tx.savepoint():
        _fill(tx)


@pytest.fixture
def nearly_full(hasty: Database) -> Database:
    """A database with room for a few rows."""
    hasty.write_now(_put, "a")
    pages = hasty.write_now(lambda tx: int(tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one()))
    hasty.write_now(lambda tx: tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}").scalar_one())
    return hasty


def test_a_full_disk(nearly_full: Database) -> None:
    """A write that finds no room is refused as a whole; smaller ones go on."""
    with pytest.raises(DatabaseUnavailable, match="full"):
        nearly_full.write_now(_fill)
    assert nearly_full.read_now(_names) == ["a"]
    nearly_full.write_now(_put, "b")


@pytest.mark.parametrize("fill", [_fill, _fill_in_a_savepoint])
def test_a_full_disk_and_others_in_the_same_transaction(nearly_full: Database, fill: Callable[[Tx], None]) -> None:
    """SQLite undoes the whole transaction by itself; those that shared it happen all the same, and once."""
    may_go_on = threading.Event()

    async def story() -> list[object]:
        holding = asyncio.create_task(nearly_full.write(lambda _: may_go_on.wait(PATIENCE_S)))
        waiting = [asyncio.create_task(nearly_full.write(_put, name)) for name in "bc"]
        filling = asyncio.create_task(nearly_full.write(fill))
        waiting += [asyncio.create_task(nearly_full.write(_put, name)) for name in "de"]
        await asyncio.sleep(0)
        may_go_on.set()
        return list(await asyncio.gather(holding, *waiting, filling, return_exceptions=True))

    *others, filled = asyncio.run(story())
    assert others == [True, None, None, None, None]
    assert isinstance(filled, DatabaseUnavailable)
    assert nearly_full.read_now(_names) == list("abcde")


def test_a_database_that_cannot_be_opened(tmp_path: Path, clock: FakeClock) -> None:
    """A folder that is not there: reads and writes alike are refused, not broken."""
    database = Database.on_sqlite(tmp_path / "missing" / "repoint.sqlite3", clock=clock)
    with pytest.raises(DatabaseUnavailable, match="unable to open"):
        asyncio.run(database.read(_names))
    with pytest.raises(DatabaseUnavailable, match="unable to open"):
        database.write_now(_put, "a")
    database.close()


def test_no_free_connection(hasty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits too long for the one writing connection hears that the database is not available."""
    monkeypatch.setattr(hasty.engine.pool, "_timeout", 0.05)
    with hasty.engine.connect(), pytest.raises(DatabaseUnavailable, match="busy"):
        hasty.write_now(_put, "a")
    assert hasty.read_now(_names) == []


def test_a_use_case_that_writes_in_a_read(hasty: Database) -> None:
    """It is stopped by the connection, and nothing is written."""
    with pytest.raises(DatabaseUnavailable, match="readonly"):
        hasty.read_now(_put, "a")
    assert hasty.read_now(_names) == []
