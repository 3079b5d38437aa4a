"""How a job ends before its last row."""

from typing import Any

from repoint.codes.jobs import store
from repoint.codes.jobs.job import CSV, Job, Refusal, State
from repoint.kit.db import Tx

CREATE, UNDO = "create", "undo"


def end(tx: Tx, job: Job, ending: State, *, problem: Refusal | None = None) -> Job:
    """End a job; one that was to make all or nothing first takes back what it has made."""
    said: dict[str, Any] = {} if problem is None else {"problem": problem}
    if job.kind == CSV and job.options["mode"] == "all" and job.phase == CREATE and job.done:
        return store.change(tx, job.org, job.id, {"phase": UNDO, "ending": ending, "position": 0, **said})
    return store.change(tx, job.org, job.id, {"state": ending, "finished_at": tx.now, "lease": None, **said})
