"""Jobs and their rows in the database; every query takes the organisation."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update

from repoint.codes.jobs.job import KIND, UNFINISHED, Job, Kind, Refusal, Result
from repoint.codes.jobs.table import job_rows, jobs
from repoint.kit.db import Tx
from repoint.kit.db.bulk import stored_id, upsert_rows
from repoint.kit.errors import NotFound
from repoint.kit.ids import prefixed
from repoint.kit.pages import Asked, Page

_REPLACED = [f"{name} = excluded.{name}" for name in ("status", "code_id", "short_url", "filename", "problem")]


def add(
    tx: Tx, org: UUID, job_id: UUID, *, kind: Kind, phase: str, total: int, options: Mapping[str, Any], who: str
) -> Job:
    """Queue a job."""
    tx.execute(
        insert(jobs).values(
            id=job_id,
            org_id=org,
            kind=kind,
            state="queued",
            phase=phase,
            done=0,
            total=total,
            succeeded=0,
            failed=0,
            position=0,
            options=dict(options),
            who=who,
            touched_at=tx.now,
            created_at=tx.now,
        )
    )
    return get(tx, org, job_id)


def get(tx: Tx, org: UUID, job_id: UUID, *, is_locked: bool = False) -> Job:
    """The organisation's job; locked, it stays as it is until the transaction ends.

    Raises:
        NotFound: it has none with this id.
    """
    query = select(jobs).where(jobs.c.org_id == org, jobs.c.id == job_id)
    row = tx.execute(query.with_for_update() if is_locked else query).one_or_none()
    if row is None:
        raise NotFound(KIND, prefixed("job", job_id))
    return job_of(row)


def page(tx: Tx, org: UUID, asked: Asked, *, listing: str) -> Page[Job]:
    """A page of jobs, newest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    return asked.newest(tx, select(jobs).where(jobs.c.org_id == org), jobs.c.id, listing=listing).read(job_of)


def count_unfinished(tx: Tx, org: UUID) -> int:
    """Jobs that still have something to do."""
    query = select(func.count()).where(jobs.c.org_id == org, jobs.c.state.in_(UNFINISHED))
    return int(tx.execute(query).scalar_one())


def change(tx: Tx, org: UUID, job_id: UUID, values: Mapping[str, Any]) -> Job:
    """Write changed columns and give the job as it stands; a problem is a `Refusal`."""
    written = dict(values)
    if isinstance(problem := written.get("problem"), Refusal):
        written["problem"] = json.dumps(asdict(problem), ensure_ascii=False)
    tx.execute(update(jobs).where(jobs.c.org_id == org, jobs.c.id == job_id).values(touched_at=tx.now, **written))
    return get(tx, org, job_id)


def put_results(tx: Tx, job: Job, results: Sequence[Result]) -> None:
    """Write down what became of rows, over what was written before."""
    job_id = stored_id(tx, job.id)
    rows = [
        (
            job_id,
            each.number,
            each.status,
            None if each.code_id is None else stored_id(tx, each.code_id),
            each.short_url,
            each.filename,
            json.dumps(asdict(each.problem), ensure_ascii=False) if each.problem else None,
        )
        for each in results
    ]
    upsert_rows(tx, job_rows, _REPLACED, rows)


def results(tx: Tx, org: UUID, job_id: UUID, *, above: int, limit: int, status: str | None = None) -> Sequence[Result]:
    """Up to `limit` rows of the organisation's job with higher numbers, in order, of one status or of all."""
    query = (
        select(job_rows)
        .join(jobs, jobs.c.id == job_rows.c.job_id)
        .where(jobs.c.org_id == org, job_rows.c.job_id == job_id, job_rows.c.number > above)
        .order_by(job_rows.c.number)
        .limit(limit)
    )
    if status is not None:
        query = query.where(job_rows.c.status == status)
    return [_result(row) for row in tx.execute(query)]


def job_of(row: Row[Any]) -> Job:
    """A row of the table."""
    return Job(
        id=row.id,
        org=row.org_id,
        kind=row.kind,
        state=row.state,
        phase=row.phase,
        ending=row.ending,
        done=row.done,
        total=row.total,
        succeeded=row.succeeded,
        failed=row.failed,
        position=row.position,
        file_bytes=row.file_bytes,
        options=row.options,
        problem=Refusal(**json.loads(row.problem)) if row.problem else None,
        who=row.who,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def _result(row: Row[Any]) -> Result:
    return Result(
        row.number,
        row.status,
        row.code_id,
        row.short_url,
        row.filename,
        Refusal(**json.loads(row.problem)) if row.problem else None,
    )
