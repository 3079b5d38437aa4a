"""Creates and gets over the native API, on SQLite with synchronous=FULL."""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from bench.redirect import Load, read_wrk
from bench.server import STOP_WAIT_S, Server, free_port, need, repoint, wait_for_port

CALLERS = 32
CREATES_TARGET, CREATE_P99_TARGET_MS = 400.0, 25.0
GETS_TARGET = 1_500.0
SYNCS = 300
PAGE_BYTES = 4096
PAGES = 10
PAGE_LIMIT = 100
ROUNDS = 3
WARM_S = 3
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Measured:
    """What wrk saw, and the server's own CPU time for each request."""

    load: Load
    cpu_ms: float


def sync_ms(folder: Path) -> tuple[float, float]:
    """How long this machine takes to get a page onto the disk: median and 99th percentile."""
    taken = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            file.write(bytes(PAGE_BYTES))
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - started) * 1000)
    return median(taken), quantiles(taken, n=100)[98]


def measured(server: Server, what: str, ids: Path, *, seconds: int, once: bool = False, rate: float = 0) -> Measured:
    """Load a server with one kind of call: `rate` a second, or as many as it answers."""
    assert server.token is not None
    script = Path(__file__).with_name("api.lua")
    arguments = [server.token, what, str(ids), "once" if once else "", str(rate)]
    before = _cpu_s(server)
    output = subprocess.run(
        ["wrk", "-t1", f"-c{CALLERS}", f"-d{seconds}s", "--latency", "-s", str(script), server.url, "--", *arguments],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
        timeout=seconds + 60,
    ).stdout
    load = read_wrk(output)
    return Measured(load, (_cpu_s(server) - before) * 1000 / load.requests)


def measure(*, seconds: int) -> bool:
    """Creates, creates with an Idempotency-Key, gets; prints the figures, gives whether all were reached."""
    need("wrk")
    with tempfile.TemporaryDirectory(prefix="repoint-bench-") as temporary:
        folder = Path(temporary)
        middle, slow = sync_ms(folder)
        print(f"this machine syncs a page in {middle:.2f} ms (median), {slow:.2f} ms (p99); {CALLERS} callers")
        ids = folder / "ids.txt"
        with repoint(folder / "data") as server:
            measured(server, "create", ids, seconds=WARM_S)
            create = best(lambda: measured(server, "create", ids, seconds=seconds), by=lambda load: load.per_second)
            paced = best(
                lambda: measured(server, "create", ids, seconds=seconds, rate=CREATES_TARGET),
                by=lambda load: -load.p99_ms,
            )
            once = measured(server, "create", ids, seconds=seconds, once=True)
            ids.write_text("\n".join(_ids(server)), encoding="ascii")
            with plain_api() as beside:
                get, plain = in_turn(server, beside, ids, seconds=seconds)
    is_reached = create.load.per_second >= CREATES_TARGET and paced.load.p99_ms <= CREATE_P99_TARGET_MS
    is_reached &= get.load.per_second >= GETS_TARGET
    is_reached &= not any(each.load.failed for each in (create, paced, once, get))
    _report("create", create, f"target {CREATES_TARGET:,.0f} a second")
    _report("create, paced", paced, f"{CREATES_TARGET:,.0f} a second offered; target p99 {CREATE_P99_TARGET_MS:.0f} ms")
    _report("create, once", once, "with an Idempotency-Key; no target")
    _report("get", get, f"target {GETS_TARGET:,.0f} a second")
    _report("plain FastAPI", plain, f"one route, no key, no database; get is {ratio(get, plain):.2f} of it")
    return is_reached


@contextlib.contextmanager
def plain_api() -> Iterator[Server]:
    """`bench.plain_api` on a free port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.plain_api", str(port)])
    try:
        wait_for_port(port)
        yield Server(process, f"http://127.0.0.1:{port}", "none")
    finally:
        process.terminate()
        process.wait(STOP_WAIT_S)


def in_turn(ours: Server, beside: Server, ids: Path, *, seconds: int) -> tuple[Measured, Measured]:
    """The best of a few runs of both, one after the other, so that both meet the same machine."""
    runs = [tuple(measured(each, "get", ids, seconds=seconds) for each in (ours, beside)) for _ in range(ROUNDS)]
    mine, theirs = zip(*runs, strict=True)
    return max(mine, key=lambda each: each.load.per_second), max(theirs, key=lambda each: each.load.per_second)


def ratio(one: Measured, beside: Measured) -> float:
    """How many requests for each of the other."""
    return one.load.per_second / beside.load.per_second


def best(run: Callable[[], Measured], *, by: Callable[[Load], float]) -> Measured:
    """The best of a few runs: other work on the machine makes a run slower, and nothing makes one faster."""
    return max((run() for _ in range(ROUNDS)), key=lambda each: by(each.load))


def _ids(server: Server) -> list[str]:
    found, cursor = [], ""
    for _ in range(PAGES):
        page = server.get(f"/api/v1/qr-codes?limit={PAGE_LIMIT}{cursor}", token=server.token)
        found += [code["id"] for code in page["data"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    return found


def _cpu_s(server: Server) -> float:
    """User and system time of the server's process so far (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND


def _report(name: str, one: Measured, target: str) -> None:
    load = one.load
    print(
        f"  {name:<14}{load.per_second:>7,.0f} a second   p50 {load.p50_ms:5.1f} ms   p99 {load.p99_ms:5.1f} ms   "
        f"{one.cpu_ms:.2f} ms of CPU each   {load.failed} failed   ({target})",
        flush=True,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=8)
    raise SystemExit(0 if measure(seconds=parser.parse_args().seconds) else 1)
