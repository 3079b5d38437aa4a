"""Does the jobs, one batch after the other."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from repoint.codes import csv_import, picture_zip
from repoint.codes.artwork import draw
from repoint.codes.create import Before
from repoint.codes.file_names import FileNames
from repoint.codes.jobs import lease, store
from repoint.codes.jobs.ending import CHECK, UNDO, end
from repoint.codes.jobs.job import CSV, FOLDER, Job, Refusal, Result, made_file, refusal_of, rows_file
from repoint.codes.picture_zip import Wanted
from repoint.kit.clock import utc_now
from repoint.kit.db import Database, Tx
from repoint.kit.errors import Invalid
from repoint.kit.growing_zip import GrowingZip
from repoint.kit.heavy import HeavyWork
from repoint.links.space import LinkSpace


@dataclass(slots=True)
class _Open:
    """A ZIP that this process is at, and the names that it holds."""

    file: GrowingZip
    names: FileNames


@dataclass(slots=True)
class JobRunner:
    """Takes jobs and moves each on by batches; belongs to one event loop.

    What it remembers of a job between two batches (`_before`, `_open`) can be made again from the database and the
    files, which is what another process does.
    """

    db: Database
    data: Path
    drawing: HeavyWork
    space: LinkSpace
    holder: UUID = field(default_factory=uuid4)
    _before: dict[UUID, Before] = field(default_factory=dict)
    _open: dict[UUID, _Open] = field(default_factory=dict)

    def resume(self) -> None:
        """Take over what a killed process left; to be called once, before the first `take`."""
        (self.data / FOLDER).mkdir(mode=0o700, exist_ok=True)
        self.db.write_now(lease.release_abandoned)

    async def take(self) -> Job | None:
        """The job that has waited longest; None where none waits."""
        if not await self.db.read(lease.is_waiting, self.holder):
            return None
        return await self.db.write(lease.take, self.holder)

    async def move(self, job: Job) -> Job | None:
        """One batch of it; the job as it stands then, None where it is done with or no longer ours."""
        try:
            moved = await (self._import(job) if job.kind == CSV else self._draw(job))
        except BaseException:
            self._close(job.id)  # it may hold what is noted nowhere, and is cut off there when it is opened again
            raise
        if moved is None or moved.is_finished:
            await asyncio.to_thread(self._forget, job)
            return None
        return moved

    async def give_up(self, job: Job, problem: Refusal) -> None:
        """End a job that cannot go on, so that it does not meet its problem for ever."""

        def failed(tx: Tx) -> None:
            now = lease.held(tx, job, self.holder)
            if now is not None and now.phase == UNDO:
                values = {"state": "failed", "finished_at": tx.now, "lease": None, "problem": problem}
                store.change(tx, now.org, now.id, values)
            elif now is not None:
                end(tx, now, "failed", problem=problem)

        await self.db.write(failed)
        await asyncio.to_thread(self._forget, job)

    async def stop(self) -> None:
        """Let go of everything; the next process goes on at once."""
        await self.db.write(lease.release, self.holder)
        for job_id in list(self._open):
            self._close(job_id)

    async def _import(self, job: Job) -> Job | None:
        if job.phase == CHECK and job.id not in self._before:
            self._before[job.id] = Before()
            if job.done:
                return await self.db.write(csv_import.restart_check, job, holder=self.holder)
        if job.phase == UNDO:
            batch = csv_import.Batch(job.position, job.position, ())
        else:
            batch = await asyncio.to_thread(csv_import.read_batch, rows_file(self.data, job.id), job.position)
        return await self.db.write(
            csv_import.advance,
            job,
            batch,
            holder=self.holder,
            before=self._before.get(job.id, Before()),
            space=self.space,
        )

    async def _draw(self, job: Job) -> Job | None:
        wanted = await self.db.read(picture_zip.next_pictures, job, space=self.space)
        opened = await asyncio.to_thread(self._opened, job)
        if not wanted:
            file_bytes = await asyncio.to_thread(opened.file.finish)
            return await self.db.write(picture_zip.note_finished, job, holder=self.holder, file_bytes=file_bytes)
        results = [await self._drawn(job, opened, each) for each in wanted]
        length = await asyncio.to_thread(opened.file.settle)
        return await self.db.write(picture_zip.note_drawn, job, results, holder=self.holder, length=length)

    async def _drawn(self, job: Job, opened: _Open, wanted: Wanted) -> Result:
        if wanted.problem is not None or wanted.design is None:
            return picture_zip.not_drawn(wanted.row, wanted.problem or Refusal("internal", "", "It has no design."))
        size = picture_zip.size_of(job)
        work = partial(draw, wanted.payload, wanted.design, size, logo=wanted.logo, title=wanted.title)
        try:
            picture = await self.drawing.run(size.load_px, work)
        except Invalid as refusal:
            return picture_zip.not_drawn(wanted.row, refusal_of(refusal))
        name = opened.names.give(wanted.row.filename or "", otherwise=wanted.name)
        is_packed = size.fmt in picture_zip.PACKED
        await asyncio.to_thread(opened.file.add, name, picture.body, at=utc_now(), is_packed=is_packed)
        return picture_zip.drawn(wanted.row, name)

    def _opened(self, job: Job) -> _Open:
        """The job's ZIP up to what is noted."""
        known = self._open.get(job.id)
        if known is None:
            file = GrowingZip(made_file(self.data, job.id), length=job.position)
            extension = picture_zip.size_of(job).fmt
            known = _Open(file, FileNames([each.name for each in file.entries], extension=extension))
            self._open[job.id] = known
        return known

    def _close(self, job_id: UUID) -> None:
        if (opened := self._open.pop(job_id, None)) is not None:
            opened.file.close()

    def _forget(self, job: Job) -> None:
        """What is kept of a job while it runs; a job that is not ours any more is opened anew when it is again."""
        self._before.pop(job.id, None)
        self._close(job.id)
        now = self.db.read_now(lambda tx: store.get(tx, job.org, job.id))
        if now.is_finished:
            rows_file(self.data, job.id).unlink(missing_ok=True)
            if now.file_bytes is None:
                with contextlib.suppress(FileNotFoundError):
                    made_file(self.data, job.id).unlink()
