"""The loops that run beside the requests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from repoint.services import Services

IDLE_S = 0.2
AFTER_ERROR_S = 2.0
# While scans come in at this rate, ingest rests as long as it works: both share one interpreter, and the phones go
# first.
BUSY_SCANS_PER_S = 2_000.0
REST_MAX_S = 2.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def running(services: Services) -> AsyncIterator[None]:
    """Start the journal and the loops; on the way out, store every scan that is still in the journal."""
    services.journal.start()
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
    appended, since = journal.appended, loop.time()
    while True:
        began = loop.time()
        try:
            drained = await asyncio.to_thread(ingest.drain)
        except Exception as error:
            # Whatever it is, the scans are safe in the journal and the next try may succeed.
            ingest.stats.last_error = f"{type(error).__name__}: {error}"
            log.exception("ingest.failed")
            await asyncio.sleep(AFTER_ERROR_S)
            continue
        ingest.stats.last_error = None
        now = loop.time()
        rate = (journal.appended - appended) / max(now - since, 1e-3)
        appended, since = journal.appended, now
        if drained:
            await asyncio.sleep(min(REST_MAX_S, (now - began) * rate / BUSY_SCANS_PER_S))
        else:
            await asyncio.sleep(IDLE_S)
