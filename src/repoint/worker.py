"""The loops that run beside the requests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from repoint.kit.db import DatabaseUnavailable
from repoint.links.resolve import Resolution, load_newest
from repoint.services import Services

IDLE_S = 0.2
AFTER_ERROR_S = 2.0
# Phones and ingest share one interpreter, and the phones go first: while more than this comes in, counting waits for
# quieter times. Not longer than its patience, though; from then on it rests as long as it works.
BUSY_SCANS_PER_S = 5_000.0
PATIENCE_S = 20.0

LEARNED_AT_ONCE = 1_000
BETWEEN_LEARNING_S = 0.02

log = structlog.get_logger(__name__)


@asynccontextmanager
async def running(services: Services) -> AsyncIterator[None]:
    """Start the journal and the loops; on the way out, store every scan that is still in the journal."""
    await asyncio.to_thread(services.ingest.resume)
    await services.journal.start()
    loops = [asyncio.create_task(loop(services)) for loop in (ingest_scans, learn_links)]
    try:
        yield
    finally:
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
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


async def learn_links(services: Services) -> None:
    """Take the newest links into memory after a start, a few at a time, so that few phones wait for the database."""
    below: int | None = None
    resolver = services.resolver

    async def some() -> dict[bytes, Resolution]:
        nonlocal below
        answers, below = await services.db.read(load_newest, below=below, limit=LEARNED_AT_ONCE)
        return answers

    try:
        while True:
            kept = await resolver.learn(some())
            if kept < LEARNED_AT_ONCE or below is None:
                return
            await asyncio.sleep(BETWEEN_LEARNING_S)
    except DatabaseUnavailable:
        log.warning("links.not_learned")  # they are looked up when they are scanned
