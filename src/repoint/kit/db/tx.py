"""One transaction, its time, and what happens after its commit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, CursorResult, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

from repoint.kit.clock import to_ms
from repoint.kit.ids import IdSource


@dataclass(frozen=True, slots=True)
class Tx:
    """What a use case works with; it lives exactly as long as one transaction.

    `now` is one moment for the whole use case.
    """

    connection: Connection
    now: datetime
    ids: IdSource
    hooks: list[Callable[[], None]] = field(default_factory=list)

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

    def upsert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT for this database that knows ON CONFLICT (the two spell it alike)."""
        return postgresql.insert(table) if self.connection.dialect.name == "postgresql" else sqlite.insert(table)
