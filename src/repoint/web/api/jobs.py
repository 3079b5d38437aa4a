"""Jobs: follow, cancel, fetch what they made."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from starlette.responses import FileResponse, StreamingResponse

from repoint.accounts.actor import Actor
from repoint.codes.jobs import follow
from repoint.codes.jobs.job import Result, made_file
from repoint.codes.jobs.store import results as results_above
from repoint.kit import spreadsheet
from repoint.services import Services
from repoint.web.api.answers import answered
from repoint.web.api.caller import Caller
from repoint.web.api.once import Once
from repoint.web.api.paging import Paged
from repoint.web.api.picture_answers import SAFE_HEADERS
from repoint.web.api.problems import responses
from repoint.web.api.wire_jobs import JobOut, JobPageOut, ResultOut, ResultPageOut

CSV_COLUMNS = ("row", "status", "id", "short_url", "filename", "error")
_CSV_ROWS_AT_ONCE = 1_000

JobId = Annotated[str, Path(max_length=100, examples=["job_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])]


def routes(services: Services) -> APIRouter:
    """The routes below `/jobs`."""
    router = APIRouter(tags=["Jobs"])
    db, space, data = services.db, services.space, services.data

    @router.get("/jobs", summary="List jobs", response_model=JobPageOut, responses=responses())
    async def list_all_jobs(caller: Caller, paged: Paged) -> Response:
        """List jobs, newest first."""
        page = await db.read(follow.list_jobs, caller, paged)
        return answered(JobPageOut.of(page, space))

    @router.get("/jobs/{job_id}", summary="Get a job", response_model=JobOut, responses=responses(404))
    async def get_one_job(caller: Caller, job_id: JobId) -> Response:
        """Get one job: its state and how far it is."""
        return answered(JobOut.of(await db.read(follow.get_job, caller, job_id), space))

    @router.post("/jobs/{job_id}/cancel", summary="Cancel a job", response_model=JobOut, responses=responses(404, 409))
    async def cancel_one_job(caller: Caller, job_id: JobId, once: Once) -> Response:
        """Cancel a job; what it has made stays, unless it was to make all or nothing."""
        return await once.write(
            lambda tx: follow.cancel_job(tx, caller, job_id), lambda job: answered(JobOut.of(job, space))
        )

    @router.get(
        "/jobs/{job_id}/results",
        summary="List the results of a job",
        response_model=ResultPageOut,
        responses=responses(404),
    )
    async def list_job_results(caller: Caller, job_id: JobId, paged: Paged) -> Response:
        """List what became of each row, in order."""
        return answered(ResultPageOut.of(await db.read(follow.list_results, caller, job_id, paged)))

    @router.get(
        "/jobs/{job_id}/results.csv",
        summary="Download the results of a job",
        response_class=Response,
        responses={200: {"content": {"text/csv": {}}, "description": "A row for each row."}, **responses(404)},
    )
    async def download_job_results(caller: Caller, job_id: JobId) -> Response:
        """Download what became of each row as a CSV, in which no cell is taken for a formula."""
        job = await db.read(follow.get_job, caller, job_id)
        name = f'attachment; filename="{job.public_id}-results.csv"'
        headers = {"content-disposition": name, **SAFE_HEADERS}
        return StreamingResponse(_csv(services, caller, job.id), media_type="text/csv; charset=utf-8", headers=headers)

    @router.get(
        "/jobs/{job_id}/file",
        summary="Download the file of a job",
        response_class=Response,
        responses={200: {"content": {"application/zip": {}}, "description": "The ZIP."}, **responses(404, 409)},
    )
    async def download_job_file(caller: Caller, job_id: JobId) -> Response:
        """Download the ZIP of a finished job of pictures; it is kept for 7 days."""
        job = await db.read(follow.made_file_of, caller, job_id)
        name = f"{job.public_id}.zip"
        return FileResponse(
            made_file(data, job.id), media_type="application/zip", filename=name, headers=dict(SAFE_HEADERS)
        )

    return router


async def _csv(services: Services, caller: Actor, job_id: UUID) -> AsyncIterator[bytes]:
    yield _written([CSV_COLUMNS])
    above = 0
    while some := await services.db.read(results_above, caller.org, job_id, above=above, limit=_CSV_ROWS_AT_ONCE):
        yield await asyncio.to_thread(_written, [_row(each) for each in some])
        above = some[-1].number


def _row(result: Result) -> Sequence[str | int | None]:
    said = ResultOut.of(result)
    error = f"{said.error.field}: {said.error.message}" if said.error and said.error.field else ""
    cells = (said.status, said.id, said.short_url, said.filename, error or (said.error.message if said.error else ""))
    return [said.row, *cells]


def _written(rows: Sequence[Sequence[str | int | None]]) -> bytes:
    return "".join(map(spreadsheet.line, rows)).encode()
