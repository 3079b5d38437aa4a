"""Migrations lead from nothing to exactly the tables that the code declares."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

import repoint.web.app  # noqa: F401 - below it hang all tables that are in use
from repoint.kit.db import metadata, migrate, sqlite
from repoint.kit.db.migrate import SchemaTooNew


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    made = sqlite.writer(tmp_path / "empty.sqlite3")
    yield made
    made.dispose()


def _schema(engine: Engine) -> dict[str, set[str]]:
    """What SQLite keeps of each table and index: the lines of its definition."""
    query = text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'")
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return {row.name: {re.sub(r"\s+", " ", line).strip(" ,") for line in row.sql.splitlines()} for row in rows}


def _tables(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        return [row.name for row in rows if not row.name.startswith("sqlite_")]


def test_alembic_finds_no_difference(engine: Engine) -> None:
    """Nothing is left to migrate: tables, columns, types, defaults, indexes and constraints are those of the code."""
    migrate.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_sqlite_keeps_the_same_definitions(engine: Engine, tmp_path: Path) -> None:
    """What Alembic does not compare is the same too: primary keys, AUTOINCREMENT, WITHOUT ROWID, names."""
    migrate.upgrade(engine)
    declared = sqlite.writer(tmp_path / "declared.sqlite3")
    metadata.create_all(declared)
    assert _schema(engine) == _schema(declared)
    declared.dispose()


def test_a_second_upgrade_changes_nothing(engine: Engine) -> None:
    """The first upgrade reports where it came from and went to; the next one finds everything done."""
    before, newest = migrate.upgrade(engine)
    assert before is None
    schema = _schema(engine)
    assert migrate.upgrade(engine) == (newest, newest)
    assert _schema(engine) == schema


def test_a_newer_schema_is_refused(engine: Engine) -> None:
    """A database of a newer version is left alone, and the message says what to do."""
    migrate.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNew, match=r"schema 9999.*Run the newer version"):
        migrate.upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"


def test_a_migration_that_fails_leaves_nothing_behind(engine: Engine) -> None:
    """A migration happens as a whole or not at all; once the obstacle is gone, it runs."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE codes (in_the_way INTEGER)"))
    with pytest.raises(OperationalError, match="codes already exists"):
        migrate.upgrade(engine)
    assert set(_tables(engine)) <= {"codes", "alembic_version"}
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE codes"))
    assert migrate.upgrade(engine)[0] is None
    assert set(_tables(engine)) == {*metadata.tables, "alembic_version"}
