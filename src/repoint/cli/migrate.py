"""`repoint migrate`: bring the database to the newest schema."""

from pathlib import Path

import click

from repoint import bootstrap
from repoint.cli.options import data_option, fail, read_settings
from repoint.kit.datafolder import DataFolderBusy
from repoint.kit.db.migrate import SchemaTooNew


@click.command()
@data_option
def migrate(data: Path | None) -> None:
    """Bring the database to the newest schema; `serve` does the same when it starts."""
    try:
        folder = bootstrap.claim(read_settings(data=data).data)
    except DataFolderBusy as busy:
        fail(f"{busy} A running server has the newest schema already.")
    try:
        db, before, after = bootstrap.migrate_database(folder)
    except SchemaTooNew as error:
        fail(str(error))
    db.close()
    folder.release()
    click.echo(
        f"The schema is {after}." if before == after else f"The schema went from {before or 'nothing'} to {after}."
    )
