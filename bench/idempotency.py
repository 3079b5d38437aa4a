"""Kills a server in the middle of creates, again and again: one code for each Idempotency-Key.

Callers create codes, each with a key of its own, and repeat a request until it is answered, as a client does whose
connection breaks. At random moments the server is killed with SIGKILL and started anew on the same data. In the end
there must be exactly one code for each key, and each caller must have been told of that one.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.kill import serving
from bench.server import Server

CALLERS = 8
LIFE_S = (0.1, 0.5)
KILLS = 20
AGAIN_AFTER_S = 0.1
PATIENCE_S = 60.0
PAGE = 200


@dataclass(slots=True)
class Outcome:
    """What came of it.

    Attributes:
        creates: keys that were used, each for one code.
        kills: how often the server was killed while callers were waiting.
        repeated: requests that were sent again because no answer came.
        replayed: answers that the server had kept: those changes were made, and their first answer was lost.
        codes: codes that there are in the end.
        doubled: keys with more than one code.
        missing: keys without one.
        mistold: callers that were told of another code than the one there is.
    """

    creates: int
    kills: int = 0
    repeated: int = 0
    replayed: int = 0
    codes: int = 0
    doubled: int = 0
    missing: int = 0
    mistold: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether the promise was kept, and put to the test: requests were in the air when the server died."""
        wrong = self.doubled or self.missing or self.mistold or self.codes != self.creates
        return not wrong and self.kills > 0 and self.repeated > 0


@dataclass(slots=True)
class _Place:
    """Where the server is at this moment; callers ask anew for each attempt."""

    url: str = ""
    token: str = ""
    told: dict[int, str] = field(default_factory=dict)


def create(place: _Place, number: int, outcome: Outcome, lock: threading.Lock) -> None:
    """One code, however many attempts it takes."""
    deadline = time.monotonic() + PATIENCE_S
    with httpx.Client(timeout=5, trust_env=False) as client:
        while True:
            try:
                answer = client.post(
                    f"{place.url}/api/v1/qr-codes",
                    json={"destination": f"https://example.com/{number}", "title": f"number {number}"},
                    headers={"authorization": f"Bearer {place.token}", "idempotency-key": f"create-{number}"},
                )
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code == httpx.codes.CREATED:
                with lock:
                    place.told[number] = answer.json()["id"]
                    outcome.replayed += answer.headers.get("idempotency-replayed") == "true"
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"no answer to create {number}: {answer and answer.text}")
            with lock:
                outcome.repeated += 1
            time.sleep(AGAIN_AFTER_S)


def measure(creates: int, *, folder: Path, seed: int, kills: int = KILLS) -> Outcome:
    """Create all of them while the server is killed up to so many times, and count what there is."""
    chance = random.Random(seed)
    outcome, place, lock = Outcome(creates), _Place(), threading.Lock()
    data = folder / "data"
    with ThreadPoolExecutor(CALLERS) as callers:
        waiting: list[Future[None]] = []
        while not waiting or not all(each.done() for each in waiting):
            with serving(data) as server:
                place.url, place.token = server.url, place.token or str(server.token)
                waiting = waiting or [callers.submit(create, place, number, outcome, lock) for number in range(creates)]
                life_s = chance.uniform(*LIFE_S) if outcome.kills < kills else PATIENCE_S
                ends = time.monotonic() + life_s
                while time.monotonic() < ends and not all(each.done() for each in waiting):
                    time.sleep(0.01)
                if not all(each.done() for each in waiting):
                    outcome.kills += 1
                server.process.kill()
                server.process.wait()
        for each in waiting:
            each.result()
    with serving(data) as server:
        count(outcome, place, server)
    return outcome


def count(outcome: Outcome, place: _Place, server: Server) -> None:
    """Compare the codes that there are with what the callers were told."""
    found: dict[int, list[str]] = {}
    cursor = ""
    while True:
        page = server.get(f"/api/v1/qr-codes?limit={PAGE}{cursor}", token=place.token)
        for code in page["data"]:
            found.setdefault(int(code["title"].removeprefix("number ")), []).append(code["id"])
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    times = Counter({number: len(ids) for number, ids in found.items()})
    outcome.codes = times.total()
    outcome.doubled = sum(each > 1 for each in times.values())
    outcome.missing = sum(number not in found for number in range(outcome.creates))
    outcome.mistold = sum(place.told.get(number) not in ids for number, ids in found.items())


def _report(outcome: Outcome) -> str:
    return (
        f"{outcome.creates:,} creates with an Idempotency-Key, {outcome.kills} times kill -9\n"
        f"  sent again   {outcome.repeated:>7,}   of them answered from what was kept {outcome.replayed:,}\n"
        f"  codes        {outcome.codes:>7,}   doubled {outcome.doubled}, missing {outcome.missing}, "
        f"told of another {outcome.mistold}\n"
        f"  {'exact' if outcome.is_exact else 'NOT EXACT'}"
    )


def main() -> int:
    """Run from the command line; 0 where there is one code for each key."""
    parser = argparse.ArgumentParser(prog="python -m bench.idempotency", description=__doc__)
    parser.add_argument("--creates", type=int, default=500)
    parser.add_argument("--seed", type=int, help="repeat the moments of an earlier run")
    options = parser.parse_args()
    seed = random.randrange(2**32) if options.seed is None else options.seed
    with tempfile.TemporaryDirectory(prefix="repoint-retry-") as folder:
        outcome = measure(options.creates, folder=Path(folder), seed=seed)
    print(f"{_report(outcome)}   (seed {seed})")
    return 0 if outcome.is_exact else 1


if __name__ == "__main__":
    sys.exit(main())
