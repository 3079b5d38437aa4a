"""One serving process: uvicorn, the fast path, the loops."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import cast

import structlog
import uvicorn
import uvloop
from starlette.applications import Starlette

from repoint import bootstrap, worker
from repoint.cli import control
from repoint.cli.folder import claim_journal, open_server
from repoint.cli.options import fail, shown
from repoint.kit.datafolder import DataFolder, DataFolderBusy
from repoint.kit.db import Database, DatabaseUnavailable
from repoint.kit.errors import Invalid
from repoint.plans import catalogue
from repoint.services import Services
from repoint.settings import Settings
from repoint.web import app
from repoint.web.redirect.fastpath import FastRedirects, ServerLines

SWITCH_INTERVAL_S = 0.001  # CPython's own 5 ms is the whole of what a redirect may take
GC_THRESHOLDS = (50_000, 50, 100)
SHUTDOWN_WAIT_S = 10

log = structlog.get_logger(__name__)


def serve_folder(
    settings: Settings, folder: DataFolder, db: Database, listener: socket.socket, *, ready: Callable[[], None]
) -> None:
    """Serve from the SQLite database of a claimed folder until a signal says that it is enough."""
    try:
        services = bootstrap.open_services(settings, folder, db)
    except DatabaseUnavailable as error:
        fail(f"the database {folder.database} cannot be used: {error}")
    _run(services, listener, ready)


def serve_journal(
    settings: Settings, listener: socket.socket, *, journal: int, is_one_of_several: bool, ready: Callable[[], None]
) -> None:
    """Serve from PostgreSQL with one of the folder's journals, until a signal says that it is enough."""
    number = journal if is_one_of_several else None
    try:
        folder = claim_journal(settings.data, journal)
    except DataFolderBusy as busy:
        fail(str(busy))
    db, _, _ = open_server(settings, worker=number)
    try:
        services = bootstrap.open_services(settings, folder, db, worker=number)
    except DatabaseUnavailable as error:
        fail(f"the database {shown(settings.database_url)} cannot be used: {error}")
    _run(services, listener, ready)


def _run(services: Services, listener: socket.socket, ready: Callable[[], None]) -> None:
    try:
        tune_interpreter()
        uvloop.run(_serve(services, listener, ready))
    finally:
        services.close()


def tune_interpreter() -> None:
    """Keep the event loop from waiting: for other threads, and for searches of garbage among what never becomes any."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def _reload_catalogue() -> None:
    """Read the plan file again; a broken one changes nothing, and the log says why."""
    try:
        catalogue.reload()
    except Invalid as error:
        log.error("plans.not_reloaded", error=str(error))  # noqa: TRY400 - the sentence is all there is


def _reload_missed() -> None:
    if catalogue.present().file is not None:
        _reload_catalogue()


async def _serve(services: Services, listener: socket.socket, ready: Callable[[], None]) -> None:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            # Before others are followed: what was announced since this process read the file is heard as missed.
            services.db.feed.listen(catalogue.CHANGES, changed=lambda _: _reload_catalogue(), missed=_reload_missed)
            await stack.enter_async_context(worker.running(services))
            if not services.db.is_shared:
                await stack.enter_async_context(control.listening(services))
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, _reload_catalogue)
            ready()
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
