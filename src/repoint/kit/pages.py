"""Pages of a list: which one is asked for, what it holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Column, Row, Select

from repoint.kit.cursor import Cursors
from repoint.kit.db import Tx
from repoint.kit.errors import Invalid

LIMIT_MAX = 200
LIMIT_DEFAULT = 50

T = TypeVar("T")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Things in the order of their list, and the cursor of the page that follows; None on the last."""

    items: Sequence[T]
    next_cursor: str | None

    def read(self, read: Callable[[T], S]) -> "Page[S]":
        """The same page of what each thing is read as."""
        return Page([read(item) for item in self.items], self.next_cursor)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page of a list is wanted.

    `listing` is the name of a list: its organisation and its filter are part of it, so that no other cursor fits.

    Raises:
        Invalid: the limit is out of bounds.
    """

    cursor: str | None
    limit: int
    cursors: Cursors

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= LIMIT_MAX:
            raise Invalid("limit", f"must be 1 to {LIMIT_MAX}")

    @property
    def with_next(self) -> int:
        """How many things to look for: one more than the page holds tells whether another page follows."""
        return self.limit + 1

    def after(self, listing: str) -> int | str | None:
        """The position behind which the page begins; None for the first.

        Raises:
            Invalid: the cursor is not one of this list.
        """
        return None if self.cursor is None else self.cursors.read(listing, self.cursor)

    def after_id(self, listing: str) -> UUID | None:
        """The same where positions are ids.

        Raises:
            Invalid: the cursor is not one of this list.
        """
        position = self.after(listing)
        return None if position is None else UUID(hex=str(position))

    def after_number(self, listing: str) -> int | None:
        """The same where positions are numbers.

        Raises:
            Invalid: the cursor is not one of this list.
        """
        position = self.after(listing)
        return None if position is None else int(position)

    def page(self, listing: str, found: Sequence[T], position: Callable[[T], int | str]) -> Page[T]:
        """The page, of the `with_next` things that were looked for behind its beginning."""
        if len(found) <= self.limit:
            return Page(found, None)
        return Page(found[: self.limit], self.cursors.write(listing, position(found[self.limit - 1])))

    def newest(self, tx: Tx, query: Select[Any], by: Column[Any], *, listing: str) -> Page[Row[Any]]:
        """The page of a query, which is put into the order of an id, newest first.

        Raises:
            Invalid: the cursor is not one of this list.
        """
        after = self.after_id(listing)
        behind = query if after is None else query.where(by < after)
        rows = tx.execute(behind.order_by(by.desc()).limit(self.with_next)).all()
        return self.page(listing, rows, lambda row: getattr(row, by.name).hex)
