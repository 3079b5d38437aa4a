"""A server as its users have it: the installed command, on a port of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.databases import Databases

REPOINT = Path(sys.executable).parent / "repoint"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
STOP_WAIT_S = 20
COUNT_WAIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Served:
    """A running server and its first key."""

    url: str
    token: str
    data: Path
    process: subprocess.Popen[str]
    greeting: str
    environment: dict[str, str]

    def client(self, token: str | None = None) -> httpx.Client:
        """A client that sends a key and follows no redirect; without a token that of the first start."""
        headers = {"authorization": f"Bearer {token or self.token}", "user-agent": PHONE}
        return httpx.Client(base_url=self.url, headers=headers, timeout=20, trust_env=False)

    def command(self, *arguments: str) -> str:
        """What `repoint ARGUMENTS` beside this server prints."""
        done = subprocess.run(
            [str(REPOINT), *arguments, "--data", str(self.data)],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
            env=self.environment,
        )
        return done.stdout.strip()


def create(client: httpx.Client, destination: str = "https://example.com/spring", **fields: Any) -> dict[str, Any]:
    """A code that was just made."""
    answer = client.post("/api/v1/qr-codes", json={"destination": destination, **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def path_of(code: dict[str, Any]) -> str:
    """The path of a code's short link."""
    return f"/r/{code['slug']}"


def counted(client: httpx.Client, code: dict[str, Any], *, expected: int) -> dict[str, int]:
    """A code's scans, once as many as expected are counted; fails where they never are."""
    deadline = time.monotonic() + COUNT_WAIT_S
    while True:
        scans: dict[str, int] = client.get(f"/api/v1/qr-codes/{code['id']}").json()["scans"]
        if scans["people"] + scans["bots"] >= expected:
            return scans
        assert time.monotonic() < deadline, scans
        time.sleep(0.05)


@contextmanager
def serving(data: Path, *arguments: str, **environment: str) -> Iterator[Served]:
    """Start `repoint serve`, read its greeting, and stop it as an operator would."""
    told = {**os.environ, **environment}
    log = data.parent / f"{data.name}.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [str(REPOINT), "serve", "--port", "0", "--data", str(data), *arguments],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=told,
        )
    try:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Stop with"):
                break
        greeting = "".join(lines)
        url = re.search(r"Listening +([0-9.]+:\d+)", greeting)
        assert url is not None, log.read_text()
        token = re.search(r"\brp_\w+", greeting)
        yield Served(f"http://{url[1]}", token[0] if token else "", data, process, greeting, told)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_WAIT_S)
        assert process.stdout is not None
        process.stdout.close()


Serve = Callable[..., Served]


@pytest.fixture
def serve(tmp_path: Path, databases: Databases) -> Iterator[Serve]:
    """Starts servers, each on a data folder of its name, with settings as environment variables."""
    with ExitStack() as stack:

        def start(name: str = "data", **environment: str) -> Served:
            data = tmp_path / name
            return stack.enter_context(serving(data, **databases.environment(data), **environment))

        yield start


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Served]:
    """One server for all tests that leave it as it is."""
    data = tmp_path_factory.mktemp("server") / "data"
    with serving(data, **databases.environment(data)) as served:
        yield served


@pytest.fixture
def client(server: Served) -> Iterator[httpx.Client]:
    """The first key's client on the shared server."""
    with server.client() as client:
        yield client
