"""`repoint bench`: how fast this machine redirects."""

import asyncio
import itertools
import json
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import click
import uvloop

from repoint.cli.options import data_option, existing_folder, fail, read_settings

AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
)
COUNT_WAIT_S = 120.0
STOP_WAIT_S = 60.0


@dataclass(slots=True)
class Load:
    """What the phones saw: how long each answer took, and answers that were no redirect."""

    ends_at: float
    waits_s: list[float] = field(default_factory=list)
    wrong: int = 0


class Phone(asyncio.Protocol):
    """One connection that asks again as soon as it is answered."""

    def __init__(self, load: Load, requests: Iterator[bytes], done: asyncio.Future[None]) -> None:
        self._load = load
        self._requests = requests
        self._done = done
        self._asked_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        """A redirect has no body, so its last bytes are an empty line."""
        if not data.endswith(b"\r\n\r\n"):
            return
        now = time.perf_counter()
        self._load.waits_s.append(now - self._asked_at)
        self._load.wrong += not data.startswith(b"HTTP/1.1 302 ")
        if now < self._load.ends_at:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Over."""
        del exc
        self._done.set_result(None)

    def _ask(self) -> None:
        self._asked_at = time.perf_counter()
        self._transport.write(next(self._requests))


@click.group()
def bench() -> None:
    """Measure this machine."""


@bench.command()
@click.option("--seconds", default=5.0, show_default=True, type=click.FloatRange(0.5, 60), help="Length of the load.")
@click.option("--connections", default=64, show_default=True, type=click.IntRange(1, 512), help="Phones at once.")
@data_option
def redirect(seconds: float, connections: int, data: Path | None) -> None:
    """Redirects a second, every scan on the disk before its answer, and whether every one was counted.

    Runs a server of its own in a temporary folder on the disk of the data folder, and loads it over loopback.
    """
    disk = existing_folder(read_settings(data=data).data)
    with (
        tempfile.TemporaryDirectory(prefix=".repoint-bench-", dir=disk) as folder,
        _server(Path(folder)) as (port, token),
    ):
        code = _api(port, token, "/qr-codes", {"destination": "https://example.com/"})
        load = uvloop.run(_load(port, str(code["slug"]), seconds=seconds, connections=connections))
        counted = _count(port, token, str(code["id"]), expected=len(load.waits_s))
    waits_ms = sorted(wait * 1000 for wait in load.waits_s)
    answered = len(waits_ms)
    click.echo(f"{answered / seconds:,.0f} redirects a second over {connections} connections")
    click.echo(f"p50 {waits_ms[answered // 2]:.2f} ms, p99 {waits_ms[answered * 99 // 100]:.2f} ms")
    click.echo(f"{answered:,} answered, {counted:,} counted, {load.wrong:,} answers that were no redirect")
    sys.exit(0 if counted == answered and not load.wrong else 1)


@contextmanager
def _server(folder: Path) -> Iterator[tuple[int, str]]:
    """A server of its own: its port and key."""
    arguments = [sys.executable, "-c", "from repoint.cli import main; main()", "serve", "--port", "0", "--data"]
    with subprocess.Popen([*arguments, str(folder / "data")], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            greeting = "".join(itertools.takewhile(lambda line: not line.startswith("Stop with"), process.stdout))
            port, token = re.search(r"Listening .*?:(\d+),", greeting), re.search(r"rp_\w+", greeting)
            if port is None or token is None:
                fail("the server for the measurement did not start")
            yield int(port[1]), token[0]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_WAIT_S)


async def _load(port: int, slug: str, *, seconds: float, connections: int) -> Load:
    loop = asyncio.get_running_loop()
    requests = itertools.cycle(
        [f"GET /r/{slug} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {agent}\r\n\r\n".encode() for agent in AGENTS]
    )
    load = Load(time.perf_counter() + seconds)
    over = [loop.create_future() for _ in range(connections)]
    for done in over:
        await loop.create_connection(lambda done=done: Phone(load, requests, done), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*over)
    return load


def _count(port: int, token: str, code: str, *, expected: int) -> int:
    deadline = time.monotonic() + COUNT_WAIT_S
    while True:
        scans = _api(port, token, f"/qr-codes/{code}")["scans"]
        counted = scans["people"] + scans["bots"]
        if counted >= expected or time.monotonic() > deadline:
            return int(counted)
        time.sleep(0.2)


def _api(port: int, token: str, path: str, body: object = None) -> dict[str, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own server
        found: dict[str, Any] = json.loads(answer.read())
    return found
