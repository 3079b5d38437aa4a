"""`repoint serve --workers N`: several processes, one database, no scan lost."""

import asyncio
import contextlib
import os
import signal
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from bench.kill_load import load
from repoint.kit.clock import utc_now
from repoint.kit.datafolder import claim_journal
from repoint.kit.db import Database
from repoint.scans.journal import MAGIC, Tail, encode, encode_tail, segment_name
from repoint.scans.tables import contexts, scans, totals
from tests.cli.conftest import Run
from tests.databases import PostgresServer
from tests.web.conftest import Served, counted, create, path_of, serving

WORKERS = 3
WAIT_S = 30.0
CHANGES = 25
STARTING_S = 0.2  # by then a worker is there, and takes longer until it is ready


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    """A database for one test."""
    return postgres.new_url()


@pytest.fixture
def served(tmp_path: Path, url: str) -> Iterator[Served]:
    """A server with several workers."""
    with serving(tmp_path / "data", "--workers", str(WORKERS), REPOINT_DATABASE_URL=url) as server:
        yield server


@contextlib.contextmanager
def _at_every_worker(server: Served) -> Iterator[dict[int, httpx.Client]]:
    """A connection to each worker; it stays with the worker that took it."""
    with contextlib.ExitStack() as stack:
        found: dict[int, httpx.Client] = {}
        deadline = time.monotonic() + WAIT_S
        while len(found) < WORKERS:
            assert time.monotonic() < deadline, found.keys()
            client = stack.enter_context(server.client())
            found.setdefault(client.get("/readyz").json()["worker"], client)
        yield found


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _location(client: httpx.Client, path: str) -> str:
    return client.get(path).headers["location"]


