"""SQLite engines: one that writes, one that only reads.

WAL with synchronous=FULL: a commit is on the disk before it is answered. Transactions open with BEGIN IMMEDIATE,
because a deferred one that turns into a writer can fail or lose an update (https://sqlite.org/lang_transaction.html,
section 2.2).
"""

import sqlite3
from collections import namedtuple
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

BUSY_TIMEOUT_S = 5.0
CACHE_KIB = 32 * 1024
CHECKPOINT_PAGES = 4_000  # of 4 KiB; ingest fills the default of 1,000 with every batch
READERS = 4


# What the world does to a database, in contrast to what a bug in a statement does (https://sqlite.org/rescode.html).
_OUTAGES = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    )
)


def is_outage(error: BaseException | None) -> bool:
    """Whether a driver's error says that the file cannot be used, and not that a statement is wrong.

    An error before it counts too: where SQLite has undone the whole transaction (https://sqlite.org/lang_transaction.html,
    section 3.1), undoing a savepoint fails, and that error is the one that is seen.
    """
    while error is not None:
        code = getattr(error, "sqlite_errorcode", None)
        if code is not None and code & 0xFF in _OUTAGES:
            return True
        error = error.__context__
    return False


def writer(path: Path) -> Engine:
    """The engine with the only connection that may write."""
    return _engine(path, size=1, begin="BEGIN IMMEDIATE", query_only=False)


def reader(path: Path) -> Engine:
    """An engine of `READERS` connections that cannot write."""
    return _engine(path, size=READERS, begin="BEGIN", query_only=True)


def run(connection: Connection, sql: str, values: Sequence[Any]) -> list[Any]:
    """Run one statement of the driver's own SQL; gives the rows it returns, columns by name.

    SQLAlchemy takes several times as long for a statement as SQLite takes for a few rows.

    Raises:
        DBAPIError: as from SQLAlchemy.
    """
    driver = connection.connection.driver_connection
    assert driver is not None
    try:
        cursor = driver.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
    except sqlite3.Error as error:
        raise DBAPIError.instance(sql, tuple(values), error, sqlite3.Error, dialect=connection.dialect) from error
    if cursor.description is None:
        return rows
    make = _row_of(tuple(column[0] for column in cursor.description))._make
    return [make(row) for row in rows]


@lru_cache(256)
def _row_of(columns: tuple[str, ...]) -> Any:
    return namedtuple("Row", columns, rename=True)  # noqa: PYI024 - the columns are known when the rows are


def _engine(path: Path, *, size: int, begin: str, query_only: bool) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,  # an error is logged, and what was to be written may be a secret
        # The driver must not begin transactions itself; and a pooled connection visits several threads, one at a time.
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": BUSY_TIMEOUT_S},
    )

    def configure(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"wal_autocheckpoint={CHECKPOINT_PAGES}",
            f"cache_size=-{CACHE_KIB if not query_only else CACHE_KIB // READERS}",
            f"query_only={'ON' if query_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    def begin_transaction(dbapi_connection: Any) -> None:
        dbapi_connection.driver_connection.execute(begin).close()

    event.listen(engine, "connect", configure)
    # As an event it would be a statement like any other, and cost as much as a query.
    engine.dialect.do_begin = begin_transaction  # type: ignore[method-assign]
    return engine
