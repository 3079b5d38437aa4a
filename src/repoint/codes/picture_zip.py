"""A ZIP of the pictures of many codes, drawn in batches.

The rows of the job are there from the start and `waiting`; a job's `position` is the length up to which its file is on
the disk. A batch is drawn and appended first and then noted in one transaction, so that what a killed process had
appended without a note is cut off and drawn again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, literal, select

from repoint.accounts import audit
from repoint.accounts.actor import Actor, Scope
from repoint.accounts.audit import Change
from repoint.codes import logos
from repoint.codes import store as codes
from repoint.codes.artwork import PictureSize, payload_of
from repoint.codes.code import Code, id_of
from repoint.codes.csv_import import check_room
from repoint.codes.jobs import job as jobs_of
from repoint.codes.jobs import lease, store
from repoint.codes.jobs.job import PICTURES, Job, Refusal, Result
from repoint.codes.jobs.table import job_rows
from repoint.kit.db import Identity, Tx
from repoint.kit.errors import Conflict, Invalid, NotFound
from repoint.links.space import LinkSpace

IDS_MAX = 1_000
SIZE_PX_MAX = 2_048
AT_ONCE = 20
FORMATS = ("svg", "png", "pdf")
PACKED = ("png",)  # deflated already; the streams of a PDF are too, but its frame is not


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture to draw: what it says and how, or why it cannot be drawn."""

    row: Result
    name: str
    title: str = ""
    payload: str = ""
    design: Mapping[str, Any] | None = None
    logo: bytes | None = None
    problem: Refusal | None = None


def queue_pictures(
    tx: Tx, actor: Actor, job_id: UUID, *, ids: Sequence[str] | None, source: str | None, size: PictureSize
) -> Job:
    """Queue the pictures of these codes, or of those that a CSV job made.

    Raises:
        Forbidden: the key may not write.
        NotFound: the organisation has no such code or job.
        Invalid: not one of `ids` and `source`, or the job made no codes.
        Conflict: `too_many_jobs`, or `job_unfinished`.
    """
    actor.require(Scope.WRITE)
    if (ids is None) == (source is None):
        raise Invalid("job_id", "is required, or ids; give one of them")
    check_room(tx, actor)
    options = {"format": size.fmt, "size": size.size_px, "source": source}
    job = store.add(tx, actor.org, job_id, kind=PICTURES, phase="draw", total=0, options=options, who=actor.who)
    total = _rows_of_ids(tx, actor, job, ids) if ids is not None else _rows_of_job(tx, actor, job, source or "")
    queued = Change("job.created", job.public_id, after={"kind": PICTURES, "total": total, **options})
    audit.record(tx, actor.org, actor.who, queued)
    return store.change(tx, actor.org, job.id, {"total": total})


def next_pictures(tx: Tx, job: Job, *, space: LinkSpace) -> list[Wanted]:
    """The next pictures of a job, with all that drawing them takes; none after the last."""
    rows = store.results(tx, job.org, job.id, above=0, limit=AT_ONCE, status="waiting")
    found = codes.get_many(tx, job.org, [row.code_id for row in rows if row.code_id is not None])
    artworks: dict[str, bytes] = {}
    wanted: list[Wanted] = []
    for row in rows:
        code = found.get(row.code_id) if row.code_id is not None else None
        if code is None:
            gone = Refusal("not_found", "", "The code was deleted for good.")
            wanted.append(Wanted(row, "", problem=gone))
            continue
        image = logos.named_in(code.design)
        if image is not None and image not in artworks:
            artworks[image] = logos.artwork_of(tx, job.org, image).body
        logo = artworks[image] if image is not None else None
        wanted.append(
            Wanted(
                row, code.slug or code.title or code.public_id, code.title, payload_of(code, space), code.design, logo
            )
        )
    return wanted


def note_drawn(tx: Tx, job: Job, results: Sequence[Result], *, holder: UUID, length: int) -> Job | None:
    """Note that these are in the file, which is this long now; None where the job is no longer the holder's."""
    now = lease.held(tx, job, holder)
    if now is None or now.position != job.position:
        return None
    store.put_results(tx, now, results)
    failed = sum(each.problem is not None for each in results)
    values = {
        "position": length,
        "done": now.done + len(results),
        "succeeded": now.succeeded + len(results) - failed,
        "failed": now.failed + failed,
    }
    return store.change(tx, now.org, now.id, values)


def note_finished(tx: Tx, job: Job, *, holder: UUID, file_bytes: int) -> Job | None:
    """The file is whole; None where the job is no longer the holder's."""
    now = lease.held(tx, job, holder)
    if now is None:
        return None
    values = {"state": "done", "finished_at": tx.now, "lease": None, "file_bytes": file_bytes}
    return store.change(tx, now.org, now.id, values)


def size_of(job: Job) -> PictureSize:
    """As what files the pictures are wanted."""
    return PictureSize(job.options["format"], size_px=job.options["size"])


def drawn(row: Result, name: str) -> Result:
    """A row whose picture is in the file."""
    return replace(row, status="drawn", filename=name)


def not_drawn(row: Result, problem: Refusal) -> Result:
    """A row without a picture."""
    return replace(row, status="refused", problem=problem)


def _rows_of_ids(tx: Tx, actor: Actor, job: Job, ids: Sequence[str]) -> int:
    wanted = list(dict.fromkeys(id_of(each) for each in ids))
    found: dict[UUID, Code] = codes.get_many(tx, actor.org, wanted)
    for code_id, public_id in zip((id_of(each) for each in ids), ids, strict=True):
        if code_id not in found:
            raise NotFound("QR code", public_id)
    rows = [Result(number, "waiting", code_id) for number, code_id in enumerate(wanted, start=1)]
    store.put_results(tx, job, rows)
    return len(rows)


def _rows_of_job(tx: Tx, actor: Actor, job: Job, source: str) -> int:
    made_by = store.get(tx, actor.org, jobs_of.id_of(source))
    if not made_by.is_finished:
        raise Conflict("job_unfinished", "The job is not finished; ask again when its state is done.")
    of_source = (job_rows.c.job_id == made_by.id, job_rows.c.status == "created")
    total = int(tx.execute(select(func.count()).select_from(job_rows).where(*of_source)).scalar_one())
    if not total:
        raise Invalid("job_id", "is a job that made no codes")
    columns = (job_rows.c.number, literal("waiting"), job_rows.c.code_id, job_rows.c.short_url, job_rows.c.filename)
    rows = select(literal(job.id, Identity()), *columns).where(*of_source)
    names = ("job_id", "number", "status", "code_id", "short_url", "filename")
    tx.execute(insert(job_rows).from_select(names, rows))
    return total
