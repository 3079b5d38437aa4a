"""`repoint migrate`, and databases that no command can use."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.web.conftest import Serve

# Every command that opens the database; `serve` ends before it answers anything.
OPENING: tuple[tuple[str, ...], ...] = (
    ("migrate",),
    ("serve", "--port", "0"),
    ("keys", "list"),
    ("keys", "create", "--label", "a", "--scope", "read"),
    ("keys", "revoke", "key_01JZ8Q4XK7T9V2M5N6P8R0S3W1"),
    ("org", "create", "Other"),
)
opening = pytest.mark.parametrize("command", OPENING, ids=" ".join)


def test_from_nothing_and_again(run: Run, tmp_path: Path) -> None:
    """The first run makes folder and schema, for their owner alone; a second one changes nothing and says so."""
    data = tmp_path / "deep" / "data"
    first = run("migrate", "--data", data).stdout
    assert first.startswith("The schema went from nothing to ")
    assert data.stat().st_mode & 0o777 == 0o700
    newest = first.split()[-1]
    content = (data / "repoint.sqlite3").read_bytes()
    assert run("migrate", "--data", data).stdout == f"The schema is {newest}\n"
    assert (data / "repoint.sqlite3").read_bytes() == content


def test_from_the_folder_of_the_environment(run: Run, tmp_path: Path) -> None:
    """REPOINT_DATA is the folder where `--data` is not given."""
    run("migrate", REPOINT_DATA=str(tmp_path / "elsewhere"))
    assert (tmp_path / "elsewhere" / "repoint.sqlite3").is_file()


def test_beside_a_server(run: Run, serve: Serve, tmp_path: Path) -> None:
    """A running server owns the folder and has the newest schema: the command says both and changes nothing."""
    server = serve(tmp_path / "data")
    told = run("migrate", "--data", server.data, fails=True).stderr
    assert f"in use by another Repoint process (pid {server.process.pid})" in told
    assert "A running server has the newest schema already." in told


@opening
def test_a_schema_that_is_too_new(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    """A database of a newer version is left as it is, and what to do is said."""
    run("migrate", "--data", tmp_path / "data")
    with closing(sqlite3.connect(tmp_path / "data" / "repoint.sqlite3")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    told = run(*command, "--data", tmp_path / "data", fails=True).stderr
    assert told.startswith("repoint: The database has schema 9999, which this version of Repoint does not know")
    assert "Run the newer version that wrote it" in told


@opening
def test_a_file_that_is_no_database(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    """A file of something else is named and left as it is."""
    database = tmp_path / "data" / "repoint.sqlite3"
    database.parent.mkdir()
    database.write_bytes(b"not a database" * 1_000)
    told = run(*command, "--data", database.parent, fails=True).stderr
    assert told == f"repoint: the database {database} cannot be used: file is not a database\n"
    assert database.read_bytes() == b"not a database" * 1_000


@pytest.mark.parametrize("command", OPENING[2:4], ids=" ".join)
def test_a_database_that_cannot_be_opened(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    """A folder in the database's place, and whatever else cannot be opened, is named."""
    database = tmp_path / "data" / "repoint.sqlite3"
    database.mkdir(parents=True)
    told = run(*command, "--data", database.parent, fails=True).stderr
    assert told == f"repoint: the database {database} cannot be used: unable to open database file\n"


@pytest.mark.parametrize(
    ("command", "inside"),
    [*((command, "") for command in OPENING), (("keys", "list"), "repoint.lock"), (("migrate",), "journal")],
    ids=str,
)
def test_a_folder_that_cannot_be_used(run: Run, tmp_path: Path, command: tuple[str, ...], inside: str) -> None:
    """A file where a folder should be, or the other way round, is named."""
    data = tmp_path / "data"
    if inside == "repoint.lock":
        (data / inside).mkdir(parents=True)
    else:
        (data / inside).parent.mkdir(exist_ok=True)
        (data / inside).write_text("")
    told = run(*command, fails=True, apart=inside == "journal", REPOINT_DATA=str(data)).stderr
    assert told.startswith(f"repoint: the data folder {data} cannot be used: ")
    assert str(data / inside) in told.partition("(")[2]
