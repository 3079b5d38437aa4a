"""Pages of 100 out of 1,000,000 codes, by every order and many filters."""

import argparse
import tempfile
import time
from collections.abc import Iterable
from datetime import timedelta
from itertools import product
from pathlib import Path

from bench.library import fill
from repoint import bootstrap
from repoint.accounts.actor import Actor
from repoint.cli.serving import tune_interpreter
from repoint.codes.filters import NO_FOLDER, Filter, Sort
from repoint.codes.find import list_codes
from repoint.codes.folders import TOP, list_folders
from repoint.kit.clock import utc_now
from repoint.kit.cursor import Cursors
from repoint.kit.db import Database
from repoint.kit.errors import Invalid
from repoint.kit.pages import Asked

CODES = 1_000_000
LIMIT = 100
PAGES = 3  # of each list: a cursor has to be as fast as the beginning
TARGET_MS = 20.0
CURSORS = Cursors(b"of the measurement")


def filters(db: Database, actor: Actor) -> dict[str, Filter]:
    """Filters of every kind, alone and together, from those that all codes meet to those that none does."""
    page = db.read_now(list_folders, actor, Asked(None, 1, CURSORS), parent_id=TOP)
    folder, now = page.items[0].public_id, utc_now()
    day, year = timedelta(days=1), timedelta(days=365)
    return {
        "all": Filter(),
        "active": Filter(status="active"),
        "paused": Filter(status="paused"),
        "deleted": Filter(status="deleted"),
        "static": Filter(type="static"),
        "tag of half": Filter(tags=("print",)),
        "tag of 1 %": Filter(tags=("fair",)),
        "tag of 0.01 %": Filter(tags=("rare",)),
        "campaign": Filter(tags=("campaign",)),
        "two tags": Filter(tags=("print", "q1")),
        "two small tags": Filter(tags=("fair", "vip")),
        "folder": Filter(folder_id=folder),
        "folder, below": Filter(folder_id=folder, include_subfolders=True),
        "no folder": Filter(folder_id=NO_FOLDER),
        "tag in folder": Filter(folder_id=folder, tags=("q1",)),
        "small tag in folder": Filter(folder_id=folder, tags=("fair",)),
        "a day": Filter(created_from=now - 400 * day, created_to=now - 399 * day),
        "a year": Filter(created_from=now - 2 * year, created_to=now - year),
        "tag in a day": Filter(tags=("print",), created_from=now - 400 * day, created_to=now - 399 * day),
        "tag in a year": Filter(tags=("q1",), created_from=now - 2 * year, created_to=now - year),
        "q: one code": Filter(q="s0500000"),
        "q: few": Filter(q="/abcd"),
        "q: all": Filter(q="example.com"),
        "q: in titles": Filter(q="strasse 12"),
        "q: nothing": Filter(q="no such words"),
        "q: tag's name": Filter(q="fair"),
        "q: all, tag": Filter(q="example", tags=("q1",)),
        "q: all, small tag": Filter(q="example", tags=("rare",)),
        "q: all, paused": Filter(q="example", status="paused"),
    }


def turn(
    db: Database, actor: Actor, asked: Filter, sort: Sort, *, with_total: bool = False
) -> list[tuple[float, float]]:
    """The milliseconds of each of the first pages: by the clock, and of the processor, which others share."""
    took, cursor = list[tuple[float, float]](), None
    for _ in range(PAGES):
        began, began_cpu = time.perf_counter(), time.thread_time()
        page = db.read_now(
            list_codes,
            actor,
            Asked(cursor, LIMIT, CURSORS),
            wanted=asked,
            sort=sort,
            with_total=with_total,
        )
        took.append(((time.perf_counter() - began) * 1000, (time.thread_time() - began_cpu) * 1000))
        cursor = page.next_cursor
        if cursor is None:
            break
    return took


def quantiles(numbers: Iterable[float]) -> tuple[float, float]:
    """The 50th and 99th of a hundred."""
    ordered = sorted(numbers)
    return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]


def measure(how_many: int, *, tries: int) -> bool:
    """Turn the pages of every list; prints the figures, gives whether the target was reached everywhere."""
    with tempfile.TemporaryDirectory(prefix="repoint-bench-") as temporary:
        folder = bootstrap.claim(Path(temporary) / "data")
        db, _, _ = bootstrap.migrate_database(folder)
        began = time.perf_counter()
        actor = fill(db, db.write_now(bootstrap.found_installation), how_many)
        tune_interpreter()  # as the server does
        size = folder.database.stat().st_size / 2**30
        print(f"\n{how_many:,} codes made in {time.perf_counter() - began:.0f} s, {size:.2f} GiB")
        print(f"a page of {LIMIT} (target {TARGET_MS:.0f} ms at p99 of {tries * PAGES})", flush=True)
        missed = 0
        for (name, asked), sort in product(filters(db, actor).items(), Sort):
            try:
                took = [each for _ in range(tries) for each in turn(db, actor, asked, sort)]
            except Invalid as refusal:
                print(f"  {name:<20} {sort.value:<12} refused: {refusal.field}")
                continue
            (p50, p99), (cpu50, cpu99) = (quantiles(each) for each in zip(*took, strict=True))
            missed += p99 > TARGET_MS
            mark = "  MISSED" if p99 > TARGET_MS else ""
            line = f"p50 {p50:6.2f}  p99 {p99:6.2f} ms; processor {cpu50:6.2f} and {cpu99:6.2f} ms{mark}"
            print(f"  {name:<20} {sort.value:<12} {line}", flush=True)
        counted = [took for took, _ in turn(db, actor, Filter(), Sort.CREATED_DOWN, with_total=True)]
        print(f"  with a total of all: {quantiles(counted)[0]:.2f} ms")
        db.close()
        folder.release()
    return missed == 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--codes", type=int, default=CODES)
    parser.add_argument("--tries", type=int, default=5)
    options = parser.parse_args()
    raise SystemExit(0 if measure(options.codes, tries=options.tries) else 1)
