"""Pages of an organisation's things, by id."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Column, Row, Select

from repoint.kit.cursor import Cursors
from repoint.kit.db import Tx

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Things, newest first, and the cursor of the page that follows; None on the last."""

    items: Sequence[T]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page of a list is wanted."""

    cursor: str | None
    limit: int
    cursors: Cursors

    def page(
        self, tx: Tx, query: Select[Any], by: Column[Any], *, listing: str, read: Callable[[Row[Any]], T]
    ) -> Page[T]:
        """The page of a query, which is put into the order of an id, newest first; `listing` holds the organisation.

        Raises:
            Invalid: the cursor is not one of this list.
        """
        query = query.order_by(by.desc()).limit(self.limit + 1)
        if self.cursor is not None:
            query = query.where(by < UUID(hex=str(self.cursors.read(listing, self.cursor))))
        rows = tx.execute(query).all()
        kept = rows[: self.limit]
        position = getattr(kept[-1], by.name).hex if len(rows) > self.limit else None
        return Page([read(row) for row in kept], position and self.cursors.write(listing, position))
