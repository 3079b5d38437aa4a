"""`repoint serve`: everything in one process."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import cast

import click
import uvicorn
import uvloop
from starlette.applications import Starlette

from repoint import bootstrap, worker
from repoint.cli import control
from repoint.cli.folder import claim, open_database
from repoint.cli.options import data_option, fail, read_settings
from repoint.kit import logs
from repoint.kit.datafolder import DataFolderBusy
from repoint.kit.db import DatabaseUnavailable
from repoint.services import Services
from repoint.settings import Settings
from repoint.web import app
from repoint.web.redirect.fastpath import FastRedirects, ServerLines

BACKLOG = 2048
SWITCH_INTERVAL_S = 0.001  # CPython's own 5 ms is the whole of what a redirect may take
GC_THRESHOLDS = (50_000, 50, 100)
SHUTDOWN_WAIT_S = 10


@click.command()
@click.option("--host", help="Address to listen on (REPOINT_HOST, else 127.0.0.1).")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port to listen on (REPOINT_PORT, else 8000; 0 takes a free one)."
)
@click.option("--workers", type=click.IntRange(1, 1), default=1, help="Processes; SQLite allows one.")
@data_option
def serve(host: str | None, port: int | None, workers: int, data: Path | None) -> None:
    """Serve redirects and the API."""
    del workers
    settings = read_settings(host=host, port=port, data=data)
    logs.configure(as_json=settings.log_format == "json")
    listener = _listen(settings)
    settings = settings.model_copy(update={"port": listener.getsockname()[1]})
    try:
        folder = claim(settings.data)
    except DataFolderBusy as busy:
        fail(str(busy))
    db, _, _ = open_database(folder)
    try:
        token = db.write_now(bootstrap.first_key)
        services = bootstrap.open_services(settings, folder, db)
    except DatabaseUnavailable as error:
        fail(f"the database {folder.database} cannot be used: {error}")
    try:
        _tune_interpreter()
        uvloop.run(_serve(services, listener, _greeting(settings, token)))
    finally:
        services.close()


def _tune_interpreter() -> None:
    """Keep the event loop from waiting: for other threads, and for searches of garbage among what never becomes any."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


async def _serve(services: Services, listener: socket.socket, greeting: str) -> None:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with worker.running(services), control.listening(services.data, services.db):
            click.echo(greeting)
            yield

    redirects = app.build_redirects(services)
    config = uvicorn.Config(
        app.build(services, redirects, lifespan=lifespan),
        # A protocol factory; uvicorn calls it as it would the class.
        http=cast("type[asyncio.Protocol]", partial(FastRedirects, redirects, ServerLines())),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=SHUTDOWN_WAIT_S,
    )
    for ending in (signal.SIGINT, signal.SIGTERM):
        # Uvicorn puts its own handlers over these and stops in order; then it raises the signal again, which would end
        # the process before the database and the folder are closed.
        signal.signal(ending, lambda *_: None)
    await uvicorn.Server(config).serve([listener])


def _listen(settings: Settings) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        fail(f"cannot listen on {settings.host}:{settings.port}: {error.strerror}")


def _greeting(settings: Settings, token: str | None) -> str:
    base = settings.base_url
    lines = [
        f"Repoint serves {base}",
        f"  Listening    {settings.host}:{settings.port}, data in {settings.data.resolve()}",
        f"  API          {base}/api/v1, to try at {base}/api/docs",
        f"  Short links  {base}/r/SLUG",
        *(f"               https://{domain}/SLUG" for domain in settings.short_domains),
    ]
    if token is not None:
        lines += ["", f"  First start: open {base}/api/docs with this key. It is shown this once.", f"  {token}"]
    return "\n".join([*lines, "", "Stop with Ctrl+C."])
