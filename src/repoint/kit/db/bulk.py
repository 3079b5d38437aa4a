"""Many rows in one step.

A statement for hundreds of rows is bound once and stepped once, so the driver leaves the interpreter to others while
the database works; `executemany` comes back for every row. Twice as fast on SQLite, and the event loop hardly
notices.
"""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from repoint.kit.db import sqlite
from repoint.kit.db.tx import Tx

PARAMETERS_MAX = 5_000  # SQLite takes 32,766 in a statement; larger statements gain nothing


def stored_id(tx: Tx, identity: UUID) -> UUID | bytes:
    """An id as the driver takes it."""
    return identity if tx.is_postgresql else identity.bytes


def read_id(stored: UUID | bytes) -> UUID:
    """An id as the driver gives it."""
    return stored if isinstance(stored, UUID) else UUID(bytes=stored)


def insert_rows(tx: Tx, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows whose values stand in the order of `columns`; no type of SQLAlchemy's converts them."""
    _write(tx, _insert_into(table, columns), "", len(columns), rows)


def insert_new_rows(
    tx: Tx, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, returning: Sequence[str]
) -> list[Any]:
    """Insert those rows that collide with none, and give these columns of what was inserted, in no order."""
    before = _insert_into(table, columns)
    inserted: list[Any] = []
    for some in _chunks(rows, PARAMETERS_MAX // len(columns)):
        sql = f"{before}{_placeholders(_mark(tx), len(columns), len(some))} ON CONFLICT DO NOTHING"
        inserted += _run(tx, f"{sql} RETURNING {', '.join(returning)}", some)
    return inserted


def upsert_rows(tx: Tx, table: Table, updates: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert whole rows; where the primary key is there, run `updates` (`column = expression`, new in `excluded`).

    No key may come twice in `rows`.
    """
    keys = ", ".join(column.name for column in table.primary_key)
    behind = f" ON CONFLICT ({keys}) DO UPDATE SET {', '.join(updates)}"
    columns = [column.name for column in table.columns]
    _write(tx, _insert_into(table, columns), behind, len(columns), rows)


def rows_with_keys(tx: Tx, table: Table, columns: Sequence[str], keys: Sequence[Sequence[Any]]) -> Iterator[Any]:
    """The rows whose `columns` hold one of the keys; values as the driver gives them."""
    for some in _chunks(keys, PARAMETERS_MAX // len(columns)):
        sql = _select(tx, table, f"{table.name}.*", columns, len(some))
        yield from _run(tx, sql, some)


def fetch_at_once(
    tx: Tx, table: Table, columns: Sequence[str], *, by: Sequence[str], keys: Sequence[Sequence[Any]]
) -> list[list[Any]]:
    """The `columns` of the rows whose `by` columns hold one of the keys, stepped once, as one JSON array.

    For few, short rows that many wait for: values are as JSON has them, so no bytes, and moments as the column keeps
    them.
    """
    collect, row = ("json_agg", "json_build_array") if tx.is_postgresql else ("json_group_array", "json_array")
    selected = f"{collect}({row}({', '.join(f'{table.name}.{name}' for name in columns)}))"
    found: list[list[Any]] = []
    for some in _chunks(keys, PARAMETERS_MAX // len(by)):
        [(values,)] = _run(tx, _select(tx, table, selected, by, len(some)), some)
        found += json.loads(values) if isinstance(values, str) else values or []
    return found


def _select(tx: Tx, table: Table, selected: str, by: Sequence[str], keys: int) -> str:
    """Joined rather than IN: so each key is looked up in the index, whatever the planner thinks of the table."""
    values = _placeholders(_mark(tx), len(by), keys)
    same = " AND ".join(f"{table.name}.{name} = wanted.{name}" for name in by)
    named = ", ".join(by)
    return f"WITH wanted ({named}) AS (VALUES {values}) SELECT {selected} FROM wanted JOIN {table.name} ON {same}"  # noqa: S608 - our own names


def _insert_into(table: Table, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES "  # noqa: S608 - names of our own tables


def _write(tx: Tx, before: str, behind: str, width: int, rows: Sequence[Sequence[Any]]) -> None:
    mark = _mark(tx)
    for some in _chunks(rows, PARAMETERS_MAX // width):
        _run(tx, before + _placeholders(mark, width, len(some)) + behind, some)


def _run(tx: Tx, sql: str, rows: Sequence[Sequence[Any]]) -> Sequence[Any]:
    """Run one statement with the values of some rows; gives what it returns, columns by name."""
    values = tuple(value for row in rows for value in row)
    if not tx.is_postgresql:
        return sqlite.run(tx.connection, sql, values)
    result = tx.connection.exec_driver_sql(sql, values)
    return result.all() if result.returns_rows else ()


def _mark(tx: Tx) -> str:
    return "?" if tx.connection.dialect.paramstyle == "qmark" else "%s"


@lru_cache(64)
def _placeholders(mark: str, width: int, rows: int) -> str:
    row = f"({', '.join([mark] * width)})"
    return ", ".join([row] * rows)


def _chunks(rows: Sequence[Sequence[Any]], size: int) -> Iterator[Sequence[Sequence[Any]]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
