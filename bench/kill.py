"""Kills a server under load again and again, then counts: no scan lost, none twice.

Every scan carries a number, which is found again in the database. A scan whose 302 came back must be there exactly
once; one that was still unanswered when the server was killed, at most once.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select

from bench.kill_load import Load, load
from bench.server import REPOINT, STOP_WAIT_S, Server
from repoint.kit.clock import utc_now
from repoint.kit.db import Database, Tx
from repoint.scans.tables import contexts, scans, totals

CONNECTIONS = 12
SCANS_MAX = 50_000
LOAD_MIN_S, LOAD_MAX_S = 0.05, 0.6
INGEST_WAIT_S = 120.0
LOSSY = Path(__file__).with_name("kill_lossy.py")

T = TypeVar("T")

_NUMBERED = re.compile(r"n(\d+)\.example")


@dataclass(slots=True)
class Outcome:
    """Numbers of scans, over all rounds.

    Attributes:
        rounds: how often the server was killed.
        sent: scans begun.
        answered: those whose 302 came back.
        slow: those answered after more than 50 ms; the server may have stopped waiting for the disk.
        unanswered: those still under way when the server was killed.
        counted: rows in the database.
        lost: answered and not in the database.
        doubled: in the database more than once.
        unasked: in the database and never sent.
        unanswered_counted: unanswered and in the database, which is allowed.
        total: what the rollup says; must be `counted`.
    """

    rounds: int
    sent: int = 0
    answered: int = 0
    slow: int = 0
    unanswered: int = 0
    counted: int = 0
    lost: int = 0
    doubled: int = 0
    unasked: int = 0
    unanswered_counted: int = 0
    total: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether the promise was kept, and put to the test: every round was killed under load."""
        wrong = self.lost or self.doubled or self.unasked or self.total != self.counted
        return not wrong and self.answered > 0 and self.unanswered >= self.rounds


