"""The command line, in this process where nothing has to keep running, and as servers where it has."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from repoint.cli import main
from repoint.settings import ENV_PREFIX
from tests.web.conftest import REPOINT, Serve, serving

COMMAND_WAIT_S = 30


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command wrote, and how it ended."""

    stdout: str
    stderr: str
    status: int


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of this machine's settings, and a working folder of the test's own."""
    for name in os.environ:
        if name.startswith(ENV_PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run() -> Run:
    """Runs `repoint ARGUMENTS`; whatever goes wrong must end in a message, never in a traceback."""

    def run(*arguments: str | Path, fails: bool = False, apart: bool = False, **environment: str) -> Ran:
        words = list(map(str, arguments))
        ran = _apart(words, environment) if apart or "serve" in words else _here(words, environment)
        assert ran.status == (1 if fails else 0), ran
        assert "Traceback" not in ran.stderr
        return ran

    return run


def _here(words: list[str], environment: dict[str, str]) -> Ran:
    done = CliRunner().invoke(main, words, env=environment)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Ran(done.stdout, done.stderr, done.exit_code)


def _apart(words: list[str], environment: dict[str, str]) -> Ran:
    """In a process of its own: for what ends with the process, such as a socket that is listened to."""
    done = subprocess.run(
        [str(REPOINT), *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_WAIT_S,
    )
    return Ran(done.stdout, done.stderr, done.returncode)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers on data folders, with settings as environment variables."""
    with ExitStack() as stack:
        yield lambda data, **environment: stack.enter_context(serving(data, **environment))
