"""Calls that begin a job: a CSV, a ZIP of pictures."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Request, Response

from repoint.codes.create import Mode
from repoint.codes.csv_import import Options, queue_csv
from repoint.codes.jobs.job import PREFIX, Job, rows_file
from repoint.codes.picture_zip import queue_pictures
from repoint.kit.db import Tx
from repoint.kit.ids import prefixed
from repoint.services import Services
from repoint.web.api import incoming_csv
from repoint.web.api.answers import PATH, created
from repoint.web.api.caller import Caller
from repoint.web.api.once import Once
from repoint.web.api.problems import responses
from repoint.web.api.wire_jobs import JobOut, PicturesIn

CSV_PATH = "/qr-codes/csv"


def routes(services: Services) -> APIRouter:
    """The routes that make jobs."""
    router = APIRouter(tags=["Jobs"])
    db, space, data = services.db, services.space, services.data
    accepted = responses(402, 404, 409, 413)

    @router.post(
        CSV_PATH,
        summary="Create QR codes from a CSV",
        status_code=202,
        response_model=JobOut,
        responses=accepted,
        openapi_extra=incoming_csv.BODY,
    )
    async def import_csv(
        caller: Caller, request: Request, once: Once, *, mode: Mode = "each", dry_run: bool = False
    ) -> Response:
        """Create up to 100,000 QR codes from a CSV, as a job; a file that cannot be read is refused at once."""
        job_id = await db.read(Tx.new_id)
        rows = await incoming_csv.spooled(data, request, job_id)
        is_queued = False
        try:
            answer = await once.write(
                lambda tx: queue_csv(tx, caller, job_id, rows=rows, options=Options(mode, dry_run)), _queued
            )
            # A repeated request is answered with the job that there is.
            is_queued = answer.headers.get("location") == f"{PATH}{_path(job_id)}"
        finally:
            if not is_queued:
                await asyncio.to_thread(rows_file(data, job_id).unlink, missing_ok=True)
        return answer

    @router.post(
        "/qr-codes/pictures",
        summary="Draw the pictures of many QR codes",
        status_code=202,
        response_model=JobOut,
        responses=accepted,
    )
    async def draw_pictures(caller: Caller, body: PicturesIn, once: Once) -> Response:
        """Draw the pictures of up to 1,000 codes, or of all that a CSV job made, into a ZIP, as a job."""
        job_id = await db.read(Tx.new_id)
        return await once.write(
            lambda tx: queue_pictures(tx, caller, job_id, ids=body.ids, source=body.job_id, size=body.picture_size()),
            _queued,
        )

    def _queued(job: Job) -> Response:
        return created(JobOut.of(job, space), _path(job.id), status=202)

    return router


def _path(job_id: UUID) -> str:
    return f"/jobs/{prefixed(PREFIX, job_id)}"
