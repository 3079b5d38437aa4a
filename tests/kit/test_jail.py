"""A job in a child process: its answer, its bounds, and that the parent goes on."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from repoint.kit import jail
from repoint.kit.jail import Finished, Jail, Overran

JOBS = """
import ctypes, os, socket, sys, time

def shout(job): return job.upper()
def twice_the_input(job): return job + job
def sleep(job): time.sleep(60)
def spin(job):
    while True: pass
def eat(job): return b"x" * (1 << 30)
def crash(job): ctypes.string_at(0)
def fail(job): raise LookupError("a bug")
def write(job):
    try:
        with open(job, "wb") as file: file.write(b"x" * 10)
    except OSError as error: return b"refused"
    return b"written"
def environment(job): return " ".join(sorted(os.environ)).encode()
def pid(job): return str(os.getpid()).encode()
def vanish(job): os._exit(0)
"""

Make = Callable[..., Jail]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Jails for the functions above."""
    (tmp_path / "made_up_jobs.py").write_text(JOBS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(jail, "_ENVIRONMENT", (*jail._ENVIRONMENT, "PYTHONPATH"))
    with contextlib.ExitStack() as stack:

        def make(function: str, **settings: float) -> Jail:
            return stack.enter_context(contextlib.closing(Jail("made_up_jobs", function, **settings)))

        yield make


def test_a_job_gives_what_its_function_gives(make: Make) -> None:
    """Bytes go in and come out whole, also more of them than a pipe holds."""
    assert make("shout").run_now(b"abc") == Finished(b"ABC")
    large = os.urandom(3_000_000)
    assert make("twice_the_input").run_now(large) == Finished(large + large)
    assert make("twice_the_input").run_now(b"") == Finished(b"")


def test_jobs_do_not_share_a_process(make: Make) -> None:
    """Each job has a process of its own, none of them this one, and the next one is started before it is asked for."""
    jobs = make("pid")
    pids = {int(jobs.run_now(b"").output) for _ in range(3)}  # type: ignore[union-attr]
    assert len(pids) == 3
    assert os.getpid() not in pids
    assert jobs._spare is not None
    assert jobs._spare.pid not in pids


@pytest.mark.parametrize(
    ("function", "wall_s", "bound"),
    [
        ("sleep", 0.5, "0.5 s of time"),
        ("eat", 10.0, "512 MB of memory"),
        ("crash", 10.0, "what its decoder can take"),
        ("vanish", 10.0, "what its decoder can take"),
    ],
)
def test_an_overrun_is_ended_and_told(make: Make, function: str, wall_s: float, bound: str) -> None:
    """Time, memory and crashes end the job with an answer that names the bound; the next job is done as ever."""
    began = time.monotonic()
    jobs = make(function, wall_s=wall_s)
    assert jobs.run_now(b"") == Overran(bound)
    assert jobs.run_now(b"") == Overran(bound)
    assert time.monotonic() - began < 8


def test_processor_time_is_bounded(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that spins is ended by the kernel after its processor time, whatever the clock on the wall says."""
    monkeypatch.setattr(jail, "CPU_S", 5)
    began = time.monotonic()
    assert make("spin", wall_s=60.0).run_now(b"") == Overran("5 s of processor time")
    assert time.monotonic() - began < 30


def test_a_function_that_raises_is_a_bug(make: Make) -> None:
    """It is not taken for a fault of the input, and its trace is told."""
    with pytest.raises(RuntimeError, match=r"(?s)Traceback.*LookupError: a bug"):
        make("fail").run_now(b"")


def test_no_file_can_be_written_and_no_secret_is_seen(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A decoder that is taken over finds no setting of ours and fills no disk."""
    monkeypatch.setenv("REPOINT_DATABASE_URL", "postgresql://me:secret@db")
    assert b"REPOINT" not in make("environment").run_now(b"").output  # type: ignore[union-attr]
    target = tmp_path / "written"
    assert make("write").run_now(str(target).encode()) == Finished(b"refused")
    assert target.stat().st_size == 0


def test_a_waiting_process_that_died_is_replaced(make: Make) -> None:
    """Somebody ends the process that waits: the next job is done by a new one."""
    jobs = make("shout")
    assert jobs.run_now(b"a") == Finished(b"A")
    assert jobs._spare is not None
    os.kill(jobs._spare.pid, signal.SIGKILL)
    jobs._spare.wait()
    assert jobs.run_now(b"b") == Finished(b"B")


def test_several_at_once_from_an_event_loop(make: Make) -> None:
    """Jobs of one event loop run beside it, and each gets its own answer."""
    jobs = make("shout")

    async def all_of_them() -> list[Finished | Overran]:
        return await asyncio.gather(*(jobs.run(bytes([97 + number])) for number in range(5)))

    assert asyncio.run(all_of_them()) == [Finished(bytes([65 + number])) for number in range(5)]


def test_a_child_ends_with_its_parent() -> None:
    """When the parent is killed, the process that waits reads the end of its input, and ends."""
    script = (
        "from repoint.kit.jail import Jail\n"
        "import time\n"
        "jobs = Jail('repoint.codes.logo_reading', 'normalised')\n"
        "jobs.run_now(b'')\n"
        "print(jobs._spare.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{child}/stat").exists() and _state(child) != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "Z"
