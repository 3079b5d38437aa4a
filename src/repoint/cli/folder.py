"""The data folder and the database, or a sentence why not."""

from pathlib import Path

from sqlalchemy.exc import ArgumentError, DBAPIError

from repoint import bootstrap
from repoint.cli.options import fail, shown
from repoint.kit.datafolder import DataFolder
from repoint.kit.db import Database, DatabaseUnavailable, DriverMissing
from repoint.kit.db.migrate import SchemaTooNew
from repoint.settings import Settings


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


def claim_journal(data: Path, worker: int) -> DataFolder:
    """One of several journals of the folder, for this process alone; ends the program where it cannot be used.

    Raises:
        DataFolderBusy: another process has it.
    """
    try:
        return bootstrap.claim_journal(data, worker)
    except OSError as error:
        fail(f"the data folder {data} cannot be used: {error.strerror} ({error.filename})")


def open_server(settings: Settings, *, worker: int | None = None) -> tuple[Database, str | None, str]:
    """As `open_database`, for the database at REPOINT_DATABASE_URL."""
    try:
        return bootstrap.migrate_server(settings, worker=worker)
    except (SchemaTooNew, DriverMissing) as error:
        fail(str(error))
    except (DatabaseUnavailable, DBAPIError, ArgumentError) as error:
        fail(f"the database {shown(settings.database_url)} cannot be used: {getattr(error, 'orig', error)}")
