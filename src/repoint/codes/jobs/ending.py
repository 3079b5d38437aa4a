"""How a job ends before its last row."""

from typing import Any

from repoint.codes.jobs import store
from repoint.codes.jobs.job import CSV, Job, Refusal, State
from repoint.kit.db import Tx

CHECK, CREATE, UNDO = "check", "create", "undo"


def end(tx: Tx, job: Job, ending: State, *, problem: Refusal | None = None) -> Job:
    """End a job; one that was to make all or nothing first takes back what it has made."""
    said: dict[str, Any] = {} if problem is None else {"problem": problem}
    if job.phase == CHECK and not job.options["dry_run"]:
        said["succeeded"] = 0  # rows that could have been made, and none was
    if job.kind == CSV and job.options["mode"] == "all" and job.phase == CREATE and job.done:
        return store.change(tx, job.org, job.id, {"phase": UNDO, "ending": ending, "position": 0, **said})
    return store.change(tx, job.org, job.id, {"state": ending, "finished_at": tx.now, "lease": None, **said})
