"""Follow jobs: one, many, their results; and stop them."""

from repoint.accounts import audit
from repoint.accounts.actor import Actor, Scope
from repoint.accounts.audit import Change
from repoint.codes.jobs import store
from repoint.codes.jobs.ending import UNDO, end
from repoint.codes.jobs.job import Job, Result, id_of
from repoint.kit.db import Tx
from repoint.kit.errors import Conflict, NotFound
from repoint.kit.pages import Asked, Page

LIST = "jobs"


def get_job(tx: Tx, actor: Actor, public_id: str) -> Job:
    """One job.

    Raises:
        NotFound: the organisation has no such job.
    """
    actor.require(Scope.READ)
    return store.get(tx, actor.org, id_of(public_id))


def list_jobs(tx: Tx, actor: Actor, asked: Asked) -> Page[Job]:
    """A page of jobs, newest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    actor.require(Scope.READ)
    return store.page(tx, actor.org, asked, listing=f"{LIST}:{actor.org.hex}")


def list_results(tx: Tx, actor: Actor, public_id: str, asked: Asked) -> Page[Result]:
    """A page of what became of a job's rows, in order; those it has not come to yet are missing.

    Raises:
        NotFound: the organisation has no such job.
        Invalid: the cursor is not one of this list.
    """
    job = get_job(tx, actor, public_id)
    listing = f"results:{job.id.hex}"
    above = asked.after_number(listing) or 0
    found = store.results(tx, actor.org, job.id, above=above, limit=asked.with_next)
    return asked.page(listing, found, lambda result: result.number)


def cancel_job(tx: Tx, actor: Actor, public_id: str) -> Job:
    """Stop a job between two of its batches; what it has made stays, unless it was to make all or nothing.

    Cancelling what is cancelled already changes nothing.

    Raises:
        Forbidden: the key may not write.
        NotFound: the organisation has no such job.
        Conflict: `job_finished`.
    """
    actor.require(Scope.WRITE)
    job = store.get(tx, actor.org, id_of(public_id), is_locked=True)
    if job.state == "cancelled" or job.ending == "cancelled":
        return job
    if job.is_finished:
        raise Conflict("job_finished", f"The job is {job.state}; there is nothing left to cancel.")
    audit.record(
        tx, actor.org, actor.who, Change("job.cancelled", job.public_id, after={"done": job.done, "total": job.total})
    )
    if job.phase == UNDO:
        return store.change(tx, actor.org, job.id, {"ending": "cancelled"})
    return end(tx, job, "cancelled")


def made_file_of(tx: Tx, actor: Actor, public_id: str) -> Job:
    """The job, whose file is there.

    Raises:
        NotFound: the organisation has no such job, or its file was removed.
        Conflict: `job_unfinished`.
    """
    job = get_job(tx, actor, public_id)
    if not job.is_finished:
        raise Conflict("job_unfinished", "The job is not finished; ask again when its state is done.")
    if job.file_bytes is None:
        raise NotFound("file of the job", public_id)
    return job
