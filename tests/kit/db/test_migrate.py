"""Migrations lead from nothing to exactly the tables that the code declares."""

import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

import repoint.accounts.audit
import repoint.web.app  # noqa: F401 - below it hang all tables that are in use
from repoint.codes.table import WORDS_INDEX
from repoint.kit.db import metadata, migrate, postgresql, sqlite
from repoint.kit.db.migrate import SchemaTooNew
from tests.databases import Databases, PostgresServer

TRIGRAMS = "ix_code_words_text"


@pytest.fixture
def engine(tmp_path: Path, databases: Databases) -> Iterator[Engine]:
    """An empty database."""
    if isinstance(databases, PostgresServer):
        made = postgresql.writer(databases.new_url(is_migrated=False))
    else:
        made = sqlite.writer(tmp_path / "empty.sqlite3")
    yield made
    made.dispose()


def _is_declared(name: str | None, kind: str, _: Any) -> bool:
    """Whether metadata speaks of it: not of the tables and the index in which databases keep parts of words."""
    return name is None or not name.startswith(WORDS_INDEX if kind == "table" else TRIGRAMS)


COMPARED = {"compare_type": True, "compare_server_default": True, "include_name": _is_declared}


def _schema(engine: Engine) -> dict[str, set[str]]:
    """What SQLite keeps of each table and index: the parts of its definition, which has added columns at its end."""
    query = text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'")
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return {row.name: set(_parts(row.sql.replace('"', ""))) for row in rows}


def _parts(definition: str) -> Iterator[str]:
    """What stands between the commas of a definition, and around its brackets."""
    start, _, rest = definition.partition("(")
    inside, _, end = rest.rpartition(")")
    for part in (start, *re.split(r",(?![^(]*\))", inside), end):
        yield re.sub(r"\s+", " ", part).strip()


def _tables(engine: Engine) -> list[str]:
    return [name for name in inspect(engine).get_table_names() if not name.startswith(WORDS_INDEX)]


def _upgrade_to(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_alembic_finds_no_difference(engine: Engine) -> None:
    """Nothing is left to migrate: tables, columns, types, defaults, indexes and constraints are those of the code."""
    migrate.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=COMPARED)
        assert compare_metadata(context, metadata) == []


@pytest.mark.sqlite
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
    tables = _tables(engine)
    assert migrate.upgrade(engine) == (newest, newest)
    assert _tables(engine) == tables


@pytest.mark.sqlite
def test_rows_of_an_older_schema_are_kept(engine: Engine) -> None:
    """Organisations, members and keys from before there were sign-ins are there afterwards, with sensible values."""
    _upgrade_to(engine, "0003")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO organisations VALUES (x'01', 'Acme', 'selfhosted', 5)"))
        connection.execute(text("INSERT INTO users VALUES (x'02', 'Owner', 5)"))
        connection.execute(text("INSERT INTO members VALUES (x'01', x'02', 'owner')"))
        connection.execute(text("INSERT INTO keys VALUES (x'03', x'01', 'First key', 3, x'04', 5, NULL)"))
    migrate.upgrade(engine)
    with engine.connect() as connection:
        member = connection.execute(text("SELECT role, joined_at, version FROM members")).one()
        key = connection.execute(text("SELECT label, created_by, expires_at, version FROM keys")).one()
        user = connection.execute(text("SELECT name, email, version FROM users")).one()
    assert (tuple(member), tuple(key), tuple(user)) == (
        ("owner", 5, 1),
        ("First key", "cli", None, 1),
        ("Owner", None, 1),
    )


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
    with pytest.raises(DBAPIError, match=r'"?codes"? already exists'):
        migrate.upgrade(engine)
    assert set(_tables(engine)) <= {"codes", "alembic_version"}
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE codes"))
    assert migrate.upgrade(engine)[0] is None
    assert set(_tables(engine)) == {*metadata.tables, "alembic_version"}


def test_plans_of_organisations_become_subscriptions(engine: Engine) -> None:
    """Version 0005 keeps which plan an organisation has, and counts what it made and what was scanned this month."""
    made, hour = uuid4(), int(time.time()) // 3_600
    org = made if engine.dialect.name == "postgresql" else made.bytes
    _upgrade_to(engine, "0003")
    with engine.begin() as connection:
        for sql, values in (
            ("INSERT INTO organisations VALUES (:org, 'Acme', 'gold', 5)", {}),
            ("INSERT INTO links (id, org_id, domain, slug) VALUES (7, :org, '', 'aaaaaaa')", {}),
            (
                "INSERT INTO codes VALUES (1, :org, :org, 7, '', '[]', '{}', NULL, FALSE, NULL, 1, :now, :now)",
                {"now": hour * 3_600_000},
            ),
            ("INSERT INTO scans_by_hour VALUES (7, :hour, 5, 1, 0, 0, 0, 0)", {"hour": hour}),
            ("INSERT INTO scans_by_hour VALUES (7, :hour, 9, 1, 0, 0, 0, 0)", {"hour": hour - 24 * 40}),
        ):
            connection.execute(text(sql), {"org": org, **values} if ":org" in sql else values)
    migrate.upgrade(engine)
    month = f"{datetime.now(UTC):%Y-%m}"
    with engine.connect() as connection:
        assert connection.execute(text("SELECT org_id, plan, started_at, ends_at FROM subscriptions")).all() == [
            (org, "gold", 5, None)
        ]
        assert connection.execute(text("SELECT feature, period, used FROM usage_counters ORDER BY feature")).all() == [
            ("codes_per_month", month, 1),
            ("scans_per_month", month, 5),
        ]
        assert connection.execute(text("SELECT name FROM organisations")).all() == [("Acme",)]


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_from_an_earlier_version(engine: Engine, revision: str) -> None:
    """What an earlier version wrote is kept; the schema is that of a new database."""
    _upgrade_to(engine, revision)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO journal_offsets (segment, stored) VALUES ('a.scans', 17)"))
    before, newest = migrate.upgrade(engine)
    assert (before, newest) == (revision, migrate.upgrade(engine)[1])
    with engine.connect() as connection:
        assert connection.execute(text("SELECT segment, stored, journal FROM journal_offsets")).one() == (
            "a.scans",
            17,
            "",
        )
        assert compare_metadata(MigrationContext.configure(connection, opts=COMPARED), metadata) == []


def test_two_processes_at_once(postgres: PostgresServer) -> None:
    """Both come back with the newest schema: one migrates, the other waits."""
    url = postgres.new_url(is_migrated=False)
    engines = [postgresql.writer(url) for _ in range(3)]
    found: list[tuple[str | None, str]] = []
    threads = [threading.Thread(target=lambda each=each: found.append(migrate.upgrade(each))) for each in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({newest for _, newest in found}) == 1
    assert len(found) == len(engines)
    for engine in engines:
        engine.dispose()


def test_text_has_the_order_of_its_bytes(postgres: PostgresServer) -> None:
    """As on SQLite, whatever the locale of the server: every text column has the collation "C"."""
    engine = postgresql.reader(postgres.new_url())
    others = (
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND data_type IN ('text', 'character varying') AND coalesce(collation_name, '') != 'C' "
        "AND table_name != 'alembic_version'"
    )
    with engine.connect() as connection:
        assert connection.execute(text(others)).all() == []
    engine.dispose()
