"""Many rows in one statement.

A statement for hundreds of rows is bound once and stepped once, so the driver leaves the interpreter to others while
the database works; `executemany` comes back for every row. Twice as fast on SQLite, and the event loop hardly
notices.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Table

from repoint.kit.db.tx import Tx

PARAMETERS_MAX = 5_000  # SQLite takes 32,766 in a statement; larger statements gain nothing


def insert_rows(tx: Tx, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows whose values stand in the order of `columns`; no type of SQLAlchemy's converts them."""
    _run(tx, _insert_into(table, columns), "", len(columns), rows)


def upsert_rows(tx: Tx, table: Table, updates: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert whole rows; where the primary key is there, run `updates` (`column = expression`, new in `excluded`).

    No key may come twice in `rows`.
    """
    keys = ", ".join(column.name for column in table.primary_key)
    behind = f" ON CONFLICT ({keys}) DO UPDATE SET {', '.join(updates)}"
    columns = [column.name for column in table.columns]
    _run(tx, _insert_into(table, columns), behind, len(columns), rows)


def rows_with_keys(tx: Tx, table: Table, columns: Sequence[str], keys: Sequence[Sequence[Any]]) -> Iterator[Row[Any]]:
    """The rows whose `columns` hold one of the keys; values as the driver gives them."""
    mark = _mark(tx)
    for some in _chunks(keys, PARAMETERS_MAX // len(columns)):
        values = _placeholders(mark, len(columns), len(some))
        sql = f"SELECT * FROM {table.name} WHERE ({', '.join(columns)}) IN (VALUES {values})"  # noqa: S608 - our own names
        yield from tx.connection.exec_driver_sql(sql, _flat(some))


def _insert_into(table: Table, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES "  # noqa: S608 - names of our own tables


def _run(tx: Tx, before: str, behind: str, width: int, rows: Sequence[Sequence[Any]]) -> None:
    mark = _mark(tx)
    for some in _chunks(rows, PARAMETERS_MAX // width):
        tx.connection.exec_driver_sql(before + _placeholders(mark, width, len(some)) + behind, _flat(some))


def _mark(tx: Tx) -> str:
    return "?" if tx.connection.dialect.paramstyle == "qmark" else "%s"


@lru_cache(64)
def _placeholders(mark: str, width: int, rows: int) -> str:
    row = f"({', '.join([mark] * width)})"
    return ", ".join([row] * rows)


def _flat(rows: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    return tuple(value for row in rows for value in row)


def _chunks(rows: Sequence[Sequence[Any]], size: int) -> Iterator[Sequence[Sequence[Any]]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
