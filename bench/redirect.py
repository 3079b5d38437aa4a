"""Redirects a second, beside nginx, every scan on the disk before its 302."""

import argparse
import re
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.seed import seed
from bench.server import Server, need, nginx, repoint

CONNECTIONS = 64
PREPARED = 200_000
RATIO_TARGET = 0.45
P99_TARGET_MS = 5.0
DRAIN_WAIT_S = 300.0
_UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw."""

    per_second: float
    p50_ms: float
    p99_ms: float
    requests: int
    failed: int


def load(url: str, slugs: Path, *, seconds: int, seed_number: int) -> Load:
    """Load a server with prepared requests."""
    arguments = [str(slugs), str(seed_number), str(PREPARED)]
    script = Path(__file__).with_name("requests.lua")
    output = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script), url, "--", *arguments],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
        timeout=seconds + 60,
    ).stdout
    return read_wrk(output)


def read_wrk(output: str) -> Load:
    """The figures that wrk prints."""
    found = re.search(r"(\d+) requests in", output)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", output)
    assert found is not None, output
    assert rate is not None, output
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    failed = sum(map(int, errors.groups())) if errors else 0
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    return Load(
        float(rate[1]),
        _percentile(output, 50),
        _percentile(output, 99),
        int(found[1]),
        failed + (int(wrong[1]) if wrong else 0),
    )


def _percentile(output: str, percent: int) -> float:
    found = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s)$", output, re.MULTILINE)
    assert found is not None, output
    return float(found[1]) * _UNITS_MS[found[2]]


def drained(server: Server) -> int:
    """Wait until every scan is in the database; gives how many were stored since the start."""
    deadline = time.monotonic() + DRAIN_WAIT_S
    while time.monotonic() < deadline:
        if server.metric("repoint_ingest_backlog_bytes") == 0:
            return int(server.metric("repoint_ingest_scans_total"))
        time.sleep(0.5)
    raise TimeoutError("the journal was not drained in time")


def measure(*, seconds: int, codes: int) -> bool:
    """One hot code, then all codes at random, each beside nginx; prints the figures, gives whether all were reached."""
    need("nginx", "wrk")
    is_reached = True
    with tempfile.TemporaryDirectory(prefix="repoint-bench-") as temporary:
        folder = Path(temporary)
        print(f"making {codes:,} codes ...", flush=True)
        slugs = seed(folder / "data", codes)
        for name, some in (("one hot code", slugs[:1]), (f"{codes:,} codes at random", slugs)):
            chosen = folder / "slugs.txt"
            chosen.write_text("\n".join(some), encoding="ascii")
            with nginx(folder / "nginx") as url:
                beside = load(url, chosen, seconds=seconds, seed_number=1)
            with repoint(folder / "data") as server:
                ours = load(server.url, chosen, seconds=seconds, seed_number=1)
                stored = drained(server)
                answered = int(server.metric('repoint_redirects_total{result="redirect"}'))
                late = int(server.metric("repoint_journal_late_total"))
            is_reached &= _report(name, ours, beside, answered=answered, stored=stored, late=late)
    return is_reached


def _report(name: str, ours: Load, beside: Load, *, answered: int, stored: int, late: int) -> bool:
    ratio = ours.per_second / beside.per_second
    in_flight = answered - ours.requests
    is_exact = stored == answered and 0 <= in_flight <= CONNECTIONS and not ours.failed
    print(
        f"\n{name}\n"
        f"  repoint {ours.per_second:>9,.0f} a second   p50 {ours.p50_ms:.2f} ms   p99 {ours.p99_ms:.2f} ms\n"
        f"          {late} not waited for\n"
        f"  nginx   {beside.per_second:>9,.0f} a second   p50 {beside.p50_ms:.2f} ms   p99 {beside.p99_ms:.2f} ms\n"
        f"  ratio   {ratio:.3f} (target {RATIO_TARGET})   p99 target {P99_TARGET_MS} ms\n"
        f"  302s    wrk received {ours.requests:,}, server answered {answered:,} ({in_flight} in flight at the end), "
        f"counted {stored:,}: {'exact' if is_exact else 'NOT EXACT'}",
        flush=True,
    )
    return ratio >= RATIO_TARGET and ours.p99_ms < P99_TARGET_MS and is_exact


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--codes", type=int, default=100_000)
    options = parser.parse_args()
    raise SystemExit(0 if measure(seconds=options.seconds, codes=options.codes) else 1)
