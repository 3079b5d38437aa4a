"""`repoint keys` and `repoint org`: the same beside a running server and without one."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from repoint.cli import control
from tests.cli.conftest import Run
from tests.web.conftest import Serve, Served, serving

TOKEN = re.compile(r"rp_[1-9A-HJ-NP-Za-km-z]{34}")
REFUSED: tuple[tuple[tuple[str, ...], str], ...] = (
    (("keys", "create", "--label", " ", "--scope", "read"), "label: must have 1 to 100 characters"),
    (("keys", "create", "--label", "a" * 101, "--scope", "read"), "label: must have 1 to 100 characters"),
    (("keys", "create", "--label", "\udcff", "--scope", "read"), "label: '\\udcff' is no text in UTF-8"),
    (("keys", "create", "--label", "a", "--scope", "read", "--org", "x"), "There is no organisation 'x'."),
    (("keys", "list", "--org", "org_01JZ8Q4XK7T9V2M5N6P8R0S3W1"), "There is no organisation 'org_01JZ8Q4X"),
    (("keys", "revoke", "x"), "There is no key 'x'."),
    (("keys", "revoke", "key_01JZ8Q4XK7T9V2M5N6P8R0S3W1"), "There is no key 'key_01JZ8Q4XK7T9V2M5N6P8R0S3W1'."),
    (("org", "create", ""), "name: must have 1 to 150 characters"),
    (("org", "create", "\udcff"), "name: '\\udcff' is no text in UTF-8"),
    (("org", "create", "Other", "--plan", "golden"), "There is no plan 'golden'."),
    (("org", "set-plan", "x", "selfhosted"), "There is no organisation 'x'."),
    (("plan", "set", "org_01JZ8Q4XK7T9V2M5N6P8R0S3W1", "selfhosted"), "There is no organisation 'org_01JZ8Q4X"),
    (("plan", "show", "golden"), "There is no plan 'golden'."),
)


@pytest.fixture(scope="module")
def commanded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for everything that is said over its socket."""
    with serving(tmp_path_factory.mktemp("commanded") / "data") as server:
        yield server


@pytest.fixture(params=["without a server", "beside a server"])
def data(request: pytest.FixtureRequest, tmp_path: Path, commanded: Served) -> Path:
    """A data folder on which a server runs, or none."""
    return commanded.data if request.param == "beside a server" else tmp_path / "data"


def test_a_key_from_its_making_to_its_end(run: Run, data: Path) -> None:
    """A key is made and shown once, listed without its token, and revoked; a second time changes nothing."""
    made = run("keys", "create", "--label", "till 7 ☕", "--scope", "write", "--data", data).stdout
    (token,) = TOKEN.findall(made)
    key = re.search(r"(key_\w+) \(till 7 ☕, write\) of org_\w+\.", made)
    assert key is not None
    assert made.endswith("The key is shown this once; only its hash is kept.\n")

    (line,) = (line for line in run("keys", "list", "--data", data).stdout.splitlines() if "till 7 ☕" in line)
    assert re.fullmatch(rf"{key[1]}  write  \S+Z  active +till 7 ☕", line)
    assert token not in line

    assert run("keys", "revoke", key[1], "--data", data).stdout == f"{key[1]} is revoked.\n"
    revoked = run("keys", "list", "--data", data).stdout
    assert re.search(rf"{key[1]}  write  \S+Z  revoked \S+Z +till 7 ☕", revoked)
    run("keys", "revoke", key[1], "--data", data)
    assert run("keys", "list", "--data", data).stdout == revoked


def test_an_organisation_of_its_own(run: Run, data: Path) -> None:
    """Keys of one organisation are none of another's: not listed there, and not revoked there."""
    org = run("org", "create", "Überall GmbH", "--quiet", "--data", data).stdout.strip()
    assert re.fullmatch(r"org_[0-9A-Z]{26}", org)
    run("keys", "create", "--label", "theirs", "--scope", "admin", "--org", org, "--data", data)
    theirs = run("keys", "list", "--org", org, "--data", data).stdout
    assert len(theirs.splitlines()) == 1
    assert "theirs" not in run("keys", "list", "--data", data).stdout
    key = theirs.split()[0]
    assert run("keys", "revoke", key, "--data", data, fails=True).stderr == f"repoint: There is no key '{key}'.\n"
    assert run("keys", "list", "--org", org, "--data", data).stdout == theirs


def test_for_scripts(run: Run, data: Path) -> None:
    """`--quiet` prints the key or the id, and nothing else."""
    token = run("keys", "create", "--label", "a", "--scope", "read", "--quiet", "--data", data).stdout
    assert TOKEN.fullmatch(token.strip())
    assert re.fullmatch(r"org_\w+  Other  \(plan selfhosted\)\n", run("org", "create", "Other", "--data", data).stdout)


