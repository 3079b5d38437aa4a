"""The loops that run beside the requests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from repoint.accounts import kept_answers
from repoint.accounts.uses import write_down
from repoint.codes.job_running import JobRunner
from repoint.codes.jobs import housekeeping
from repoint.codes.jobs.job import Job, Refusal, refusal_of
from repoint.kit.clock import utc_now
from repoint.kit.db import DatabaseUnavailable
from repoint.kit.errors import DomainError
from repoint.kit.heavy import TooMuchWork
from repoint.links.resolve import Resolution, load_newest
from repoint.services import Services

IDLE_S = 0.2
AFTER_ERROR_S = 2.0
BETWEEN_COUNTS_S = 1.0
TURNS_BETWEEN_TIDYING = 3_600
# Phones and ingest share one interpreter, and the phones go first: while more than this comes in, counting waits for
# quieter times. Not longer than its patience, though; from then on it rests as long as it works.
BUSY_SCANS_PER_S = 5_000.0
PATIENCE_S = 20.0

BETWEEN_USES_S = 5.0
# A job keeps its turn for so long; after each batch it rests for this share of what the batch took, because others want
# the database too.
TURN_S = 2.0
REST = 0.5
TIDY_EVERY_S = 600.0

LEARNED_AT_ONCE = 1_000
BETWEEN_LEARNING_S = 0.02

FORGET_EVERY_S = 600.0
FORGOTTEN_AT_ONCE = 200

log = structlog.get_logger(__name__)


@asynccontextmanager
async def running(services: Services) -> AsyncIterator[None]:
    """Start the journal and the loops; on the way out, store every scan that is still in the journal."""
    async with services.db.following():
        await asyncio.to_thread(services.ingest.resume)
        await services.journal.start()
        loops = [asyncio.create_task(_keep_up(loop, services)) for loop in LOOPS]
        try:
            yield
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            await write_uses(services)
            await _keep_last_counts(services)
            await services.journal.close()
            while await asyncio.to_thread(services.ingest.drain):
                pass


async def _keep_up(loop: Callable[[Services], Awaitable[None]], services: Services) -> None:
    """A bug that ends a loop is logged, and the loop begins anew; it would be missing until the next start."""
    while True:
        try:
            await loop(services)
        except Exception:
            log.exception("loop.failed", loop=loop.__name__)
            await asyncio.sleep(AFTER_ERROR_S)
        else:
            return


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


async def run_jobs(services: Services) -> None:
    """Do what is queued, in turns, for as long as the server runs."""
    runner = JobRunner(services.db, services.data, services.drawing, services.space)
    await asyncio.to_thread(runner.resume)
    try:
        while True:
            try:
                job = await runner.take()
                if job is None:
                    await asyncio.sleep(IDLE_S)
                else:
                    await take_turn(runner, job)
            except DatabaseUnavailable as error:
                log.warning("jobs.no_database", error=str(error))
                await asyncio.sleep(AFTER_ERROR_S)
    finally:
        await runner.stop()


async def take_turn(runner: JobRunner, job: Job) -> None:
    """Move one job on until its turn is over."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + TURN_S
    now: Job | None = job
    while now is not None and loop.time() < ends_at:
        began = loop.time()
        try:
            now = await runner.move(now)
        except (DatabaseUnavailable, TooMuchWork, OSError) as error:
            log.warning("jobs.waits", job=job.public_id, error=str(error))
            await asyncio.sleep(AFTER_ERROR_S)
            return
        except DomainError as refusal:  # of the job as a whole: the plan has ended
            await runner.give_up(job, refusal_of(refusal))
            return
        except Exception:
            log.exception("jobs.failed", job=job.public_id)
            problem = Refusal("internal", "", "Something broke on our side, and the log says what.")
            await runner.give_up(job, problem)
            return
        await asyncio.sleep(REST * (loop.time() - began))


async def tidy_jobs(services: Services) -> None:
    """Remove files and results of jobs whose time is over."""
    while True:
        try:
            await asyncio.to_thread(housekeeping.tidy, services.db, services.data, now=utc_now())
        except (DatabaseUnavailable, OSError) as error:
            log.warning("jobs.not_tidied", error=str(error))
        await asyncio.sleep(TIDY_EVERY_S)


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


async def forget_answers(services: Services) -> None:
    """Remove the answers to repeated requests whose day is over, a few at a time, for as long as the server runs."""
    while True:
        forgotten = 0
        try:
            forgotten = await services.db.write(kept_answers.forget_old, limit=FORGOTTEN_AT_ONCE)
        except DatabaseUnavailable:
            log.warning("answers.not_forgotten")  # they are looked for again in ten minutes, and harm nobody until then
        await asyncio.sleep(BETWEEN_LEARNING_S if forgotten == FORGOTTEN_AT_ONCE else FORGET_EVERY_S)


async def keep_uses(services: Services) -> None:
    """Write down when keys and sessions were last used, every few seconds and beside the requests."""
    while True:
        await asyncio.sleep(BETWEEN_USES_S)
        await write_uses(services)


async def write_uses(services: Services) -> None:
    """Write down what was used since the last time; what cannot be written waits."""
    taken = services.uses.take()
    if taken is None:
        return
    try:
        await services.db.write(write_down, *taken)
    except Exception as error:  # noqa: BLE001 - whatever it is, the loop goes on and the next try may succeed
        services.uses.put_back(taken)
        log.warning("uses.not_written", error=repr(error))


async def keep_counts(services: Services) -> None:
    """Tell the database every second how many requests the keys made, and drop the days that are over."""
    turn = 0
    while True:
        try:
            if turn % TURNS_BETWEEN_TIDYING == 0:
                await services.limits.forget_days()
            turn += 1
            await asyncio.sleep(BETWEEN_COUNTS_S)
            await services.limits.flush()
        except DatabaseUnavailable:
            log.warning("limits.not_kept")  # they stay in memory and are told the next time
            await asyncio.sleep(AFTER_ERROR_S)


async def _keep_last_counts(services: Services) -> None:
    try:
        await services.limits.flush()
    except DatabaseUnavailable:
        log.exception("limits.lost")


LOOPS = (ingest_scans, learn_links, forget_answers, keep_uses, keep_counts, run_jobs, tidy_jobs)
