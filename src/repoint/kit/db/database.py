"""Reads and writes: one function is one transaction on a thread."""

import asyncio
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.pool import QueuePool

from repoint.kit.clock import Clock
from repoint.kit.db import postgresql, sqlite
from repoint.kit.db.changes import write_down
from repoint.kit.db.feed import Feed
from repoint.kit.db.follow import Follower
from repoint.kit.db.tx import Tx
from repoint.kit.errors import DomainError
from repoint.kit.ids import IdSource

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Verdict = Callable[[BaseException | None], bool]

TRIES_MAX = 5
GROUP_MAX = 32  # use cases that share a commit
GROUP_S = 0.03  # none joins after this, so long ones keep few waiting for their commit
PAUSE_MAX_S = 0.05  # before the second try; longer before each that follows


class DatabaseUnavailable(Exception):
    """The database cannot be reached, is locked, or its disk is full; nothing of the transaction happened.

    One doubt remains over a network: where the connection is lost during the commit itself, it may have happened.
    """


class Database:
    """Runs use cases as transactions; the shell awaits, the domain stays synchronous.

    `write` and `read` belong to the event loop; `write_now` and `read_now` are the same for callers without one.
    Hooks registered with `tx.after_commit` run on the event loop before the caller of `write` goes on, whether or not
    that caller is still there. `feed` tells of changes that were announced with `tx.announce`, here and by other
    processes.

    A use case may run again: on PostgreSQL where another transaction was in its way, or its connection was lost
    before the commit; on SQLite where one that shared its commit met an error of the database
    (docs/decisions/0007-shared-commits.md). So it must do nothing but use its transaction.
    """

    def __init__(
        self, writing: Engine, reading: Engine, *, is_outage: Verdict, is_collision: Verdict, clock: Clock
    ) -> None:
        self.feed = Feed()
        self._writing = writing
        self._reading = reading
        self._is_outage = is_outage
        self._is_collision = is_collision
        self._clock = clock
        self._follower = Follower(writing, self.feed) if self.is_shared else None
        self._ids = IdSource()
        self._waiting: deque[_Asked] = deque()
        self._writers = _threads(writing, "db-write")
        self._readers = _threads(reading, "db-read")

    @classmethod
    def on_sqlite(cls, path: Path, *, clock: Clock) -> "Database":
        """The database in one file; this process must own it."""
        return cls(
            sqlite.writer(path),
            sqlite.reader(path),
            is_outage=sqlite.is_outage,
            is_collision=lambda _: False,
            clock=clock,
        )

    @classmethod
    def on_postgresql(cls, url: str, *, clock: Clock, application: str = postgresql.APPLICATION) -> "Database":
        """The database at a `postgresql://` URL, which other processes may use too.

        Raises:
            DriverMissing: the driver is not installed.
        """
        return cls(
            postgresql.writer(url, application=application),
            postgresql.reader(url, application=application),
            is_outage=postgresql.is_outage,
            is_collision=postgresql.is_collision,
            clock=clock,
        )

    @property
    def is_shared(self) -> bool:
        """Whether other processes may write the database too."""
        return self._writing.dialect.name == "postgresql"

    @property
    def engine(self) -> Engine:
        """The engine that writes, for migrations."""
        return self._writing

    @property
    def is_leader(self) -> bool:
        """Whether this process does what one alone must do; on SQLite always, elsewhere while it follows and leads."""
        return self._follower is None or self._follower.is_leader

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Hear of the changes that other processes announce; belongs to the event loop that the listeners live on.

        Raises:
            DatabaseUnavailable: the database gave no answer.
        """
        if self._follower is None:
            yield
            return
        await self._follower.start()
        try:
            yield
        finally:
            await self._follower.stop()

    async def write(self, use_case: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case in a transaction that may write.

        Raises:
            DatabaseUnavailable: the transaction did not happen.
        """
        asked = _Asked(lambda tx: use_case(tx, *args, **kwargs))
        if self.is_shared:
            self._writers.submit(self._answer, self._writing, asked)
        else:
            self._waiting.append(asked)
            self._writers.submit(self._write_waiting)
        result: T = await asked.caller
        return result

    async def read(self, use_case: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case that only reads.

        Raises:
            DatabaseUnavailable: the database gave no answer.
        """
        asked = _Asked(lambda tx: use_case(tx, *args, **kwargs))
        self._readers.submit(self._answer, self._reading, asked)
        result: T = await asked.caller
        return result

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
        tries = 1
        while True:
            is_committing = False
            try:
                with engine.begin() as connection:
                    tx = Tx(connection, self._clock(), self._ids)
                    result = work(tx)
                    if self.is_shared:
                        write_down(tx)
                    is_committing = True
            except NoConnectionFree as error:
                raise DatabaseUnavailable("every connection is busy") from error
            except DBAPIError as error:
                is_lost = error.connection_invalidated
                may_repeat = self._is_collision(error.orig) or (is_lost and not is_committing)
                if not may_repeat or tries == TRIES_MAX:
                    if is_lost or may_repeat or self._is_outage(error.orig):
                        raise DatabaseUnavailable(str(error.orig)) from error
                    raise
            else:
                return result, self._hooks(tx)
            time.sleep(random.uniform(0, PAUSE_MAX_S * tries))  # noqa: S311 - to come apart, not to be secret
            tries += 1

    def _answer(self, engine: Engine, asked: "_Asked") -> None:
        try:
            asked.answer(*self._transact(engine, asked.work))
        except BaseException as error:  # noqa: BLE001 - handed to the caller, whatever it is
            asked.refuse(error)

    def _write_waiting(self) -> None:
        """On the only thread that writes: what came while it was busy shares one commit.

        It is called as often as somebody was added, and each time answers one at least.
        """
        group = [self._waiting.popleft() for _ in range(min(len(self._waiting), GROUP_MAX))]
        if len(group) > 1:
            try:
                outcomes = self._transact_group(group)
            except BaseException as error:  # noqa: BLE001 - nothing was committed, and one by one shows whose it is
                self._write_alone(group)
                log.info("database.group_taken_apart", use_cases=len(group), error=repr(error))
            else:
                self._waiting.extendleft(reversed(group[len(outcomes) :]))
                for asked, outcome in zip(group, outcomes, strict=False):
                    asked.refuse(outcome) if isinstance(outcome, BaseException) else asked.answer(*outcome)
        else:
            self._write_alone(group)

    def _write_alone(self, group: "Sequence[_Asked]") -> None:
        for asked in group:
            self._answer(self._writing, asked)

    def _transact_group(self, group: "Sequence[_Asked]") -> "list[_Done | BaseException]":
        """Several use cases in one transaction, each undone by itself where it raises; the first for `GROUP_S`."""
        outcomes: list[_Done | BaseException] = []
        ends_at = time.monotonic() + GROUP_S
        with self._writing.begin() as connection:
            for asked in group:
                if outcomes and time.monotonic() >= ends_at:
                    break
                tx = Tx(connection, self._clock(), self._ids)
                connection.exec_driver_sql("SAVEPOINT use_case")
                try:
                    outcomes.append((asked.work(tx), self._hooks(tx)))
                except DBAPIError:
                    raise
                except BaseException as error:  # noqa: BLE001 - handed to the caller, whatever it is
                    connection.exec_driver_sql("ROLLBACK TO use_case")
                    outcomes.append(error)
                connection.exec_driver_sql("RELEASE use_case")
        return outcomes

    def _hooks(self, tx: Tx) -> list[Callable[[], None]]:
        return [*tx.hooks, *(partial(self.feed.tell, *each) for each in tx.announced)]


_Done = tuple[Any, list[Callable[[], None]]]


class _Asked:
    """A use case, and the coroutine that waits for it."""

    def __init__(self, work: Callable[[Tx], Any]) -> None:
        self.work = work
        self._loop = asyncio.get_running_loop()
        self.caller: asyncio.Future[Any] = self._loop.create_future()

    def answer(self, result: object, hooks: list[Callable[[], None]]) -> None:
        """From the thread of the database: it is done."""
        self._tell(_answer, result, hooks)

    def refuse(self, error: BaseException) -> None:
        """From the thread of the database: it did not happen."""
        self._tell(_refuse, error)

    def _tell(self, what: Callable[..., None], *arguments: object) -> None:
        with suppress(RuntimeError):  # the loop is closed, and nobody waits; others may, in the same transaction
            self._loop.call_soon_threadsafe(what, self.caller, *arguments)


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