def test_one_file_has_one_process(run: Run, tmp_path: Path) -> None:
    """Several workers on SQLite are refused in one sentence, before anything is made."""
    told = run("serve", "--workers", "2", "--data", tmp_path / "data", fails=True).stderr
    assert told.startswith("repoint: --workers 2 needs PostgreSQL, because only one process may write a SQLite file.")
    assert told.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_a_change_reaches_every_worker_within_a_second(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    """From the answer to a PATCH at one worker until the last of the others redirects to the new destination."""
    waits_s = []
    with _at_every_worker(served) as clients:
        code = create(clients[1])
        path = path_of(code)
        for client in clients.values():
            assert _location(client, path) == code["destination"]  # now it is in the memory of all
        for number in range(CHANGES):
            there = f"https://example.com/{number}"
            changed = clients[1].patch(f"/api/v1/qr-codes/{code['id']}", json={"destination": there})
            began = time.monotonic()
            assert changed.status_code == 200, changed.text
            assert _location(clients[1], path) == there
            while any(_location(client, path) != there for client in clients.values()):
                assert time.monotonic() - began < 1.0
            waits_s.append(time.monotonic() - began)
    with capsys.disabled():
        p99_ms = statistics.quantiles(waits_s, n=100, method="inclusive")[-1] * 1000
        print(f"\na change is everywhere after p50 {statistics.median(waits_s) * 1000:.1f} ms, p99 {p99_ms:.1f} ms")  # noqa: T201 - a measurement


def test_a_link_that_was_unknown(served: Served) -> None:
    """Workers that remember that there is no such link hear that there is one now."""
    with _at_every_worker(served) as clients:
        assert {client.get("/r/later-on").status_code for client in clients.values()} == {404}
        create(clients[2], slug="later-on")
        deadline = time.monotonic() + 1.0
        while {client.get("/r/later-on").status_code for client in clients.values()} != {302}:
            assert time.monotonic() < deadline


@pytest.mark.parametrize("way", ["command", "signal"])
def test_plans_that_are_read_again(tmp_path: Path, url: str, way: str) -> None:
    """The plan file that was changed counts at every worker, whether a command says so or a signal."""
    file = tmp_path / "plans.toml"
    file.write_text('[gold]\naccount_type = "paid"\nlimits.keys = 7\n')
    settings = {"REPOINT_DATABASE_URL": url, "REPOINT_PLANS": str(file)}
    with (
        serving(tmp_path / "data", "--workers", str(WORKERS), **settings) as server,
        _at_every_worker(server) as clients,
    ):

        def limits() -> list[int]:
            return [client.get("/api/v1/plan").json()["limits"]["keys"] for client in clients.values()]

        org = clients[1].get("/api/v1/me").json()["organisation"]["id"]
        server.command("org", "set-plan", org, "gold")
        assert limits() == [7] * WORKERS
        file.write_text(file.read_text().replace("7", "8"))
        if way == "command":
            server.command("plan", "reload")
        else:
            server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 2.0
        while limits() != [8] * WORKERS:
            assert time.monotonic() < deadline


def test_a_worker_that_starts_while_the_plans_are_read_again(tmp_path: Path, url: str) -> None:
    """A signal that comes while a worker is starting ends it not, and counts for it too."""
    file = tmp_path / "plans.toml"
    file.write_text('[gold]\naccount_type = "paid"\nlimits.keys = 7\n')
    settings = {"REPOINT_DATABASE_URL": url, "REPOINT_PLANS": str(file)}
    with serving(tmp_path / "data", "--workers", str(WORKERS), **settings) as server:
        with server.client() as client:
            org = client.get("/api/v1/me").json()["organisation"]["id"]
        server.command("org", "set-plan", org, "gold")
        before = set(_children(server.process.pid))
        os.kill(min(before), signal.SIGKILL)
        deadline = time.monotonic() + WAIT_S
        while not (started := set(_children(server.process.pid)) - before):
            assert time.monotonic() < deadline
        time.sleep(STARTING_S)
        file.write_text(file.read_text().replace("7", "8"))
        server.process.send_signal(signal.SIGHUP)
        with _at_every_worker(server) as clients:
            while [each.get("/api/v1/plan").json()["limits"]["keys"] for each in clients.values()] != [8] * WORKERS:
                assert time.monotonic() < deadline
        assert started <= set(_children(server.process.pid))


def test_a_killed_worker_loses_no_scan(served: Served, url: str) -> None:
    """Workers are killed under load: each is started again, and every scan that got its 302 is counted once."""
    with served.client() as client:
        slug = create(client)["slug"]

    async def killing() -> tuple[set[int], set[int]]:
        loads = [
            asyncio.create_task(load(served.url, slug, numbers=range(first, first + 100_000), connections=4))
            for first in range(0, 300_000, 100_000)
        ]
        for _ in range(3):
            await asyncio.sleep(0.6)
            os.kill(_children(served.process.pid)[0], signal.SIGKILL)
        await asyncio.sleep(0.6)
        for child in _children(served.process.pid):
            os.kill(child, signal.SIGKILL)
        seen = await asyncio.gather(*loads)
        return set().union(*(each.sent for each in seen)), set().union(*(each.answered for each in seen))

    sent, answered = asyncio.run(killing())
    deadline = time.monotonic() + WAIT_S
    while len(_children(served.process.pid)) < WORKERS:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    found = _numbers(url, expected=answered)
    assert len(answered) > 100
    assert answered <= found.keys() <= sent
    assert set(found.values()) == {1}


def _numbers(url: str, *, expected: set[int]) -> Counter[int]:
    """How often each numbered scan is in the database, once the expected ones are."""
    db = Database.on_postgresql(url, clock=utc_now)
    deadline = time.monotonic() + WAIT_S
    referrers = select(contexts.c.referrer).join_from(scans, contexts, scans.c.context_id == contexts.c.id)
    try:
        while True:
            found = Counter(int(name[1:-8]) for name in db.read_now(lambda tx: list(tx.execute(referrers).scalars())))
            if expected <= found.keys() or time.monotonic() > deadline:
                total = db.read_now(lambda tx: tx.execute(select(func.sum(totals.c.people + totals.c.bots))).scalar())
                assert total == found.total()
                return found
            time.sleep(0.2)
    finally:
        db.close()


def test_told_to_stop(served: Served) -> None:
    """Every worker drains its journal, everything ends with status 0, and nothing is complained about."""
    with served.client() as client:
        code = create(client)
        for _ in range(20):
            assert client.get(path_of(code)).status_code == 302
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(30) == 0
    assert served.data.with_suffix(".log").read_text() == ""
    assert not list(served.data.glob("journal/*/*.scans"))


def test_workers_end_with_their_supervisor(served: Served, url: str) -> None:
    """A supervisor that is killed leaves no worker behind, and the next start counts every scan."""
    with served.client() as client:
        code = create(client)
        for _ in range(20):
            assert client.get(path_of(code)).status_code == 302
    workers = _children(served.process.pid)
    served.process.kill()
    deadline = time.monotonic() + WAIT_S
    while any(Path(f"/proc/{worker}/fd").exists() and _is_running(worker) for worker in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    with serving(served.data, REPOINT_DATABASE_URL=url) as again, again.client(served.token) as client:
        assert counted(client, code, expected=20)["people"] == 20


def _is_running(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_what_more_workers_left_behind(tmp_path: Path, url: str) -> None:
    """A start with fewer workers stores the scans in the journals that nobody owns any more."""
    data = tmp_path / "data"
    with serving(data, REPOINT_DATABASE_URL=url) as first, first.client() as client:
        code = create(client)
        token = first.token
    left = claim_journal(data, 7)
    left.release()
    scan = encode(1, time.time_ns() // 1_000_000, b"somebody", encode_tail(Tail(device="mobile")))
    (left.journal / segment_name("0" * 32, 1)).write_bytes(MAGIC + scan)
    with serving(data, REPOINT_DATABASE_URL=url) as again, again.client(token) as client:
        assert counted(client, code, expected=1)["people"] == 1
    assert not list(left.journal.glob("*.scans"))


def test_every_figure_says_its_worker(served: Served) -> None:
    """Metrics are those of the worker that answers, and say which one it is."""
    with _at_every_worker(served) as clients:
        for worker, client in clients.items():
            figures = [line for line in client.get("/metrics").text.splitlines() if not line.startswith("#")]
            assert figures
            assert all(f'worker="{worker}"' in line for line in figures)


def test_commands_beside_and_without_a_server(served: Served, run: Run, url: str, tmp_path: Path) -> None:
    """Commands work on the database itself: they need no socket and no folder of the server."""
    elsewhere = tmp_path / "elsewhere"
    token = run("keys", "create", "--label", "x", "--scope", "read", "--quiet", REPOINT_DATABASE_URL=url).stdout.strip()
    with served.client(token) as client:
        assert client.get("/api/v1/qr-codes").status_code == 200
    assert run("migrate", "--data", elsewhere, REPOINT_DATABASE_URL=url).stdout.startswith("The schema is ")
    assert not elsewhere.exists()
    assert "PostgreSQL" in run("doctor", "--data", served.data, REPOINT_DATABASE_URL=url).stdout
