"""What durability and isolation rest on is in force on every connection."""

from contextlib import ExitStack

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from repoint.kit.db import Database
from repoint.kit.db.sqlite import BUSY_TIMEOUT_S, READERS

FULL = 2

pytestmark = pytest.mark.sqlite


def _pragma(connection: Connection, name: str) -> object:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()


def _in_force(connection: Connection) -> dict[str, object]:
    names = ("journal_mode", "synchronous", "foreign_keys", "query_only", "busy_timeout")
    return {name: _pragma(connection, name) for name in names}


def test_the_writer(db: Database) -> None:
    """The writing connection: WAL, a commit is on the disk before it returns, references are checked."""
    with db.engine.connect() as connection:
        assert _in_force(connection) == {
            "journal_mode": "wal",
            "synchronous": FULL,
            "foreign_keys": 1,
            "query_only": 0,
            "busy_timeout": BUSY_TIMEOUT_S * 1000,
        }


def test_every_reader(db: Database) -> None:
    """All reading connections, open at once: the same, and none of them can write."""
    with ExitStack() as open_now:
        connections = [open_now.enter_context(db._reading.connect()) for _ in range(READERS)]
        for connection in connections:
            assert _in_force(connection) == {
                "journal_mode": "wal",
                "synchronous": FULL,
                "foreign_keys": 1,
                "query_only": 1,
                "busy_timeout": BUSY_TIMEOUT_S * 1000,
            }


def test_a_reader_cannot_write(db: Database) -> None:
    """A write on a reading connection fails and changes nothing."""
    insert = text("INSERT INTO journal_offsets (segment, stored) VALUES ('a', 1)")
    with pytest.raises(OperationalError, match="readonly"), db._reading.begin() as connection:
        connection.execute(insert)
    assert _count(db.engine, "journal_offsets") == 0


def test_references_are_checked(db: Database) -> None:
    """A member of no organisation cannot be stored."""
    insert = text("INSERT INTO members (org_id, user_id, role) VALUES (x'01', x'02', 'owner')")
    with pytest.raises(IntegrityError), db.engine.begin() as connection:
        connection.execute(insert)


def test_there_is_one_writing_connection(db: Database) -> None:
    """The pool of the writer holds one connection and never opens another."""
    pool = db.engine.pool
    with db.engine.connect() as connection:
        assert pool.status().startswith("Pool size: 1 ")
        held = connection.connection.dbapi_connection
    with db.engine.connect() as connection:
        assert connection.connection.dbapi_connection is held


def _count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608
