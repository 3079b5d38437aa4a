"""`repoint doctor`: what could keep an installation from working."""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from repoint import bootstrap
from repoint.cli.options import data_option, existing_folder, read_settings
from repoint.kit.datafolder import is_claimed
from repoint.kit.db import Database, DatabaseUnavailable, DriverMissing, migrate, postgresql
from repoint.plans import subscriptions
from repoint.scans.backlog import DAMAGED_SUFFIX
from repoint.settings import Settings

FREE_BYTES_MIN = 512 * 1024 * 1024
SYNC_SLOW_MS = 10.0
SYNC_TRIES = 50
SYNC_BYTES = 4096
EARLIEST_YEAR = 2025


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's result; `remedy` is empty where nothing is wrong."""

    name: str
    result: str
    remedy: str = ""


@click.command()
@data_option
def doctor(data: Path | None) -> None:
    """Check data folder, lock, disk, clock, database and plans; exits with 1 where something is wrong."""
    settings = read_settings(data=data)
    findings = [finding for check in CHECKS for finding in check(settings.data)]
    if settings.database_url:
        findings += _server(settings.database_url)
    findings += _plans(settings)
    for finding in findings:
        click.echo(f"{'ok  ' if not finding.remedy else 'FAIL'}  {finding.name:<12} {finding.result}")
        if finding.remedy:
            click.echo(f"      {'':<12} {finding.remedy}")
    sys.exit(1 if any(finding.remedy for finding in findings) else 0)


def _folder(folder: Path) -> Iterator[Finding]:
    if not folder.exists():
        yield Finding("folder", f"{folder} does not exist yet; the first `repoint serve` makes it")
        return
    if not folder.is_dir():
        yield Finding("folder", f"{folder} is no folder", "Name a folder with --data or REPOINT_DATA.")
        return
    is_usable = os.access(folder, os.R_OK | os.W_OK | os.X_OK)
    yield Finding(
        "folder", str(folder.resolve()), "" if is_usable else "Let the user who runs Repoint read and write it."
    )
    is_open_to_all = folder.stat().st_mode & 0o007
    if is_open_to_all:
        yield Finding("access", "every user of this machine can enter the folder", f"chmod 700 {folder}")


def _lock(folder: Path) -> Iterator[Finding]:
    try:
        owned = is_claimed(folder)
    except OSError as error:
        yield Finding(
            "lock", f"{error.strerror} ({error.filename})", "Let the user who runs Repoint read and write it."
        )
        return
    yield Finding("lock", "a Repoint process owns the folder" if owned else "free, no server runs here")


def _space(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(existing_folder(folder)).free
    remedy = "" if free >= FREE_BYTES_MIN else "Make room: with a full disk scans are held in memory and then lost."
    yield Finding("space", f"{free / 1024**3:.1f} GiB free", remedy)


def _sync(folder: Path) -> Iterator[Finding]:
    """Writes into the data folder where there is one: its disk is what counts."""
    times_ms = []
    try:
        with tempfile.TemporaryFile(dir=existing_folder(folder)) as file:
            for _ in range(SYNC_TRIES):
                file.write(b"\0" * SYNC_BYTES)
                file.flush()
                began = time.perf_counter()
                os.fdatasync(file.fileno())
                times_ms.append((time.perf_counter() - began) * 1000)
    except OSError as error:
        yield Finding("fsync", error.strerror or str(error), "Give Repoint a folder on a disk that it can write.")
        return
    median, worst = statistics.median(times_ms), max(times_ms)
    remedy = (
        "" if median <= SYNC_SLOW_MS else "Every redirect waits for it; use a faster disk, or REPOINT_JOURNAL_SYNC=os."
    )
    yield Finding("fsync", f"median {median:.2f} ms, worst {worst:.2f} ms of {SYNC_TRIES}", remedy)


def _clock(_: Path) -> Iterator[Finding]:
    now = time.gmtime()
    remedy = "" if now.tm_year >= EARLIEST_YEAR else "Set the clock; scans would be counted on the wrong day."
    yield Finding("clock", time.strftime("%Y-%m-%dT%H:%M:%SZ", now), remedy)


def _journal(folder: Path) -> Iterator[Finding]:
    damaged = sorted((folder / "journal").rglob(f"*{DAMAGED_SUFFIX}"))
    if damaged:
        yield Finding(
            "journal",
            f"{len(damaged)} damaged segments are kept in {folder / 'journal'}",
            "Check the disk; what could be read of them is counted. Remove the files once you have looked.",
        )


def _server(url: str) -> Iterator[Finding]:
    try:
        answer = postgresql.examine(url)
    except DriverMissing as error:
        yield Finding("database", "PostgreSQL has no driver here", str(error))
        return
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip()
        yield Finding(
            "database", f"PostgreSQL: {reason}", "Check REPOINT_DATABASE_URL, the server and its pg_hba.conf."
        )
        return
    is_new_enough = answer.version >= postgresql.VERSION_MIN
    yield Finding(
        "database",
        f"PostgreSQL {answer.version}, {answer.round_trip_ms:.2f} ms away, {answer.connections_max} connections",
        "" if is_new_enough else f"Repoint needs PostgreSQL {postgresql.VERSION_MIN} or newer.",
    )
    if answer.encoding != "UTF8":
        yield Finding("encoding", answer.encoding, "Make the database with the encoding UTF8.")


def _plans(settings: Settings) -> Iterator[Finding]:
    """Changes nothing: a database with an older schema is left to the next start."""
    if trouble := bootstrap.take_catalogue(settings).trouble:
        yield Finding("plans", f"the plan file is not in use: {trouble}", "Mend it, then run `repoint plan reload`.")
    try:
        db = bootstrap.present_database(settings)
        missing = _missing_plans(db) if db else ()
    except (DriverMissing, DatabaseUnavailable, SQLAlchemyError) as error:
        reason = str(getattr(error, "orig", error)).strip()
        yield Finding("plans", f"the database says: {reason}", "See what `repoint migrate` says of it.")
        return
    if missing:
        yield Finding(
            "plans",
            f"organisations have plans that the catalogue has not: {', '.join(missing)}",
            "They can change nothing. Put the plans back into the file of REPOINT_PLANS, or give them others.",
        )


def _missing_plans(db: Database) -> Sequence[str]:
    try:
        return db.read_now(subscriptions.missing_plans) if migrate.is_newest(db.engine) else ()
    finally:
        db.close()


CHECKS: tuple[Callable[[Path], Iterator[Finding]], ...] = (_folder, _lock, _space, _sync, _clock, _journal)
