"""Bring a database to the newest schema."""

from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


class SchemaTooNew(Exception):
    """The database was written by a newer Repoint."""


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Run the missing migrations, each in a transaction of its own; gives the revisions before and after.

    Raises:
        SchemaTooNew: the database has a revision that this version does not know.
    """
    config = Config()
    config.set_main_option("script_location", str(resources.files("repoint.kit.db") / "migrations"))
    scripts = ScriptDirectory.from_config(config)
    newest = scripts.get_current_head()
    assert newest is not None
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present == newest:
        return present, newest
    if present is not None and present not in {script.revision for script in scripts.walk_revisions()}:
        raise SchemaTooNew(
            f"The database has schema {present}, which this version of Repoint does not know (it knows {newest}). "
            "Run the newer version that wrote it; there is no way back to an older schema."
        )
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
    return present, newest
