"""The loops that run beside the requests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from repoint.services import Services

IDLE_S = 0.2
AFTER_ERROR_S = 2.0
# Phones and ingest share one interpreter, and the phones go first: while more than this comes in, counting waits for
# quieter times. Not longer than its patience, though; from then on it rests as long as it works.
BUSY_SCANS_PER_S = 5_000.0
PATIENCE_S = 20.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def running(services: Services) -> AsyncIterator[None]:
    """Start the journal and the loops; on the way out, store every scan that is still in the journal."""
    await services.journal.start()
    await asyncio.to_thread(services.ingest.resume)
    ingesting = asyncio.create_task(ingest_scans(services))
    try:
        yield
    finally:
        ingesting.cancel()
        await asyncio.gather(ingesting, return_exceptions=True)
        await services.journal.close()
        while await asyncio.to_thread(services.ingest.drain):
            pass


async def ingest_scans(services: Services) -> None:
    """Move scans from the journal into the database for as long as the server runs."""
    loop = asyncio.get_running_loop()
    ingest, journal = services.ingest, services.journal.stats
    appended, looked_at, quiet_at = journal.appended, loop.time(), loop.time()
    while True:
        now = loop.time()
        is_busy = journal.appended - appended > BUSY_SCANS_PER_S * (now - looked_at)
        appended, looked_at = journal.appended, now
        quiet_at = quiet_at if is_busy else now
        if is_busy and now - quiet_at < PATIENCE_S:
            await asyncio.sleep(IDLE_S)
            continue
        try:
            drained = await asyncio.to_thread(ingest.drain)
        except Exception as error:
            # Whatever it is, the scans are safe in the journal and the next try may succeed.
            ingest.stats.last_error = f"{type(error).__name__}: {error}"
            log.exception("ingest.failed")
            await asyncio.sleep(AFTER_ERROR_S)
            continue
        ingest.stats.last_error = None
        if not drained:
            await asyncio.sleep(IDLE_S)
        elif is_busy:
            await asyncio.sleep(loop.time() - now)
