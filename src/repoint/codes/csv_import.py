"""Makes codes of the rows of a CSV, in batches.

`each`: create. `all`: check every row, then create; where a row fails after all, because something changed in between,
what was made is undone. `dry_run`: check alone. The rows wait in a file of JSON lines, `[row number, cells]`; a job's
`position` is the place in that file up to which rows are done, so a batch and its place are one transaction.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import UUID

from repoint.accounts import audit
from repoint.accounts.actor import Actor, Scope
from repoint.accounts.audit import Change
from repoint.codes import store as codes
from repoint.codes.code import Code
from repoint.codes.create import Before, Mode, check_codes, make_codes
from repoint.codes.csv_reading import read_rows
from repoint.codes.delete import delete_for_good
from repoint.codes.draft import DynamicDraft
from repoint.codes.folders import folder_at, known_folder, public_id_of
from repoint.codes.jobs import lease, store
from repoint.codes.jobs.ending import CHECK, CREATE, UNDO, end
from repoint.codes.jobs.job import CSV, UNFINISHED_MAX, Job, Refusal, Result, refusal_of
from repoint.kit.db import Tx
from repoint.kit.errors import Conflict, DomainError, Invalid, NotFound
from repoint.links.space import LinkSpace
from repoint.plans import gate, subscriptions

ROWS_AT_ONCE = 250
AT_ONCE_BYTES = 1024 * 1024
FILENAME_MAX = 255

_SEPARATORS = str.maketrans(";|", ",,")


@dataclass(frozen=True, slots=True)
class Options:
    """How a CSV is taken; `dry_run` makes nothing."""

    mode: Mode
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows, and where they begin and end in the file."""

    start: int
    end: int
    rows: Sequence[tuple[int, dict[str, str]]]


def spool(upload: BinaryIO, rows_path: Path) -> int:
    """Read an upload through and write its rows down, so that the job needs to read nothing twice; how many there are.

    Raises:
        Invalid: something of the file cannot be read; nothing of it was taken.
    """
    found = 0
    # Every read gives up the interpreter's lock and has it back before another thread wakes; a thread that reads little
    # at a time keeps the event loop waiting for tens of milliseconds.
    ahead = BufferedReader(cast("RawIOBase", upload), AT_ONCE_BYTES)
    try:
        with rows_path.open("xb", buffering=AT_ONCE_BYTES) as rows:
            rows_path.chmod(0o600)
            for row in read_rows(ahead):
                rows.write(json.dumps([row.number, row.cells], ensure_ascii=False).encode() + b"\n")
                found += 1
            rows.flush()
            os.fsync(rows.fileno())
    except BaseException:
        rows_path.unlink(missing_ok=True)
        raise
    finally:
        ahead.detach()  # or it would close what is its caller's
    return found


def queue_csv(tx: Tx, actor: Actor, job_id: UUID, *, rows: int, options: Options) -> Job:
    """Queue the rows that `spool` wrote down for this job.

    Raises:
        Forbidden: the key may not write.
        PlanExpired: the subscription and its grace time are over.
        NotInPlan, LimitReached: the plan has no such calls, or allows fewer rows in one go.
        Conflict: `too_many_jobs`.
    """
    actor.require(Scope.WRITE)
    gate.require_bulk(subscriptions.for_change(tx, actor.org), rows)
    check_room(tx, actor)
    is_checked = options.dry_run or options.mode == "all"
    said = {"mode": options.mode, "dry_run": options.dry_run}
    phase = CHECK if is_checked else CREATE
    job = store.add(tx, actor.org, job_id, kind=CSV, phase=phase, total=rows, options=said, who=actor.who)
    queued = Change("job.created", job.public_id, after={"kind": CSV, "total": rows, **said})
    audit.record(tx, actor.org, actor.who, queued)
    return job


def check_room(tx: Tx, actor: Actor) -> None:
    """Let pass while the organisation has not too many jobs under way.

    Raises:
        Conflict: `too_many_jobs`.
    """
    if store.count_unfinished(tx, actor.org) >= UNFINISHED_MAX:
        raise Conflict(
            "too_many_jobs", f"{UNFINISHED_MAX} jobs are waiting or running; wait until one of them is finished."
        )


def read_batch(rows_path: Path, position: int) -> Batch:
    """The rows from this place on; none at the end."""
    rows: list[tuple[int, dict[str, str]]] = []
    end = position
    with rows_path.open("rb") as file:
        file.seek(position)
        for line in file:
            number, cells = json.loads(line)
            rows.append((number, cells))
            end += len(line)
            if len(rows) == ROWS_AT_ONCE:
                break
    return Batch(position, end, rows)


def advance(tx: Tx, job: Job, batch: Batch, *, holder: UUID, before: Before, space: LinkSpace) -> Job | None:
    """One batch of whichever phase the job is in; None where the job is no longer the holder's."""
    now = lease.held(tx, job, holder)
    if now is None or (now.phase, now.position) != (job.phase, batch.start):
        return None
    actor = lease.actor_of(now)
    if now.phase == UNDO:
        return _undo(tx, now, actor, space=space)
    if not batch.rows:
        return _end_phase(tx, now)
    return (
        _checked(tx, now, actor, batch, before, space) if now.phase == CHECK else _created(tx, now, actor, batch, space)
    )


def restart_check(tx: Tx, job: Job, *, holder: UUID) -> Job | None:
    """Check again from the first row on: what a killed process remembered of the rows before is gone."""
    now = lease.held(tx, job, holder)
    return now and store.change(tx, now.org, now.id, {"position": 0, "done": 0, "succeeded": 0, "failed": 0})


