"""Scans a second from the journal into SQLite, beside SQLite's own plain inserts of the same rows."""

import argparse
import random
import sqlite3
import tempfile
import time
from pathlib import Path

from repoint import bootstrap
from repoint.scans.backlog import Backlog
from repoint.scans.enrich import Enricher, Sighting
from repoint.scans.ingest import Ingest
from repoint.scans.journal import MAGIC, segment_name
from repoint.scans.tables import scans

PER_SECOND_TARGET = 40_000
AGENTS = (
    b"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148",
    b"Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36",
    b"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36",
    b"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
)
LANGUAGES = (b"de-DE,de;q=0.9", b"en-US,en;q=0.9", b"fr-FR", b"es-ES")


class NobodyWrites:
    """A journal whose process is gone."""

    def is_open(self, _: Path) -> bool:
        """No segment grows."""
        return False

    def readable_end(self, _: Path) -> int | None:
        """All may be read."""
        return None


def write_journal(folder: Path, *, how_many: int, links: int) -> None:
    """A segment of scans spread over links, visitors and the last hour, in order of time."""
    enricher = Enricher(bytes(32))
    dice = random.Random(1)
    at_ms = int(time.time() * 1000) - how_many
    with (folder / segment_name("0" * 32, 1)).open("wb") as segment:
        segment.write(MAGIC)
        for number in range(how_many):
            address = f"198.51.{dice.randrange(256)}.{dice.randrange(256)}"
            sighting = Sighting(address, dice.choice(AGENTS), dice.choice(LANGUAGES), b"", b"DE")
            segment.write(enricher.record(1 + dice.randrange(links), at_ms + number, sighting))


def plain_inserts(database: Path) -> float:
    """Rows a second that SQLite takes with one prepared INSERT and an index, in transactions of 2,000."""
    connection = sqlite3.connect(database)
    rows = connection.execute("SELECT * FROM scans LIMIT 200000").fetchall()
    connection.close()
    with tempfile.TemporaryDirectory() as folder:
        beside = sqlite3.connect(Path(folder) / "plain.sqlite3", isolation_level=None)
        beside.execute("PRAGMA journal_mode=WAL")
        beside.execute("PRAGMA synchronous=FULL")
        beside.execute(f"CREATE TABLE scans ({', '.join(column.name for column in scans.columns)})")
        beside.execute("CREATE INDEX by_link ON scans (link_id, at_ms)")
        began = time.perf_counter()
        insert = f"INSERT INTO scans VALUES ({', '.join('?' * len(rows[0]))})"  # noqa: S608 - question marks
        for start in range(0, len(rows), 2_000):
            beside.execute("BEGIN")
            beside.executemany(insert, rows[start : start + 2_000])
            beside.execute("COMMIT")
        took = time.perf_counter() - began
        beside.close()
    return len(rows) / took


def measure(*, how_many: int, links: int) -> bool:
    """Drain a journal; prints the figures, gives whether the target was reached."""
    with tempfile.TemporaryDirectory(prefix="repoint-bench-") as temporary:
        folder = bootstrap.claim(Path(temporary) / "data")
        db, _, _ = bootstrap.migrate_database(folder)
        write_journal(folder.journal, how_many=how_many, links=links)
        ingest = Ingest(Backlog(folder.journal, NobodyWrites()), db)
        ingest.resume()
        began = time.perf_counter()
        stored = 0
        while drained := ingest.drain():
            stored += drained
        rate = stored / (time.perf_counter() - began)
        db.close()
        beside = plain_inserts(folder.database)
        folder.release()
    print(
        f"\njournal into SQLite, {how_many:,} scans over {links:,} codes\n"
        f"  ingest {rate:,.0f} a second (target {PER_SECOND_TARGET:,}), stored {stored:,}\n"
        f"  plain inserts of the raw rows alone {beside:,.0f} a second, ratio {rate / beside:.2f}",
        flush=True,
    )
    return rate >= PER_SECOND_TARGET and stored == how_many


def measure_all(*, how_many: int) -> bool:
    """One hot code, and a thousand; for the record also 100,000, where every scan is a row of each rollup."""
    reached = [measure(how_many=how_many, links=links) for links in (1, 1_000)]
    measure(how_many=how_many, links=100_000)
    return all(reached)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=400_000)
    options = parser.parse_args()
    raise SystemExit(0 if measure_all(how_many=options.scans) else 1)
