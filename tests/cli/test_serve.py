"""`repoint serve`: what keeps it from starting, and how it ends."""

import os
import signal
import socket
import time
from pathlib import Path

import httpx
import pytest

from repoint.cli import control
from tests.cli.conftest import Run
from tests.web.conftest import Serve, counted, create, path_of

SETTINGS = (
    ("REPOINT_PORT", "abc"),
    ("REPOINT_PORT", "65536"),
    ("REPOINT_TRUSTED_PROXIES", "garbage"),
    ("REPOINT_TRUSTED_PROXIES", "10.0.0.0/99"),
    ("REPOINT_PUBLIC_URL", "qr.example"),
    ("REPOINT_PUBLIC_URL", "ftp://qr.example"),
    ("REPOINT_SHORT_DOMAINS", "https://go.example/"),
    ("REPOINT_JOURNAL_SYNC", "never"),
    ("REPOINT_LOG_FORMAT", "xml"),
    ("REPOINT_DATABASE_URL", "mysql://db.example/repoint"),
)


@pytest.mark.parametrize(("name", "value"), SETTINGS)
@pytest.mark.parametrize("command", [("doctor",), ("keys", "list"), ("migrate",)], ids=" ".join)
def test_settings_that_cannot_be(run: Run, tmp_path: Path, command: tuple[str, ...], name: str, value: str) -> None:
    """A setting that cannot be is named with its value in one line, by every command, before anything is touched."""
    told = run(*command, fails=True, **{name: value}).stderr
    assert told.startswith(f"repoint: {name} cannot be '{value}': ")
    assert told.count("\n") == 1
    assert not any(word in told for word in ("Value error", "Input", "should"))
    assert list(tmp_path.iterdir()) == []


def test_a_server_reads_its_settings_first(run: Run, tmp_path: Path) -> None:
    """`serve` refuses the same settings in the same words, before it makes a folder."""
    told = run("serve", fails=True, REPOINT_PORT="abc").stderr
    assert told.startswith("repoint: REPOINT_PORT cannot be 'abc': ")
    assert list(tmp_path.iterdir()) == []


def test_two_servers_on_one_folder(run: Run, serve: Serve, tmp_path: Path) -> None:
    """The second one ends at once with status 1 and says who owns the folder; the first one does not notice."""
    server = serve(tmp_path / "data")
    began = time.monotonic()
    told = run("serve", "--port", "0", "--data", server.data, fails=True).stderr
    assert time.monotonic() - began < 9.5
    assert told == (
        f"repoint: The data folder {server.data} is in use by another Repoint process (pid {server.process.pid}). "
        "Stop that one first, or give this one a folder of its own with --data.\n"
    )
    assert httpx.get(f"{server.url}/readyz", trust_env=False).status_code == 200
    assert "First key" in server.command("keys", "list")


def test_a_port_in_use(run: Run, tmp_path: Path) -> None:
    """A port that somebody else has is named, and no folder is made for a server that cannot be."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = run("serve", "--port", str(port), "--data", tmp_path / "data", fails=True).stderr
    assert told.startswith(f"repoint: cannot listen on 127.0.0.1:{port}: Address already in use")
    assert not (tmp_path / "data").exists()


def test_an_address_that_is_none(run: Run) -> None:
    """A host that this machine cannot listen on is named."""
    told = run("serve", "--host", "203.0.113.1", "--port", "0", fails=True).stderr
    assert told.startswith("repoint: cannot listen on 203.0.113.1:0: Cannot assign requested address")


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT], ids=lambda ending: ending.name)
def test_told_to_stop(serve: Serve, tmp_path: Path, ending: signal.Signals) -> None:
    """A server that is told to stop ends with status 0 and no complaint, its scans stored, its database closed."""
    server = serve(tmp_path / "data")
    with server.client() as client:
        code = create(client)
        for _ in range(5):
            assert client.get(path_of(code)).status_code == 302
        began = time.monotonic()
        server.process.send_signal(ending)
        assert server.process.wait(20) == 0
    assert time.monotonic() - began < 10
    assert server.data.with_suffix(".log").read_text() == ""
    folders = ["jobs", "journal", "spool"]
    assert sorted(path.name for path in server.data.iterdir()) == sorted([*folders, "repoint.lock", "repoint.sqlite3"])
    assert not any(list((server.data / folder).iterdir()) for folder in folders)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/healthz", trust_env=False)


def test_told_to_stop_by_its_terminal(serve: Serve, tmp_path: Path) -> None:
    """Ctrl+C reaches the journal's process as well, and still no scan is lost."""
    server = serve(tmp_path / "data")
    with server.client() as client:
        code = create(client)
        for _ in range(50):
            assert client.get(path_of(code)).status_code == 302
    for child in _children(server.process.pid):
        os.kill(child, signal.SIGINT)
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(20) == 0
    again = serve(server.data)
    with again.client(server.token) as client:
        assert counted(client, code, expected=50) == {"people": 50, "bots": 0, "unique": 1}


def test_killed_and_started_again(serve: Serve, tmp_path: Path) -> None:
    """After kill -9 the next start on the folder works at once, round after round, and every scan is counted once."""
    server = serve(tmp_path / "data")
    token = server.token
    with server.client() as client:
        code = create(client)
    for killed in range(1, 3):
        with server.client(token) as client:
            for _ in range(20):
                assert client.get(path_of(code)).status_code == 302
        server.process.kill()
        server.process.wait(20)
        assert (server.data / control.SOCKET_NAME).exists()
        server = serve(tmp_path / "data")
        with server.client(token) as client:
            assert counted(client, code, expected=20 * killed)["people"] == 20 * killed
            assert httpx.get(f"{server.url}/readyz", trust_env=False).status_code == 200
        assert "First key" in server.command("keys", "list")


def test_the_greeting(serve: Serve, tmp_path: Path) -> None:
    """What is served, where, and the first key stand in the greeting, once."""
    public = {"REPOINT_PUBLIC_URL": "https://qr.example/", "REPOINT_SHORT_DOMAINS": "go.example,x.example"}
    server = serve(tmp_path / "data", **public)
    assert server.greeting.startswith("Repoint serves https://qr.example\n")
    assert f"data in {server.data}" in server.greeting
    for address in ("https://qr.example/r/SLUG", "https://go.example/SLUG", "https://x.example/SLUG"):
        assert address in server.greeting
    assert server.greeting.count("rp_") == 1
    with server.client() as client:
        assert create(client)["short_url"].startswith("https://qr.example/r/")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
