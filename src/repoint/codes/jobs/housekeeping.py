"""Removes files and results of jobs whose time is over."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from repoint.codes.jobs.job import FILE_KEPT, FOLDER, RESULTS_KEPT, UNFINISHED
from repoint.codes.jobs.table import job_rows, jobs
from repoint.kit.db import Database, Tx

ORPHAN_AFTER = timedelta(hours=1)  # a file without a job; an upload takes less
ROWS_AT_ONCE = 2_000


def tidy(db: Database, data: Path, *, now: datetime) -> None:
    """Remove what is over, of all organisations; takes as long as the disk does, so not for the event loop."""
    db.write_now(_forget_files)
    folder = data / FOLDER
    needed = db.read_now(_needed)
    for path in folder.iterdir() if folder.is_dir() else ():
        is_old = now.timestamp() - path.stat().st_mtime > ORPHAN_AFTER.total_seconds()
        if path.name not in needed and is_old:
            path.unlink(missing_ok=True)
    while db.write_now(_forget_results):
        pass


def _forget_files(tx: Tx) -> None:
    over = tx.now - FILE_KEPT
    tx.execute(update(jobs).where(jobs.c.file_bytes.is_not(None), jobs.c.finished_at < over).values(file_bytes=None))


def _needed(tx: Tx) -> set[str]:
    """The names of the files that jobs still need."""
    query = select(jobs.c.id, jobs.c.state).where(or_(jobs.c.state.in_(UNFINISHED), jobs.c.file_bytes.is_not(None)))
    names: set[str] = set()
    for row in tx.execute(query):
        names.add(f"{row.id.hex}.zip")
        if row.state in UNFINISHED:
            names.add(f"{row.id.hex}.rows")
    return names


def _forget_results(tx: Tx) -> bool:
    """Some rows of a job that is long finished, or the job itself after its last; False when there is none."""
    job_id: UUID | None = tx.execute(
        select(jobs.c.id).where(jobs.c.finished_at < tx.now - RESULTS_KEPT).limit(1)
    ).scalar()
    if job_id is None:
        return False
    some = select(job_rows.c.number).where(job_rows.c.job_id == job_id).order_by(job_rows.c.number).limit(ROWS_AT_ONCE)
    numbers = tx.execute(some).scalars().all()
    if numbers:
        tx.execute(delete(job_rows).where(job_rows.c.job_id == job_id, job_rows.c.number <= numbers[-1]))
    else:
        tx.execute(delete(jobs).where(jobs.c.id == job_id))
    return True
