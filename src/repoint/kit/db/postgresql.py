"""PostgreSQL engines: one that writes, one that only reads.

Writers run at READ COMMITTED; what must not be counted or given out twice is held by a row lock or a unique
constraint. Readers run at REPEATABLE READ and read only: one use case sees one moment, as on SQLite, and such a
transaction never fails for it (https://www.postgresql.org/docs/current/transaction-iso.html, section 13.2.2).
Statements that come again are prepared by the driver, so a pooler in between must be in session mode.
"""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Engine, String, Text, create_engine, event, make_url
from sqlalchemy.dialects.postgresql.base import PGTypeCompiler
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

SCHEMES = ("postgresql", "postgres")
VERSION_MIN = 13  # pg_current_snapshot() and its kin
WRITERS = 8
READERS = 4
CONNECT_TIMEOUT_S = 5
POOL_TIMEOUT_S = 5.0
STATEMENT_TIMEOUT_S = 30
LOCK_TIMEOUT_S = 10
IDLE_TRANSACTION_S = 300
DEAD_PEER_S = 20  # a server that went away without a word is noticed after this
APPLICATION = "repoint"

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_OUTAGE_CLASSES = ("08", "53", "57", "58")
_OUTAGES = frozenset(("25006", "55P03"))  # a standby where the writing server was; a lock that was not given
_COLLISIONS = frozenset(("40001", "40P01"))  # serialization failure, deadlock


class DriverMissing(Exception):
    """The PostgreSQL driver is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "PostgreSQL needs the driver psycopg, which is not installed. "
            "Install it with: pip install --require-hashes -r requirements/postgresql.txt (`make serve` does so)"
        )


def is_outage(error: BaseException | None) -> bool:
    """Whether a driver's error says that the server cannot be used, and not that a statement is wrong."""
    state = getattr(error, "sqlstate", None)
    if state is None:
        # Without a state no server has spoken: refused, timed out, name unknown, connection lost.
        return type(error).__name__ == "OperationalError"
    return state[:2] in _OUTAGE_CLASSES or state in _OUTAGES


def is_collision(error: BaseException | None) -> bool:
    """Whether two transactions were in each other's way, and the one that failed may simply run again."""
    return getattr(error, "sqlstate", None) in _COLLISIONS


@dataclass(frozen=True, slots=True)
class Examined:
    """What a server says of itself; `version` is its major one."""

    version: int
    encoding: str
    connections_max: int
    round_trip_ms: float


def examine(url: str) -> Examined:
    """Ask a server who it is.

    Raises:
        DriverMissing: the driver is not installed.
        SQLAlchemyError: it does not answer.
    """
    engine = reader(url, application=f"{APPLICATION} doctor")
    try:
        with engine.connect() as connection:
            asked = "SELECT current_setting('server_version_num'), current_setting('server_encoding'), "
            row = connection.exec_driver_sql(f"{asked} current_setting('max_connections')").one()
            began = time.perf_counter()
            connection.exec_driver_sql("SELECT 1")
            took_s = time.perf_counter() - began
    finally:
        engine.dispose()
    return Examined(int(row[0]) // 10_000, row[1], int(row[2]), took_s * 1000)


def lock_number(name: str) -> int:
    """The number of an advisory lock; the server knows them by 64 bits, with a sign, and not by name."""
    return int.from_bytes(hashlib.sha256(f"repoint {name}".encode()).digest()[:8], signed=True)


def writer(url: str, *, application: str = APPLICATION) -> Engine:
    """An engine of `WRITERS` connections."""
    return _engine(url, application, size=WRITERS, is_reader=False)


def reader(url: str, *, application: str = APPLICATION) -> Engine:
    """An engine of `READERS` connections that cannot write."""
    return _engine(url, application, size=READERS, is_reader=True)


def _engine(url: str, application: str, *, size: int, is_reader: bool) -> Engine:
    try:
        engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            poolclass=QueuePool,
            pool_size=size,
            max_overflow=0,
            hide_parameters=True,  # an error is logged, and what was to be written may be a secret
            pool_timeout=POOL_TIMEOUT_S,
            connect_args=dict(_connect_arguments(application)),
        )
    except ModuleNotFoundError:
        raise DriverMissing from None
    engine.dialect.type_compiler_instance = _SortedByBytes(engine.dialect)

    def configure(connection: Any, _: ConnectionPoolEntry) -> None:
        """The driver says both with its BEGIN, so neither costs a round trip."""
        import psycopg

        levels = psycopg.IsolationLevel
        connection.isolation_level = levels.REPEATABLE_READ if is_reader else levels.READ_COMMITTED
        connection.read_only = is_reader

    event.listen(engine, "connect", configure)
    return engine


def _connect_arguments(application: str) -> Mapping[str, Any]:
    options = {
        "statement_timeout": f"{STATEMENT_TIMEOUT_S}s",
        "lock_timeout": f"{LOCK_TIMEOUT_S}s",
        "idle_in_transaction_session_timeout": f"{IDLE_TRANSACTION_S}s",
        "timezone": "UTC",
    }
    return {
        "application_name": application,
        "connect_timeout": CONNECT_TIMEOUT_S,
        "tcp_user_timeout": DEAD_PEER_S * 1000,
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
    }


class _SortedByBytes(PGTypeCompiler):
    """Gives every text column the collation "C": text then has SQLite's order, whatever locale the database has.

    Indexes follow their columns, so a list sorted by text is read from its index.
    """

    def visit_VARCHAR(self, type_: String, **kw: Any) -> str:  # noqa: N802 - SQLAlchemy's name
        """A VARCHAR; in the definition of a column, with the collation."""
        return str(super().visit_VARCHAR(type_, **kw)) + self._collation(kw)

    def visit_TEXT(self, type_: Text, **kw: Any) -> str:  # noqa: N802 - SQLAlchemy's name
        """A TEXT; in the definition of a column, with the collation."""
        return str(super().visit_TEXT(type_, **kw)) + self._collation(kw)

    def _collation(self, kw: Mapping[str, Any]) -> str:
        return ' COLLATE "C"' if isinstance(kw.get("type_expression"), Column) else ""
