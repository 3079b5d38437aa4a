"""How the native API writes jobs down."""

from typing import Any, Literal, Self

from pydantic import BaseModel, Field

from repoint.codes.artwork import PictureSize
from repoint.codes.code import PREFIX as CODE_PREFIX
from repoint.codes.jobs.job import FILE_KEPT, Job, Refusal, Result
from repoint.codes.picture_zip import IDS_MAX, SIZE_PX_MAX
from repoint.kit.ids import prefixed
from repoint.kit.pages import Page
from repoint.links.space import LinkSpace
from repoint.rendering.sizes import SIZE_PX_MIN
from repoint.web.api.wire import Request, Time


class RefusalOut(BaseModel):
    """Why a row, or a whole job, could not be."""

    code: str = Field(examples=["invalid"])
    field: str | None = Field(examples=["destination"])
    message: str = Field(examples=["must begin with http:// or https://"])

    @classmethod
    def of(cls, refusal: Refusal | None) -> Self | None:
        """A refusal, written down."""
        if refusal is None:
            return None
        return cls(code=refusal.code, field=refusal.field or None, message=refusal.message)


class ProgressOut(BaseModel):
    """How far a job is; a job that first checks all rows begins anew when it makes the codes."""

    done: int
    total: int


class JobOut(BaseModel):
    """Work that goes on after its call."""

    id: str = Field(examples=["job_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])
    kind: Literal["csv", "pictures"]
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    phase: str = Field(description="What it is at: `check`, `create`, `undo` or `draw`.")
    options: dict[str, Any]
    progress: ProgressOut
    succeeded: int
    failed: int
    problem: RefusalOut | None = Field(description="Why the job as a whole failed.", examples=[None])
    results_url: str
    file_url: str | None = Field(description="The file that it made, for 7 days.")
    file_bytes: int | None
    file_until: Time | None
    created_by: str = Field(description="The key that asked for it.", examples=["key_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])
    created_at: Time
    started_at: Time | None
    finished_at: Time | None

    @classmethod
    def of(cls, job: Job, space: LinkSpace) -> Self:
        """A job, written down."""
        url = f"{space.public_url}/api/v1/jobs/{job.public_id}"
        has_file = job.file_bytes is not None and job.finished_at is not None
        return cls(
            id=job.public_id,
            kind=job.kind,
            state=job.state,
            phase=job.phase,
            options=dict(job.options),
            progress=ProgressOut(done=job.done, total=job.total),
            succeeded=job.succeeded,
            failed=job.failed,
            problem=RefusalOut.of(job.problem),
            results_url=f"{url}/results",
            file_url=f"{url}/file" if has_file else None,
            file_bytes=job.file_bytes,
            file_until=job.finished_at + FILE_KEPT if has_file and job.finished_at else None,
            created_by=job.who,
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
        )


class JobPageOut(BaseModel):
    """A page of jobs, newest first; `next_cursor` is null on the last."""

    data: list[JobOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Job], space: LinkSpace) -> Self:
        """A page, written down."""
        return cls(data=[JobOut.of(job, space) for job in page.items], next_cursor=page.next_cursor)


class ResultOut(BaseModel):
    """What became of one row; of a CSV they are numbered as a spreadsheet does, with the header as row 1."""

    row: int
    status: str = Field(
        description="`valid`, `created`, `undone`, `waiting`, `drawn` or `refused`.", examples=["created"]
    )
    id: str | None = Field(description="The code.", examples=["qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])
    short_url: str | None
    filename: str | None
    error: RefusalOut | None

    @classmethod
    def of(cls, result: Result) -> Self:
        """A row, written down."""
        return cls(
            row=result.number,
            status=result.status,
            id=prefixed(CODE_PREFIX, result.code_id) if result.code_id is not None else None,
            short_url=result.short_url,
            filename=result.filename,
            error=RefusalOut.of(result.problem),
        )


class ResultPageOut(BaseModel):
    """A page of rows in order; `next_cursor` is null on the last."""

    data: list[ResultOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Result]) -> Self:
        """A page, written down."""
        return cls(data=[ResultOut.of(each) for each in page.items], next_cursor=page.next_cursor)


class PicturesIn(Request):
    """Which pictures, and as what files."""

    ids: list[str] | None = Field(None, min_length=1, max_length=IDS_MAX, description="Codes; instead of `job_id`.")
    job_id: str | None = Field(
        None,
        max_length=100,
        description="A finished CSV job: the codes that it made.",
        examples=["job_01JZ8Q4XK7T9V2M5N6P8R0S3W1"],
    )
    format: Literal["svg", "png", "pdf"] = "svg"
    size: int | None = Field(None, ge=SIZE_PX_MIN, le=SIZE_PX_MAX, description="Pixels, quiet zone included.")

    def picture_size(self) -> PictureSize:
        """How large, in its format."""
        return PictureSize(self.format, size_px=self.size)
