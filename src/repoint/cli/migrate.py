"""`repoint migrate`: bring the database to the newest schema."""

from pathlib import Path

import click

from repoint.cli.folder import claim, open_database, open_server
from repoint.cli.options import data_option, fail, read_settings
from repoint.kit.datafolder import DataFolderBusy
from repoint.settings import Settings


@click.command()
@data_option
def migrate(data: Path | None) -> None:
    """Bring the database to the newest schema; `serve` does the same when it starts."""
    settings = read_settings(data=data)
    before, after = _on_server(settings) if settings.database_url else _in_folder(settings.data)
    click.echo(
        f"The schema is {after}." if before == after else f"The schema went from {before or 'nothing'} to {after}."
    )


def _on_server(settings: Settings) -> tuple[str | None, str]:
    db, before, after = open_server(settings)
    db.close()
    return before, after


def _in_folder(data: Path) -> tuple[str | None, str]:
    try:
        folder = claim(data)
    except DataFolderBusy as busy:
        fail(f"{busy} A running server has the newest schema already.")
    db, before, after = open_database(folder)
    db.close()
    folder.release()
    return before, after
