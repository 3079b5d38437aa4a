"""1,000 creates in one call, a CSV of 100,000 rows: seconds, memory, and what redirects feel of it."""

import argparse
import json
import os
import statistics
import tempfile
import threading
import time
import urllib.request
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.server import Server, repoint

BULK = 1_000
BULK_TARGET_S = 1.0
ROWS = 100_000
CSV_TARGET_S = 120.0
RSS_TARGET_MB = 200.0
P99_TARGET = 2.0
ROUNDS = 5
PROBES_PER_S = 200
IDLE_S = 5.0
API = "/api/v1/qr-codes"


def ask(server: Server, path: str, body: bytes, content_type: str = "application/json") -> Any:
    """The JSON answer to a POST."""
    headers = {"authorization": f"Bearer {server.token}", "content-type": content_type}
    request = urllib.request.Request(server.url + path, data=body, headers=headers)  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
        return json.loads(answer.read())


def fsync_ms(folder: Path) -> float:
    """What one synchronous write takes on this disk."""
    taken = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(50):
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - began) * 1_000)
    return statistics.median(taken)


def bulk_s(server: Server) -> float:
    """Seconds of a call that makes 1,000 codes, the median of a few."""
    taken = []
    for number in range(ROUNDS):
        items = [{"destination": f"https://example.com/{number}/{item}", "title": f"T{item}"} for item in range(BULK)]
        body = json.dumps({"mode": "all", "items": items}).encode()
        began = time.perf_counter()
        assert ask(server, f"{API}/bulk", body)["succeeded"] == BULK
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


class Probe(threading.Thread):
    """Scans one code at a steady rate and notes how long each answer took."""

    def __init__(self, server: Server, path: str) -> None:
        super().__init__(daemon=True)
        self._connection = HTTPConnection(urlsplit(server.url).netloc)
        self._path = path
        self._is_over = threading.Event()
        self.taken_ms: list[float] = []

    def run(self) -> None:
        """Scan until told to stop."""
        next_at = time.perf_counter()
        while not self._is_over.is_set():
            next_at += 1 / PROBES_PER_S
            time.sleep(max(0.0, next_at - time.perf_counter()))
            began = time.perf_counter()
            self._connection.request("GET", self._path)
            answer = self._connection.getresponse()
            answer.read()
            assert answer.status == 302
            self.taken_ms.append((time.perf_counter() - began) * 1_000)

    def p99_ms(self) -> float:
        """What 99 of 100 answers took at most; ends the probe."""
        self._is_over.set()
        self.join()
        return statistics.quantiles(self.taken_ms, n=100)[98]


def peak_mb(server: Server) -> float:
    """The most memory that the server ever had, and begins to measure anew."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5", encoding="ascii")
    return int(line.split()[1]) / 1024


def import_csv(server: Server, rows: int) -> tuple[float, float, float]:
    """Seconds from upload to done, memory in MB, and how many times the idle p99 redirects took meanwhile."""
    made = ask(server, API, json.dumps({"destination": "https://example.com/probe"}).encode())
    path = f"/r/{made['slug']}"
    idle = Probe(server, path)
    idle.start()
    time.sleep(IDLE_S)
    idle_ms = idle.p99_ms()
    text = "destination,title,tags,filename\n" + "".join(
        f"https://example.com/page/{row},Title {row},print,file-{row}\n" for row in range(rows)
    )
    peak_mb(server)
    busy = Probe(server, path)
    busy.start()
    began = time.perf_counter()
    job = ask(server, f"{API}/csv", text.encode(), "text/csv")
    while (now := server.get(f"/api/v1/jobs/{job['id']}", token=server.token))["state"] in ("queued", "running"):
        time.sleep(0.25)
    took = time.perf_counter() - began
    busy_ms = busy.p99_ms()
    assert (now["state"], now["succeeded"]) == ("done", rows), now
    print(f"  redirects p99 {idle_ms:.2f} ms idle, {busy_ms:.2f} ms while it runs", flush=True)
    return took, peak_mb(server), busy_ms / idle_ms


def measure(*, rows: int) -> bool:
    """All figures; whether each target was reached."""
    with tempfile.TemporaryDirectory(prefix="repoint-bench-") as temporary:
        folder = Path(temporary)
        print(f"\nmany codes at once; one fsync takes {fsync_ms(folder):.2f} ms here", flush=True)
        with repoint(folder / "data") as server:
            bulk = bulk_s(server)
            print(f"  {BULK:,} creates in one call: {bulk:.2f} s (target {BULK_TARGET_S:g})", flush=True)
            took, peak, ratio = import_csv(server, rows)
    print(
        f"  CSV of {rows:,} rows: {took:.1f} s (target {CSV_TARGET_S:g}), at most {peak:.0f} MB "
        f"(target {RSS_TARGET_MB:g})\n  redirects meanwhile: {ratio:.1f} times their idle p99 (target {P99_TARGET:g})",
        flush=True,
    )
    reached = (bulk <= BULK_TARGET_S, took <= CSV_TARGET_S, peak <= RSS_TARGET_MB, ratio <= P99_TARGET)
    return all(reached)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    options = parser.parse_args()
    raise SystemExit(0 if measure(rows=options.rows) else 1)
