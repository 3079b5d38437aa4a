"""Bring a database to the newest schema."""

from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, select, text

from repoint.kit.db.postgresql import lock_number


class SchemaTooNew(Exception):
    """The database was written by a newer Repoint."""


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Run the missing migrations, each in a transaction of its own; gives the revisions before and after.

    Raises:
        SchemaTooNew: the database has a revision that this version does not know.
    """
    config = _config()
    scripts = ScriptDirectory.from_config(config)
    newest = scripts.get_current_head()
    assert newest is not None
    present = _present(engine)
    if present == newest:
        return present, newest
    if present is not None and present not in {script.revision for script in scripts.walk_revisions()}:
        raise SchemaTooNew(
            f"The database has schema {present}, which this version of Repoint does not know (it knows {newest}). "
            "Run the newer version that wrote it; there is no way back to an older schema."
        )
    with engine.connect() as connection:
        try:
            _wait_for_turn(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        finally:
            # Closed rather than given back: with it go its lock and its settings.
            connection.invalidate()
    return present, newest


def is_newest(engine: Engine) -> bool:
    """Whether the database has the schema of this version."""
    return _present(engine) == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files("repoint.kit.db") / "migrations"))
    return config


def _present(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _wait_for_turn(connection: Connection) -> None:
    """Let one process migrate at a time; who comes second finds everything done.

    SQLite has one process by the data folder's lock.
    """
    if connection.dialect.name == "postgresql":
        for setting in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET {setting} = 0"))  # a migration takes the time it takes
        connection.execute(select(func.pg_advisory_lock(lock_number("migrate"))))
        connection.commit()
