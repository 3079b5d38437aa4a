"""One transaction, its time, and what happens after its commit."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, CursorResult, Executable, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from repoint.kit.clock import to_ms
from repoint.kit.db.postgresql import lock_number
from repoint.kit.ids import IdSource

Upsert = sqlite.Insert | postgresql.Insert


@dataclass(frozen=True, slots=True)
class Tx:
    """What a use case works with; it lives exactly as long as one transaction.

    `now` is one moment for the whole use case.
    """

    connection: Connection
    now: datetime
    ids: IdSource
    hooks: list[Callable[[], None]] = field(default_factory=list)
    announced: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_postgresql(self) -> bool:
        """Whether other transactions may write beside this one; on SQLite one that may write is alone."""
        return self.connection.dialect.name == "postgresql"

    def execute(
        self, statement: Executable, parameters: Sequence[Mapping[str, Any]] | Mapping[str, Any] | None = None
    ) -> CursorResult[Any]:
        """Run one statement."""
        result = self.connection.execute(statement, parameters)
        assert isinstance(result, CursorResult)
        return result

    def new_id(self) -> UUID:
        """A new id, in the order of this transaction's time."""
        return self.ids.new(to_ms(self.now))

    def after_commit(self, hook: Callable[[], None]) -> None:
        """Run `hook` once the transaction is durable and before its caller hears so; never after a rollback."""
        self.hooks.append(hook)

    def announce(self, topic: str, key: str) -> None:
        """Tell whoever listens to the topic, in every process, that the thing named `key` has changed.

        Told once the transaction is durable: to this process before its caller goes on, to others within a second.
        """
        self.announced.append((topic, key))

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is done within is undone where it raises: changes, hooks and announcements."""
        hooks, announced = len(self.hooks), len(self.announced)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            del self.hooks[hooks:], self.announced[announced:]
            raise

    def lock(self, name: str) -> None:
        """Wait until no other transaction holds the lock of that name, and hold it until this one ends."""
        if self.is_postgresql:
            self.execute(select(func.pg_advisory_xact_lock(lock_number(name))))

    def try_lock(self, name: str) -> bool:
        """As `lock`, without waiting; False where another transaction holds it."""
        if not self.is_postgresql:
            return True
        return bool(self.execute(select(func.pg_try_advisory_xact_lock(lock_number(name)))).scalar())

    @property
    def upsert(self) -> Callable[[Table], Upsert]:
        """Makes an INSERT for this database that knows ON CONFLICT (the two spell it alike)."""
        return postgresql.insert if self.is_postgresql else sqlite.insert
