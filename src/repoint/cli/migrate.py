"""`repoint migrate`: bring the database to the newest schema."""

from pathlib import Path

import click

from repoint.cli.folder import claim, open_database
from repoint.cli.options import data_option, fail, read_settings
from repoint.kit.datafolder import DataFolderBusy


@click.command()
@data_option
def migrate(data: Path | None) -> None:
    """Bring the database to the newest schema; `serve` does the same when it starts."""
    try:
        folder = claim(read_settings(data=data).data)
    except DataFolderBusy as busy:
        fail(f"{busy} A running server has the newest schema already.")
    db, before, after = open_database(folder)
    db.close()
    folder.release()
    click.echo(
        f"The schema is {after}." if before == after else f"The schema went from {before or 'nothing'} to {after}."
    )
