"""Run a function on foreign bytes in a bounded child process.

Decoders of pictures are native code: what is wrong with them must not happen in the server. Each job has a process of
its own, which has loaded its code before the job comes, may use so much processor, time and memory, cannot write a
file, and ends with its job. Over its standard streams go one job and one answer:

    child   "r"                    its code is loaded, and the bounds hold
    parent  the input, then the end of the stream
    child   "+" and the output     or "m" where the memory did not suffice, "!" and a trace where the function raised

Anything else than a whole answer is a process that was killed or that crashed.
"""

import asyncio
import contextlib
import os
import resource
import select
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module

CPU_S = 5
WALL_S = 5.0
MEMORY_BYTES = 512 * 1024 * 1024
FILES = 32
JOBS_AT_ONCE = 2
START_WAIT_S = 30.0  # on a machine that is very busy

READY, DONE, OUT_OF_MEMORY, BUG = b"r", b"+", b"m", b"!"

# What a child needs of the environment to find its code; nothing that is secret comes with it.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONHOME", "TZ")


@dataclass(frozen=True, slots=True)
class Finished:
    """What the function gave."""

    output: bytes


@dataclass(frozen=True, slots=True)
class Overran:
    """The job was ended; `bound` says in a few words which one it went beyond."""

    bound: str


class Jail:
    """Runs `function` of `module`, which takes and gives bytes, each time in a process of its own.

    After the first job one process always waits, ready for the next one; `close` ends it. `run` belongs to an event
    loop and waits while two jobs run; `run_now` is the same for callers without one. A function that raises is a bug,
    and a RuntimeError here.
    """

    def __init__(self, module: str, function: str, *, wall_s: float = WALL_S) -> None:
        self._command = [sys.executable, "-P", "-m", __name__, module, function]
        self._wall_s = wall_s
        self._spare: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._is_closed = False
        self._threads = ThreadPoolExecutor(JOBS_AT_ONCE, "jail")

    async def run(self, job: bytes) -> Finished | Overran:
        """Do one job."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.run_now, job)

    def run_now(self, job: bytes) -> Finished | Overran:
        """Do one job, and wait for it."""
        with self._lock:
            spare, self._spare = self._spare, None
        try:
            return self._converse(self._ready(spare), job)
        finally:
            self._prepare()

    def close(self) -> None:
        """Wait for what runs, and end the process that waits."""
        self._threads.shutdown()
        with self._lock:
            self._is_closed = True
            spare, self._spare = self._spare, None
        if spare is not None:
            _end(spare)

    def _converse(self, child: subprocess.Popen[bytes], job: bytes) -> Finished | Overran:
        try:
            answer, _ = child.communicate(job, timeout=self._wall_s)
        except subprocess.TimeoutExpired:
            return Overran(f"{self._wall_s:g} s of time")
        finally:
            _end(child)
        match answer[:1]:
            case b"+":
                return Finished(answer[1:])
            case b"m":
                return Overran(f"{MEMORY_BYTES >> 20} MB of memory")
            case _ if child.returncode == -signal.SIGXCPU:
                return Overran(f"{CPU_S} s of processor time")
            case b"!":
                raise RuntimeError(f"in a child process for pictures: {answer[1:].decode(errors='replace')}")
            case _:
                return Overran("what its decoder can take")

    def _ready(self, spare: subprocess.Popen[bytes] | None) -> subprocess.Popen[bytes]:
        """The process that waits, if it lives still; else a new one."""
        if spare is not None and _is_ready(spare):
            return spare
        child = self._start()
        for lost in (spare, None if _is_ready(child) else child):
            if lost is not None:
                _end(lost)
        if child.returncode is not None:
            raise RuntimeError("a child process for pictures did not start")
        return child

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own module
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a bug is told in the answer; the rest is chatter of decoders
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            start_new_session=True,
        )

    def _prepare(self) -> None:
        with self._lock:
            if self._spare is None and not self._is_closed:
                self._spare = self._start()


def _is_ready(child: subprocess.Popen[bytes]) -> bool:
    assert child.stdout is not None
    poll = select.poll()
    poll.register(child.stdout, select.POLLIN)
    return bool(poll.poll(START_WAIT_S * 1000)) and os.read(child.stdout.fileno(), 1) == READY


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


def _bound() -> None:
    """Set the bounds for the rest of this process; no file can grow, and a crash leaves no dump."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _serve(function: Callable[[bytes], bytes]) -> None:
    """The child's side: one job."""
    _bound()
    answers = sys.stdout.buffer
    answers.write(READY)
    answers.flush()
    try:
        job = sys.stdin.buffer.read()
        answer = DONE + function(job)
    except MemoryError:
        answer = OUT_OF_MEMORY
    except Exception:  # noqa: BLE001 - told to the parent, which raises it
        answer = BUG + traceback.format_exc().encode(errors="replace")
    answers.write(answer)
    answers.flush()
    # The job is done; what a library would still do on the way out is of no use.
    os._exit(0)


if __name__ == "__main__":
    _module, _function = sys.argv[1:]
    _serve(getattr(import_module(_module), _function))
