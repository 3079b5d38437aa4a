"""Which process works on a job; of all organisations, as the worker.

A job belongs to one process for a while and is written only while it does, so a process that was killed is followed by
another one that begins where the last transaction ended.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, or_, select, update

from repoint.accounts.actor import Actor, Scope
from repoint.codes.jobs import store
from repoint.codes.jobs.job import UNFINISHED, Job
from repoint.codes.jobs.table import jobs
from repoint.kit.db import Tx

LEASE = timedelta(seconds=15)


def is_waiting(tx: Tx, holder: UUID) -> bool:
    """Whether there is a job to take."""
    return tx.execute(_free(tx, holder)).first() is not None


def take(tx: Tx, holder: UUID) -> Job | None:
    """The job that has waited longest for its turn; it is the holder's until its lease ends."""
    job_id = tx.execute(_free(tx, holder).with_for_update(skip_locked=True)).scalar()
    if job_id is None:
        return None
    row = tx.execute(
        update(jobs)
        .where(jobs.c.id == job_id)
        .values(state="running", lease=holder, leased_until=tx.now + LEASE, touched_at=tx.now)
        .returning(*jobs.c)
    ).one()
    job = store.job_of(row)
    return job if job.started_at else store.change(tx, job.org, job.id, {"started_at": tx.now})


def held(tx: Tx, job: Job, holder: UUID) -> Job | None:
    """The job as it stands, locked, and its lease prolonged; None where it is no longer the holder's to change."""
    changed = tx.execute(
        update(jobs)
        .where(jobs.c.id == job.id, jobs.c.org_id == job.org, jobs.c.lease == holder, jobs.c.state == "running")
        .values(leased_until=tx.now + LEASE)
        .returning(*jobs.c)
    ).one_or_none()
    return None if changed is None else store.job_of(changed)


def release(tx: Tx, holder: UUID) -> None:
    """Let go what the holder has, so that the next one need not wait."""
    tx.execute(update(jobs).where(jobs.c.lease == holder).values(lease=None, leased_until=None))


def release_abandoned(tx: Tx) -> None:
    """On SQLite one process owns the database: what is leased when it starts was left by one that was killed."""
    if not tx.is_postgresql:
        tx.execute(update(jobs).where(jobs.c.lease.is_not(None)).values(lease=None, leased_until=None))


def actor_of(job: Job) -> Actor:
    """On whose behalf the job runs."""
    return Actor(job.org, job.who, Scope.WRITE)


def _free(tx: Tx, holder: UUID) -> Select[tuple[UUID]]:
    return (
        select(jobs.c.id)
        .where(
            jobs.c.state.in_(UNFINISHED),
            or_(jobs.c.lease.is_(None), jobs.c.lease == holder, jobs.c.leased_until < tx.now),
        )
        .order_by(jobs.c.touched_at, jobs.c.id)
        .limit(1)
    )
