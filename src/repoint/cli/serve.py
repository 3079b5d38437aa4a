"""`repoint serve`: redirects, the API and the loops beside them."""

import socket
from functools import partial
from pathlib import Path

import click

from repoint import bootstrap
from repoint.cli import serving, supervise
from repoint.cli.folder import claim, open_database, open_server
from repoint.cli.options import data_option, fail, read_settings, shown
from repoint.kit import logs
from repoint.kit.datafolder import DataFolder, DataFolderBusy
from repoint.kit.db import DatabaseUnavailable
from repoint.plans import catalogue
from repoint.settings import Settings

BACKLOG = 2048
WORKERS_MAX = 64


@click.command()
@click.option("--host", help="Address to listen on (REPOINT_HOST, else 127.0.0.1).")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port to listen on (REPOINT_PORT, else 8000; 0 takes a free one)."
)
@click.option(
    "--workers",
    type=click.IntRange(1, WORKERS_MAX),
    default=1,
    show_default=True,
    help="Serving processes; more than one needs PostgreSQL.",
)
@data_option
def serve(host: str | None, port: int | None, workers: int, data: Path | None) -> None:
    """Serve redirects and the API."""
    settings = read_settings(host=host, port=port, data=data)
    if workers > 1 and not settings.database_url:
        fail(
            f"--workers {workers} needs PostgreSQL, because only one process may write a SQLite file. "
            "Name a database with REPOINT_DATABASE_URL, or leave --workers away: one process answers thousands of "
            "scans a second."
        )
    logs.configure(as_json=settings.log_format == "json")
    bootstrap.take_catalogue(settings)
    listener = _listen(settings)
    settings = settings.model_copy(update={"port": listener.getsockname()[1]})
    try:
        folder = claim(settings.data)
    except DataFolderBusy as busy:
        fail(str(busy))
    if settings.database_url:
        _serve_server(settings, folder, listener, workers)
    else:
        _serve_folder(settings, folder, listener)


def _serve_folder(settings: Settings, folder: DataFolder, listener: socket.socket) -> None:
    db, _, _ = open_database(folder)
    try:
        token = db.write_now(bootstrap.first_key)
        login = bootstrap.first_login(db)
    except DatabaseUnavailable as error:
        fail(f"the database {folder.database} cannot be used: {error}")
    serving.serve_folder(
        settings, folder, db, listener, ready=partial(click.echo, _greeting(settings, token, login, 1))
    )


def _serve_server(settings: Settings, folder: DataFolder, listener: socket.socket, workers: int) -> None:
    """The folder stays claimed by this process; each worker has a journal in it."""
    db, _, _ = open_server(settings)
    try:
        token = db.write_now(bootstrap.first_key)
        login = bootstrap.first_login(db)
        bootstrap.drain_left_behind(folder.path, db, workers=workers)
    except DatabaseUnavailable as error:
        fail(f"the database {shown(settings.database_url)} cannot be used: {error}")
    finally:
        db.close()
    ready = partial(click.echo, _greeting(settings, token, login, workers))
    if workers == 1:
        serving.serve_journal(settings, listener, journal=1, is_one_of_several=False, ready=ready)
    else:
        supervise.run(settings, listener, workers=workers, ready=ready)
    folder.release()


def _listen(settings: Settings) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        fail(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}")


def _greeting(settings: Settings, token: str | None, login: bootstrap.Login | None, workers: int) -> str:
    base = settings.base_url
    lines = [
        f"Repoint serves {base}",
        f"  Listening    {settings.host}:{settings.port}, data in {settings.data.resolve()}",
        f"  API          {base}/api/v1, to try at {base}/api/docs",
        f"  Short links  {base}/r/SLUG",
        *(f"               https://{domain}/SLUG" for domain in settings.short_domains),
        *([f"  Workers      {workers}"] if workers > 1 else []),
    ]
    if trouble := catalogue.present().trouble:
        lines += ["", f"  The plan file is not in use: {trouble}"]
    if token is not None:
        lines += ["", f"  First start: open {base}/api/docs with this key. It is shown this once.", f"  {token}"]
    if login is not None:
        lines += ["", "  The owner's login, shown this once as well:", f"  {login.email}  {login.password}"]
    return "\n".join([*lines, "", "Stop with Ctrl+C."])
