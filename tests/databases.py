"""The databases that tests run on: SQLite files, or databases of the PostgreSQL server they were given.

`--db=postgres` runs the tests marked `database` on the server at REPOINT_TEST_POSTGRES_URL. One database is migrated
for each process of a run and copied from there; the one of the `db` fixture is emptied instead, which is faster.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from repoint.kit.clock import Clock
from repoint.kit.db import Database, migrate, postgresql, sqlite

POSTGRES_URL = "REPOINT_TEST_POSTGRES_URL"


class SqliteFiles:
    """A new file for everybody who asks, copied from one that is migrated."""

    is_postgres = False

    def __init__(self, folder: Path) -> None:
        self._migrated = folder / "repoint.sqlite3"
        engine = sqlite.writer(self._migrated)
        migrate.upgrade(engine)
        engine.dispose()

    def empty(self, folder: Path, clock: Clock) -> Database:
        """A database without rows, for one test."""
        return self.new(folder, clock)

    def new(self, folder: Path, clock: Clock) -> Database:
        """A database without rows, for as long as it is needed."""
        return Database.on_sqlite(shutil.copyfile(self._migrated, folder / "repoint.sqlite3"), clock=clock)

    def environment(self, data: Path) -> dict[str, str]:
        """What a server is told of its database."""
        del data
        return {}

    def close(self) -> None:
        """Nothing to do: pytest removes the files."""


class PostgresServer:
    """Databases of a server, dropped at the end."""

    is_postgres = True

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql")
        self._prefix = f"repoint_test_{uuid4().hex[:12]}"
        self._made: list[str] = []
        self._of_folder: dict[Path, str] = {}
        self._template: str | None = None
        self._emptied: tuple[str, Any] | None = None

    def empty(self, folder: Path, clock: Clock) -> Database:
        """A database without rows, for one test; the next test gets the same one."""
        del folder
        if self._emptied is None:
            url = self.new_url()
            self._emptied = url, psycopg.connect(url, autocommit=True)
        url, connection = self._emptied
        _empty(connection)
        return Database.on_postgresql(url, clock=clock)

    def new(self, folder: Path, clock: Clock) -> Database:
        """A database without rows, for as long as it is needed."""
        del folder
        return Database.on_postgresql(self.new_url(), clock=clock)

    def environment(self, data: Path) -> dict[str, str]:
        """What a server is told of its database: the same for the same data folder."""
        if data not in self._of_folder:
            self._of_folder[data] = self.new_url()
        return {"REPOINT_DATABASE_URL": self._of_folder[data]}

    def new_url(self, *, is_migrated: bool = True) -> str:
        """The URL of a new database, migrated or without anything."""
        if not is_migrated:
            return self._make("template1")
        if self._template is None:
            url = self._make("template1")
            engine = postgresql.writer(url)
            migrate.upgrade(engine)
            engine.dispose()
            self._template = make_url(url).database
        assert self._template is not None
        return self._make(self._template)

    def close(self) -> None:
        """Drop what was made."""
        if self._emptied is not None:
            self._emptied[1].close()
        for name in reversed(self._made):
            self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _make(self, template: str) -> str:
        name = f"{self._prefix}_{len(self._made)}"
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        self._made.append(name)
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._url.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(statement)


Databases = SqliteFiles | PostgresServer


def _empty(connection: Any) -> None:
    """Take the rows out of every table that has any, and begin its numbers anew."""
    tables = connection.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace "
        "AND c.relname != 'alembic_version'"
    ).fetchall()
    any_row = sql.SQL(" UNION ALL ").join(
        sql.SQL("(SELECT {} WHERE EXISTS (SELECT FROM {}))").format(sql.Literal(name), sql.Identifier(name))
        for (name,) in tables
    )
    filled = [name for (name,) in connection.execute(any_row).fetchall()]
    if filled:
        names = sql.SQL(", ").join(map(sql.Identifier, filled))
        connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))


@contextmanager
def server_of_environment() -> Iterator[PostgresServer]:
    """The PostgreSQL server that this run was given; without one the test is skipped, and says so."""
    url = os.environ.get(POSTGRES_URL)
    if not url:
        pytest.skip(f"needs PostgreSQL: set {POSTGRES_URL}")
    server = PostgresServer(url)
    try:
        yield server
    finally:
        server.close()
