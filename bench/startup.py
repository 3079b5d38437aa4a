"""From `make serve` on a prepared checkout to the first answer, and resident memory."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.server import STOP_WAIT_S, free_port

ROOT = Path(__file__).parents[1]
START_TARGET_S = 2.0
MEMORY_TARGET_MB = 150.0
ANSWER_WAIT_S = 30.0
STARTS = 3


def start_once(data: Path) -> tuple[float, float, float]:
    """Seconds to the first answer and to start a bare interpreter, and resident megabytes of all processes."""
    port = free_port()
    bare = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    bare = time.perf_counter() - bare
    began = time.perf_counter()
    process = subprocess.Popen(
        ["make", "--silent", "serve", f"DATA={data}", f"ARGS=--port {port}"],  # noqa: S607
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # As users have it: with compiled modules kept from start to start.
        env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        start_new_session=True,
    )
    try:
        while True:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                break
            assert time.perf_counter() - began < ANSWER_WAIT_S
            time.sleep(0.005)
        took = time.perf_counter() - began
        time.sleep(0.5)
        return took, bare, sum(map(_resident_mb, _family(process.pid)))
    finally:
        for pid in reversed(_family(process.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        process.wait(STOP_WAIT_S)


def _family(pid: int) -> list[int]:
    """A process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(grand for child in children for grand in _family(int(child)))]


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def measure() -> bool:
    """Start from nothing, then again; prints the figures, gives whether the targets were reached."""
    with tempfile.TemporaryDirectory(prefix="repoint-bench-") as temporary:
        starts = [start_once(Path(temporary) / "data") for _ in range(STARTS)]
    print("\nstart and memory, the first start makes the database")
    for took, bare, resident in starts:
        print(f"  first answer after {took:.2f} s ({took / bare:.0f} bare interpreters)   resident {resident:.0f} MB")
    print(f"  targets {START_TARGET_S} s, {MEMORY_TARGET_MB:.0f} MB", flush=True)
    return all(took < START_TARGET_S and resident < MEMORY_TARGET_MB for took, _, resident in starts)


if __name__ == "__main__":
    raise SystemExit(0 if measure() else 1)
