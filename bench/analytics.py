"""Totals and series of a code with 1,000,000 scans, beside counting its raw rows."""

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from repoint import bootstrap
from repoint.analytics.answer import answer
from repoint.analytics.query import Interval, ask
from repoint.kit.clock import to_ms
from repoint.kit.db import Database, Tx
from repoint.scans.backlog import Batch
from repoint.scans.ingest import store
from repoint.scans.journal import MAGIC, Record, Tail
from repoint.scans.tables import scans

SCANS = 1_000_000
BATCH = 10_000
TARGET_MS = 10.0
TRIES = 30
LINK = 1
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CREATED = NOW - timedelta(days=365)
TAILS = tuple(
    Tail(country, device, system, browser, language)
    for country in ("DE", "US", "FR", "BR")
    for device, system, browser in (("mobile", "iOS", "Mobile Safari"), ("mobile", "Android", "Chrome Mobile"))
    for language in ("de", "en")
)


def fill(db: Database) -> None:
    """Store a year of scans of one link through ingest, in order of time."""
    dice = random.Random(1)
    step_ms = (to_ms(NOW) - to_ms(CREATED)) // SCANS
    for first in range(0, SCANS, BATCH):
        records = [
            Record(LINK, to_ms(CREATED) + number * step_ms, dice.randrange(300_000).to_bytes(8), dice.choice(TAILS))
            for number in range(first, first + BATCH)
        ]
        db.write_now(
            store,
            Batch(Path("made.scans"), len(MAGIC) + first, len(MAGIC) + first + BATCH, records, [], 0, is_last=False),
        )


def median_ms(work: Callable[[], object]) -> float:
    """The median of some tries, in milliseconds."""
    times = []
    for _ in range(TRIES):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def count_raw(tx: Tx) -> int:
    """What the rollups save: counting the rows."""
    return int(tx.execute(select(func.count()).select_from(scans).where(scans.c.link_id == LINK)).scalar_one())


def measure() -> bool:
    """Ask by every interval; prints the figures, gives whether the target was reached."""
    with tempfile.TemporaryDirectory(prefix="repoint-bench-") as temporary:
        folder = bootstrap.claim(Path(temporary) / "data")
        db, _, _ = bootstrap.migrate_database(folder)
        fill(db)
        slowest = 0.0
        print(f"\ntotals and series of one code, {SCANS:,} scans in a year (target {TARGET_MS} ms)")
        for interval in Interval:
            query = ask(start=None, end=NOW, interval=interval, created_at=CREATED, now=NOW, shown_from=None)
            found = db.read_now(answer, LINK, query, since=CREATED)
            took = median_ms(lambda query=query: db.read_now(answer, LINK, query, since=CREATED))  # type: ignore[misc]
            slowest = max(slowest, took)
            assert found.people == SCANS
            print(f"  by {interval:<5} {took:6.2f} ms   {len(found.series):,} points, {found.unique:,} unique")
        week = ask(
            start=NOW - timedelta(days=7), end=NOW, interval=Interval.HOUR, created_at=CREATED, now=NOW, shown_from=None
        )
        print(f"  a week by hour {median_ms(lambda: db.read_now(answer, LINK, week, since=CREATED)):.2f} ms")
        print(f"  counting the raw rows alone {median_ms(lambda: db.read_now(count_raw)):.2f} ms", flush=True)
        db.close()
        folder.release()
    return slowest < TARGET_MS


if __name__ == "__main__":
    raise SystemExit(0 if measure() else 1)
