"""A job as its owner sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID

from repoint.kit.errors import Conflict, DomainError, Invalid, LimitReached, NotFound, PlanExpired
from repoint.kit.ids import parse_prefixed, prefixed

PREFIX = "job"
KIND = "job"
FOLDER = "jobs"
FILE_KEPT = timedelta(days=7)
RESULTS_KEPT = timedelta(days=90)
UNFINISHED_MAX = 20  # of one organisation; each may hold a file of many megabytes

State = Literal["queued", "running", "done", "failed", "cancelled"]
UNFINISHED = ("queued", "running")

CSV: Final = "csv"
PICTURES: Final = "pictures"
Kind = Literal["csv", "pictures"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row, or a whole job, could not be; `field` is empty where it is not one field."""

    code: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Job:
    """`done` of `total` rows; of them so many `succeeded` and so many `failed`.

    `position` and `phase` are the kind's own; `ending` is what the job will be once it is undone. `file_bytes` is the
    size of the file that it made, None where there is none or no longer one.
    """

    id: UUID
    org: UUID
    kind: Kind
    state: State
    phase: str
    ending: State | None
    done: int
    total: int
    succeeded: int
    failed: int
    position: int
    file_bytes: int | None
    options: Mapping[str, Any]
    problem: Refusal | None
    who: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def public_id(self) -> str:
        """`job_` and a ULID."""
        return prefixed(PREFIX, self.id)

    @property
    def is_finished(self) -> bool:
        """Whether nothing of it will change any more."""
        return self.state not in UNFINISHED


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one row; `status` is the kind's own word."""

    number: int
    status: str
    code_id: UUID | None = None
    short_url: str | None = None
    filename: str | None = None
    problem: Refusal | None = None


def id_of(public_id: str) -> UUID:
    """The id behind `job_` and a ULID.

    Raises:
        NotFound: no job can have it.
    """
    return parse_prefixed(PREFIX, public_id, kind=KIND)


def rows_file(data: Path, job_id: UUID) -> Path:
    """Where the rows of a CSV job wait."""
    return data / FOLDER / f"{job_id.hex}.rows"


def made_file(data: Path, job_id: UUID) -> Path:
    """The file that a job makes."""
    return data / FOLDER / f"{job_id.hex}.zip"


def refusal_of(error: DomainError) -> Refusal:
    """A domain error, to be kept."""
    match error:
        case Invalid(field=field, reason=reason):
            return Refusal("invalid", field, reason)
        case Conflict(code=code):
            return Refusal(code, "slug" if code == "slug_taken" else "", str(error))
        case NotFound():
            return Refusal("not_found", "", str(error))
        case LimitReached():
            return Refusal("limit_reached", "", str(error))
        case PlanExpired():
            return Refusal("plan_expired", "", str(error))
        case _:
            return Refusal("refused", "", str(error))