@contextlib.contextmanager
def serving(data: Path, *, lossy: bool = False) -> Iterator[Server]:
    """A server on a free port; however this ends, its process does too."""
    program = [sys.executable, str(LOSSY)] if lossy else [str(REPOINT)]
    with (data.parent / "serve.log").open("a") as log:
        process = subprocess.Popen(
            [*program, "serve", "--port", "0", "--data", str(data)], stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        assert process.stdout is not None
        url = token = None
        for line in process.stdout:
            if found := re.search(r"http://localhost:(\d+)", line):
                url = f"http://127.0.0.1:{found[1]}"
            if found := re.search(r"rp_\w+", line):
                token = found[0]
            if line.startswith("Stop with"):
                break
        assert url is not None, f"the server did not start:\n{(data.parent / 'serve.log').read_text()[-2000:]}"
        yield Server(process, url, token)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def make_code(server: Server) -> str:
    """A code's slug, made over the API."""
    request = urllib.request.Request(  # noqa: S310 - our own loopback server
        f"{server.url}/api/v1/qr-codes",
        data=json.dumps({"destination": "https://example.com/"}).encode(),
        headers={"authorization": f"Bearer {server.token}", "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
        return str(json.load(answer)["slug"])


async def kill_once(server: Server, slug: str, *, first: int, seconds: float, whole: bool) -> Load:
    """Load a server with numbered scans and kill it in the middle, alone or as a whole."""
    loading = asyncio.create_task(
        load(server.url, slug, numbers=range(first, first + SCANS_MAX), connections=CONNECTIONS)
    )
    await asyncio.sleep(seconds)
    if whole:
        server.process.send_signal(signal.SIGSTOP)  # so that it ends at the same moment, and sees nothing of the other
        for child in children_of(server):
            os.kill(child, signal.SIGKILL)
    server.process.kill()
    server.process.wait()
    return await loading


def children_of(server: Server) -> list[int]:
    """The processes that a server started: the journal's."""
    pid = server.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def measure(rounds: int, *, folder: Path, seed: int, lossy: bool = False) -> Outcome:
    """All rounds, and the count at the end."""
    chance = random.Random(seed)
    data = folder / "data"
    outcome = Outcome(rounds)
    answered: set[int] = set()
    sent: set[int] = set()
    slug = ""
    for number in range(rounds):
        with serving(data, lossy=lossy) as server:
            slug = slug or make_code(server)
            # Mostly at once, so that the scans of the round before are still being stored; sometimes in peace.
            if chance.random() < 0.2:
                wait_for_ingest(server)
            seconds = chance.uniform(LOAD_MIN_S, LOAD_MAX_S)
            # Every other time together with the journal's process, as when a container ends.
            whole = number % 2 == 1
            seen = asyncio.run(kill_once(server, slug, first=number * SCANS_MAX, seconds=seconds, whole=whole))
        sent |= seen.sent
        answered |= seen.answered
        outcome.slow += seen.slow
    with serving(data) as server:
        wait_for_ingest(server)
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(STOP_WAIT_S)
    count(outcome, found_in(data), sent=sent, answered=answered)
    outcome.total = total_of(data)
    return outcome


def wait_for_ingest(server: Server) -> None:
    """Wait until the database has all that is in the journal."""
    deadline = time.monotonic() + INGEST_WAIT_S
    while server.metric("repoint_ingest_backlog_bytes") > 0:
        if time.monotonic() > deadline:
            raise TimeoutError("the journal was not drained in time")
        time.sleep(0.02)


def found_in(data: Path) -> Counter[int]:
    """How often each number is in the database."""

    def referrers(tx: Tx) -> list[str]:
        joined = select(contexts.c.referrer).join_from(scans, contexts, scans.c.context_id == contexts.c.id)
        return list(tx.execute(joined).scalars())

    names = _read(data, referrers)
    return Counter(int(found[1]) if (found := _NUMBERED.fullmatch(name)) else -1 for name in names)


def total_of(data: Path) -> int:
    """The sum of all totals."""
    return _read(data, lambda tx: int(tx.execute(select(func.sum(totals.c.people + totals.c.bots))).scalar() or 0))


def count(outcome: Outcome, found: Counter[int], *, sent: set[int], answered: set[int]) -> None:
    """Compare what was seen with what was stored."""
    outcome.sent, outcome.answered, outcome.unanswered = len(sent), len(answered), len(sent - answered)
    outcome.counted = found.total()
    outcome.lost = len(answered - found.keys())
    outcome.doubled = sum(times > 1 for times in found.values())
    outcome.unasked = len(found.keys() - sent)
    outcome.unanswered_counted = len((sent - answered) & found.keys())


def _read(data: Path, ask: Callable[[Tx], T]) -> T:
    db = Database.on_sqlite(data / "repoint.sqlite3", clock=utc_now)
    try:
        return db.read_now(ask)
    finally:
        db.close()


def _report(outcome: Outcome) -> str:
    return (
        f"{outcome.rounds} rounds of kill -9 under load\n"
        f"  sent         {outcome.sent:>9,}\n"
        f"  answered     {outcome.answered:>9,}   ({outcome.slow:,} after more than 50 ms)\n"
        f"  counted      {outcome.counted:>9,}   (totals say {outcome.total:,})\n"
        f"  lost         {outcome.lost:>9,}   answered and not counted\n"
        f"  doubled      {outcome.doubled:>9,}\n"
        f"  unanswered   {outcome.unanswered:>9,}   of them counted {outcome.unanswered_counted:,}\n"
        f"  {'exact' if outcome.is_exact else 'NOT EXACT'}"
    )


def main() -> int:
    """Run from the command line; 0 where nothing was lost and nothing doubled."""
    parser = argparse.ArgumentParser(prog="python -m bench.kill", description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, help="repeat the moments of an earlier run")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON alone")
    parser.add_argument(
        "--lossy", action="store_true", help="answer before the journal is written: this must lose scans"
    )
    options = parser.parse_args()
    seed = random.randrange(2**32) if options.seed is None else options.seed
    with tempfile.TemporaryDirectory(prefix="repoint-kill-") as folder:
        outcome = measure(options.rounds, folder=Path(folder), seed=seed, lossy=options.lossy)
    print(json.dumps(asdict(outcome)) if options.json else f"{_report(outcome)}   (seed {seed})")
    return 0 if outcome.is_exact else 1


if __name__ == "__main__":
    raise SystemExit(main())
