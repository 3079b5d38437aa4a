"""Reads and writes: one function is one transaction on a thread."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.pool import QueuePool

from repoint.kit.clock import Clock
from repoint.kit.db import sqlite
from repoint.kit.db.tx import Tx
from repoint.kit.errors import DomainError
from repoint.kit.ids import IdSource

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
IsOutage = Callable[[BaseException | None], bool]


class DatabaseUnavailable(Exception):
    """The database cannot be reached, is locked, or its disk is full; nothing of the transaction happened."""


class Database:
    """Runs use cases as transactions; the shell awaits, the domain stays synchronous.

    `write` and `read` belong to the event loop; `write_now` and `read_now` are the same for callers without one.
    Hooks registered with `tx.after_commit` run on the event loop before the caller of `write` goes on, whether or not
    that caller is still there.
    """

    def __init__(self, writing: Engine, reading: Engine, *, is_outage: IsOutage, clock: Clock) -> None:
        self._writing = writing
        self._reading = reading
        self._is_outage = is_outage
        self._clock = clock
        self._ids = IdSource()
        self._writers = _threads(writing, "db-write")
        self._readers = _threads(reading, "db-read")

    @classmethod
    def on_sqlite(cls, path: Path, *, clock: Clock) -> "Database":
        """The database in one file; this process must own it."""
        return cls(sqlite.writer(path), sqlite.reader(path), is_outage=sqlite.is_outage, clock=clock)

    @property
    def engine(self) -> Engine:
        """The engine that writes, for migrations."""
        return self._writing

    async def write(self, use_case: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case in a transaction that may write.

        Raises:
            DatabaseUnavailable: the transaction did not happen.
        """
        return await self._on_thread(self._writers, self._writing, lambda tx: use_case(tx, *args, **kwargs))

    async def read(self, use_case: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case that only reads.

        Raises:
            DatabaseUnavailable: the database gave no answer.
        """
        return await self._on_thread(self._readers, self._reading, lambda tx: use_case(tx, *args, **kwargs))

    def write_now(self, use_case: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """`write` for a caller without an event loop."""
        result, hooks = self._transact(self._writing, lambda tx: use_case(tx, *args, **kwargs))
        for hook in hooks:
            hook()
        return result

    def read_now(self, use_case: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """`read` for a caller without an event loop."""
        return self._transact(self._reading, lambda tx: use_case(tx, *args, **kwargs))[0]

    def close(self) -> None:
        """Finish what runs and close every connection."""
        self._writers.shutdown()
        self._readers.shutdown()
        self._reading.dispose()
        self._writing.dispose()

    def _transact(self, engine: Engine, work: Callable[[Tx], T]) -> tuple[T, list[Callable[[], None]]]:
        try:
            with engine.begin() as connection:
                tx = Tx(connection, self._clock(), self._ids)
                result = work(tx)
        except NoConnectionFree as error:
            raise DatabaseUnavailable("every connection is busy") from error
        except DBAPIError as error:
            if error.connection_invalidated or self._is_outage(error.orig):
                raise DatabaseUnavailable(str(error.orig)) from error
            raise
        return result, tx.hooks

    async def _on_thread(self, threads: ThreadPoolExecutor, engine: Engine, work: Callable[[Tx], T]) -> T:
        loop = asyncio.get_running_loop()
        caller: asyncio.Future[T] = loop.create_future()

        def run() -> None:
            try:
                result, hooks = self._transact(engine, work)
            except BaseException as error:  # noqa: BLE001 - handed to the caller, whatever it is
                loop.call_soon_threadsafe(_refuse, caller, error)
            else:
                loop.call_soon_threadsafe(_answer, caller, result, hooks)

        threads.submit(run)
        return await caller


def _threads(engine: Engine, name: str) -> ThreadPoolExecutor:
    """As many threads as the engine has connections."""
    pool = engine.pool
    return ThreadPoolExecutor(pool.size() if isinstance(pool, QueuePool) else 1, name)


def _answer(caller: "asyncio.Future[T]", result: T, hooks: list[Callable[[], None]]) -> None:
    try:
        for hook in hooks:
            hook()
    except Exception as error:  # noqa: BLE001 - a bug in a hook; its caller must hear of it instead of waiting for ever
        _refuse(caller, error)
        return
    if not caller.done():
        caller.set_result(result)


def _refuse(caller: "asyncio.Future[T]", error: BaseException) -> None:
    if not caller.done():
        caller.set_exception(error)
    elif not isinstance(error, DomainError):
        log.error("database.error_without_caller", error=repr(error))
