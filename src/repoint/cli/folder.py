"""The data folder and its database, or a sentence why not."""

from pathlib import Path

from sqlalchemy.exc import DBAPIError

from repoint import bootstrap
from repoint.cli.options import fail
from repoint.kit.datafolder import DataFolder
from repoint.kit.db import Database, DatabaseUnavailable
from repoint.kit.db.migrate import SchemaTooNew


def claim(data: Path) -> DataFolder:
    """The folder, for this process alone; ends the program where it cannot be used.

    Raises:
        DataFolderBusy: another process has it.
    """
    try:
        return bootstrap.claim(data)
    except OSError as error:
        fail(f"the data folder {data} cannot be used: {error.strerror} ({error.filename})")


def open_database(folder: DataFolder) -> tuple[Database, str | None, str]:
    """The folder's database, and its schema before and after it was brought to the newest; ends the program if none."""
    try:
        return bootstrap.migrate_database(folder)
    except (SchemaTooNew, DatabaseUnavailable, DBAPIError) as error:
        folder.release()
        if isinstance(error, SchemaTooNew):
            fail(str(error))
        fail(f"the database {folder.database} cannot be used: {getattr(error, 'orig', error)}")