def _checked(tx: Tx, job: Job, actor: Actor, batch: Batch, before: Before, space: LinkSpace) -> Job:
    drafts = _drafts(tx, actor, batch)
    good = [each for each in drafts if isinstance(each, DynamicDraft)]
    verdicts = iter(check_codes(tx, actor, good, before=before, space=space))
    outcomes = [next(verdicts) if isinstance(each, DynamicDraft) else each for each in drafts]
    results = [
        _refused(number, cells, outcome) if outcome else Result(number, "valid", filename=cells.get("filename"))
        for (number, cells), outcome in zip(batch.rows, outcomes, strict=True)
    ]
    return _progress(tx, job, batch, results)


def _created(tx: Tx, job: Job, actor: Actor, batch: Batch, space: LinkSpace) -> Job:
    drafts = _drafts(tx, actor, batch)
    good = [each for each in drafts if isinstance(each, DynamicDraft)]
    made = iter(make_codes(tx, actor, good, mode="each", space=space))
    outcomes = [next(made) if isinstance(each, DynamicDraft) else each for each in drafts]
    results = [
        _result(number, cells, outcome, space) for (number, cells), outcome in zip(batch.rows, outcomes, strict=True)
    ]
    moved = _progress(tx, job, batch, results)
    refused = next((each for each in results if each.problem is not None), None)
    if refused is None or job.options["mode"] != "all":
        return moved
    return end(tx, moved, "failed", problem=_nothing_made(refused))


def _undo(tx: Tx, job: Job, actor: Actor, *, space: LinkSpace) -> Job:
    """Take back some of what was made; `position` is the row number up to which that is done."""
    some = store.results(tx, job.org, job.id, above=job.position, limit=ROWS_AT_ONCE, status="created")
    if not some:
        values = {"state": job.ending, "finished_at": tx.now, "succeeded": 0, "failed": job.total, "lease": None}
        return store.change(tx, job.org, job.id, values)
    there = codes.get_many(tx, job.org, [each.code_id for each in some if each.code_id is not None])
    for code in there.values():
        delete_for_good(tx, actor, code.public_id, space=space)
    store.put_results(tx, job, [Result(each.number, "undone", filename=each.filename) for each in some])
    return store.change(tx, job.org, job.id, {"position": some[-1].number})


def _end_phase(tx: Tx, job: Job) -> Job:
    """After the last row: done, or from checking to creating."""
    done: dict[str, Any] = {"state": "done", "finished_at": tx.now, "lease": None}
    if job.phase == CREATE or job.options["dry_run"]:
        return store.change(tx, job.org, job.id, done)
    if job.failed:
        first = store.results(tx, job.org, job.id, above=0, limit=1, status="refused")[0]
        said = {"state": "failed", "succeeded": 0, "problem": _nothing_made(first)}
        return store.change(tx, job.org, job.id, {**done, **said})
    return store.change(tx, job.org, job.id, {"phase": CREATE, "position": 0, "done": 0, "succeeded": 0, "failed": 0})


def _progress(tx: Tx, job: Job, batch: Batch, results: Sequence[Result]) -> Job:
    store.put_results(tx, job, results)
    refused = sum(each.problem is not None for each in results)
    values = {
        "position": batch.end,
        "done": job.done + len(results),
        "succeeded": job.succeeded + len(results) - refused,
        "failed": job.failed + refused,
    }
    return store.change(tx, job.org, job.id, values)


def _nothing_made(first: Result) -> Refusal:
    assert first.problem is not None
    message = f"Nothing was made, because row {first.number} cannot be: {first.problem.message}"
    return Refusal(first.problem.code, first.problem.field, message)


def _drafts(tx: Tx, actor: Actor, batch: Batch) -> list[DynamicDraft | DomainError]:
    names = {cells["folder"] for _, cells in batch.rows if "folder" in cells}
    folders = {name: _folder(tx, actor.org, name) for name in names}
    return [_draft(cells, folders) for _, cells in batch.rows]


def _folder(tx: Tx, org: UUID, name: str) -> str | Invalid:
    """The id of the folder that a cell names by its path or its id."""
    found = folder_at(tx, org, name.split("/"))
    if found is not None:
        return public_id_of(found)
    try:
        return public_id_of(known_folder(tx, org, name))
    except NotFound:
        hint = "name one by its path, as in 'Print/Tables', or by its id"
        return Invalid("folder", f"{name[:60]!r} is no folder; {hint}")


def _draft(cells: dict[str, str], folders: Mapping[str, str | Invalid]) -> DynamicDraft | DomainError:
    """What a row asks for."""
    folder_id = folders[cells["folder"]] if "folder" in cells else None
    if isinstance(folder_id, Invalid):
        return folder_id
    if len(cells.get("filename", "")) > FILENAME_MAX:
        return Invalid("filename", f"must have at most {FILENAME_MAX} characters")
    if "destination" not in cells:
        return Invalid("destination", "is required")
    tags = (tag.strip() for tag in cells.get("tags", "").translate(_SEPARATORS).split(","))
    return DynamicDraft(
        destination=cells["destination"],
        title=cells.get("title", ""),
        slug=cells.get("slug"),
        domain=cells.get("domain"),
        tags=tuple(tag for tag in tags if tag),
        folder_id=folder_id,
        design_id=cells.get("design_id"),
    )


def _result(number: int, cells: dict[str, str], outcome: Code | DomainError, space: LinkSpace) -> Result:
    if isinstance(outcome, DomainError):
        return _refused(number, cells, outcome)
    assert outcome.slug is not None
    short_url = space.short_url(outcome.domain, outcome.slug)
    return Result(number, "created", outcome.id, short_url, cells.get("filename"))


def _refused(number: int, cells: dict[str, str], refusal: DomainError) -> Result:
    return Result(number, "refused", filename=cells.get("filename"), problem=refusal_of(refusal))