def test_what_is_refused(run: Run, data: Path) -> None:
    """A refusal is one sentence and status 1, and the same whoever owns the folder."""
    before = run("keys", "list", "--data", data).stdout
    for arguments, message in REFUSED:
        told = run(*arguments, "--data", data, fails=True).stderr
        assert told.startswith(f"repoint: {message}"), arguments
        assert told.count("\n") == 1
    assert run("keys", "list", "--data", data).stdout == before


def test_a_key_made_before_the_first_start(run: Run, serve: Serve, tmp_path: Path) -> None:
    """A key from before the first start is the server's: it works, and no other one is shown."""
    made = run("keys", "create", "--label", "mine", "--scope", "admin", "--quiet", "--data", tmp_path / "data").stdout
    server = serve(tmp_path / "data")
    assert server.token == ""
    with server.client(made.strip()) as client:
        assert client.get("/api/v1/qr-codes").status_code == 200


def test_a_folder_deeper_than_a_socket_address(run: Run, serve: Serve, tmp_path: Path) -> None:
    """A data folder whose path does not fit into the 108 bytes of a socket address is served, and takes commands."""
    data = tmp_path.joinpath(*["a-rather-long-name-of-a-folder"] * 6)
    data.parent.mkdir(parents=True)
    server = serve(data)
    assert len(str(data)) > 108
    assert (data / control.SOCKET_NAME).is_socket()
    token = run("keys", "create", "--label", "deep", "--scope", "read", "--quiet", "--data", data).stdout.strip()
    with server.client(token) as client:
        assert client.get("/api/v1/qr-codes").status_code == 200
    server.process.terminate()
    server.process.wait(20)
    assert not (data / control.SOCKET_NAME).exists()
    assert "deep" in run("keys", "list", "--data", data).stdout


def test_a_server_that_takes_no_commands(run: Run, serve: Serve, tmp_path: Path) -> None:
    """Where a process owns the folder and does not listen, the command says who, and does not go behind its back."""
    server = serve(tmp_path / "data")
    (server.data / control.SOCKET_NAME).unlink()
    told = run("keys", "list", "--data", server.data, fails=True).stderr
    assert f"(pid {server.process.pid})" in told
    assert "It takes no commands just now; is it starting or stopping?" in told


def test_the_socket_is_its_owners(serve: Serve, tmp_path: Path) -> None:
    """Nobody but the owner can reach the socket: neither through the folder nor by itself."""
    server = serve(tmp_path / "data")
    assert server.data.stat().st_mode & 0o777 == 0o700
    assert (server.data / control.SOCKET_NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "asked",
    [
        b"",
        b"\n",
        b"keys list\n",
        b"[]\n",
        b"null\n",
        b'"keys.list"\n',
        b"{}\n",
        b'{"command": "keys.list"}\n',
        b'{"command": "keys.list", "arguments": []}\n',
        b'{"command": "keys.list", "arguments": {"org": null, "more": 1}}\n',
        b'{"command": "keys.list", "arguments": {"org": 1}}\n',
        b'{"command": "drop", "arguments": {}}\n',
        b'{"command": ["keys.list"], "arguments": {}}\n',
        b'{"command": "org.create", "arguments": {"name": 1, "plan": "selfhosted"}}\n',
        b'{"command": "org.create", "arguments": {"name": "\\ud800", "plan": "selfhosted"}}\n',
        b'{"command": "keys.create", "arguments": {"label": "a", "scope": "root", "org": null}}\n',
        b"[" * 20_000 + b"\n",
        b"a" * (control.LINE_BYTES_MAX * 2) + b"\n",
        b"\xff\xfe\n",
    ],
    ids=lambda asked: repr(asked[:60]),
)
def test_what_is_no_command(commanded: Served, asked: bytes) -> None:
    """Whatever comes over the socket, the answer is one line that says what is wrong, and the server goes on."""
    log = commanded.data.with_suffix(".log")
    noise = log.read_text()
    assert "error" in _told(commanded, asked)
    assert "keys" in _told(commanded, b'{"command": "keys.list", "arguments": {"org": null}}\n')["result"]
    assert log.read_text() == noise


def test_commands_whose_sender_has_gone(commanded: Served) -> None:
    """A sender that does not wait for the answer leaves nothing behind."""
    log = commanded.data.with_suffix(".log")
    noise = log.read_text()
    for _ in range(5):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.connect(str(commanded.data / control.SOCKET_NAME))
            connection.sendall(b'{"command": "keys.list", "arguments": {"org": null}}\n')
    assert "result" in _told(commanded, b'{"command": "keys.list", "arguments": {"org": null}}\n')
    assert log.read_text() == noise


def _told(server: Served, asked: bytes) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(10)
        connection.connect(str(server.data / control.SOCKET_NAME))
        connection.sendall(asked)
        if not asked.endswith(b"\n"):
            connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as lines:
            told: dict[str, Any] = json.loads(lines.readline())
    return told
