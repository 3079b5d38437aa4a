"""What tests of jobs start from: a runner that moves them by hand."""

import asyncio
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from repoint.accounts.actor import Actor
from repoint.codes import csv_import
from repoint.codes.artwork import LARGEST_LOAD_PX
from repoint.codes.csv_import import Options
from repoint.codes.job_running import JobRunner
from repoint.codes.jobs import store
from repoint.codes.jobs.job import FOLDER, Job, Result, rows_file
from repoint.kit.db import Database
from repoint.kit.heavy import HeavyWork
from repoint.links.space import LinkSpace


@dataclass
class Office:
    """Queues jobs and moves them on, as a server does, with as many processes as a test wants."""

    db: Database
    data: Path
    space: LinkSpace
    loop: asyncio.Runner
    drawing: HeavyWork

    def runner(self) -> JobRunner:
        """Another process."""
        runner = JobRunner(self.db, self.data, self.drawing, self.space)
        (self.data / FOLDER).mkdir(exist_ok=True)
        return runner

    def queue_csv(self, actor: Actor, text: str, *, mode: Any = "each", dry_run: bool = False) -> Job:
        """A CSV of these rows."""
        job_id = uuid4()
        (self.data / FOLDER).mkdir(exist_ok=True)
        rows = csv_import.spool(io.BytesIO(text.encode()), rows_file(self.data, job_id))
        return self.db.write_now(csv_import.queue_csv, actor, job_id, rows=rows, options=Options(mode, dry_run))

    def batches(self, runner: JobRunner, most: int) -> Job | None:
        """Take a job and move it on by at most so many batches."""

        async def move() -> Job | None:
            job = await runner.take()
            for _ in range(most):
                job = await runner.move(job) if job is not None else None
            return job

        return self.loop.run(move())

    def finish(self, runner: JobRunner | None = None) -> None:
        """Do everything that waits."""

        async def work(runner: JobRunner) -> None:
            while (job := await runner.take()) is not None:
                now: Job | None = job
                while now is not None:
                    now = await runner.move(now)

        self.loop.run(work(runner or self.runner()))

    def now(self, job: Job) -> Job:
        """The job as it stands."""
        return self.db.read_now(lambda tx: store.get(tx, job.org, job.id))

    def results(self, job: Job) -> list[Result]:
        """All of its rows."""
        return list(self.db.read_now(lambda tx: store.results(tx, job.org, job.id, above=0, limit=100_000)))

    def statuses(self, job: Job) -> list[tuple[int, str]]:
        """What became of each row."""
        return [(each.number, each.status) for each in self.results(job)]


@pytest.fixture
def office(db: Database, tmp_path: Path, space: LinkSpace) -> Iterator[Office]:
    """A place for jobs, without a server."""
    drawing = HeavyWork(capacity=LARGEST_LOAD_PX, threads=1, waiting_max=100, name="drawing")
    with asyncio.Runner() as loop:
        yield Office(db, tmp_path, space, loop, drawing)
    drawing.close()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows at a time."""
    monkeypatch.setattr(csv_import, "ROWS_AT_ONCE", 3)


CountCodes = Callable[[], int]


@pytest.fixture
def count_codes(db: Database) -> CountCodes:
    """How many codes there are."""
    return lambda: db.read_now(lambda tx: tx.connection.exec_driver_sql("SELECT count(*) FROM codes").scalar_one())
