"""A CSV on its way in: onto the disk, then read through."""

import asyncio
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from repoint.codes.csv_import import spool
from repoint.codes.csv_reading import COLUMNS, ROWS_MAX
from repoint.codes.jobs.job import FOLDER, rows_file
from repoint.kit.errors import Invalid
from repoint.web.api.sentences import unknown_field

BODY_BYTES_MAX = 64 * 1024 * 1024 + 64 * 1024  # with what a form puts around the file
_FILE = "file"
_AT_ONCE_BYTES = 1024 * 1024

_DESCRIBED = (
    f"Columns: {', '.join(COLUMNS)}; destination is required. UTF-8, at most {ROWS_MAX:,} rows and 64 MB; "
    "`,`, `;` or tabs between cells."
)
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string", "description": _DESCRIBED}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [_FILE],
                    "additionalProperties": False,
                    "properties": {_FILE: {"type": "string", "format": "binary", "description": _DESCRIBED}},
                }
            },
        },
    }
}


async def spooled(data: Path, request: Request, job_id: UUID) -> int:
    """Put the rows of a request's CSV down for a job, with little memory whatever its size; how many there are.

    Raises:
        Invalid: there is no CSV, or it cannot be read.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    folder = data / FOLDER
    await asyncio.to_thread(folder.mkdir, mode=0o700, exist_ok=True)
    rows = rows_file(data, job_id)
    if kind == "multipart/form-data":
        return await _of_form(request, rows)
    if kind != "text/csv":
        raise Invalid("body", "must be a CSV: sent with `Content-Type: text/csv`, or as `file` of a form")
    upload = folder / f"{job_id.hex}.upload"
    try:
        with await asyncio.to_thread(upload.open, "w+b") as file:
            await _write(request, file)
            return await asyncio.to_thread(spool, file, rows)
    finally:
        await asyncio.to_thread(upload.unlink, missing_ok=True)


async def _write(request: Request, file: BinaryIO) -> None:
    held: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        held.append(chunk)
        size += len(chunk)
        if size >= _AT_ONCE_BYTES:
            await asyncio.to_thread(file.writelines, held)
            held, size = [], 0
    await asyncio.to_thread(file.writelines, held)
    await asyncio.to_thread(file.seek, 0)


async def _of_form(request: Request, rows: Path) -> int:
    try:
        form = await request.form(max_files=1, max_fields=1)
    except HTTPException as error:
        if error.status_code != 400:
            raise
        raise Invalid("body", f"is no form that can be read: {error.detail}") from None
    try:
        for each in form:
            if each != _FILE:
                raise Invalid(each[:60], unknown_field(each, (_FILE,)))
        file = form.get(_FILE)
        if not isinstance(file, UploadFile):
            raise Invalid(_FILE, "is required, as a file")
        return await asyncio.to_thread(spool, file.file, rows)
    finally:
        await form.close()
