"""The tables of jobs and of what became of their rows."""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from repoint.kit.db import Identity, Instant, metadata

# `position` is how far the work has come, in what its kind counts; it changes in the transaction that does the work.
# `lease` names the process at work until `leased_until`; `touched_at` orders those that wait for their turn.
# `phase` is the kind's own; `ending` is the state that a job takes on once it is undone.
jobs = Table(
    "jobs",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("org_id", Identity, ForeignKey("organisations.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("phase", String(16), nullable=False),
    Column("ending", String(16)),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("succeeded", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("file_bytes", BigInteger),
    Column("options", JSON, nullable=False),
    Column("problem", Text),
    Column("who", String(64), nullable=False),
    Column("lease", Identity),
    Column("leased_until", Instant),
    Column("touched_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Index("ix_jobs_org_id_id", "org_id", "id"),
    Index("ix_jobs_state_touched_at", "state", "touched_at"),
)

job_rows = Table(
    "job_rows",
    metadata,
    Column("job_id", Identity, ForeignKey("jobs.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("status", String(16), nullable=False),
    Column("code_id", Identity),
    Column("short_url", Text),
    Column("filename", Text),
    Column("problem", Text),
)
