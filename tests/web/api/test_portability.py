"""Export and import over HTTP."""

import io
import json
import socket
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.web.api.asking import blamed, refusal
from tests.web.conftest import Serve, Served, create

EXPORT, IMPORT = "/api/v1/export", "/api/v1/import"
FILE = "application/zip"


def _send(client: httpx.Client, body: bytes, **more: Any) -> httpx.Response:
    return client.post(IMPORT, files={"file": ("export.zip", body, FILE)}, **more)


def _other(server: Served, scope: str = "admin") -> str:
    org = server.command("org", "create", "Other", "--quiet")
    return server.command("keys", "create", "--label", "x", "--scope", scope, "--org", org, "--quiet")


def test_from_one_server_to_another(serve: Serve) -> None:
    """What one server exports another imports: the same short links lead to the same places."""
    here, there = serve("here"), serve("there")
    with here.client() as one, there.client() as two:
        codes = [create(one, f"https://example.com/{number}", title=f"Nº {number}") for number in range(30)]
        answer = one.get(EXPORT)
        assert (answer.status_code, answer.headers["content-type"]) == (200, FILE)
        assert answer.headers["content-disposition"].startswith('attachment; filename="repoint-org_')
        done = _send(two, answer.content)
        assert done.status_code == 200, done.text
        assert done.json()["codes"] == {"created": 30, "unchanged": 0, "conflicts": 0}
        for code in codes[:3]:
            found = two.get(f"/r/{code['slug']}")
            assert (found.status_code, found.headers["location"]) == (302, code["destination"])
            assert two.get(f"/api/v1/qr-codes/{code['id']}").json()["created_at"] == code["created_at"]
        assert _send(two, answer.content).json()["codes"] == {"created": 0, "unchanged": 30, "conflicts": 0}
    assert _spooled(there.data) == _spooled(here.data) == []


def test_the_command_line(serve: Serve, tmp_path: Path) -> None:
    """`repoint export` and `import` do the same beside a running server."""
    here, there = serve("here"), serve("there")
    with here.client() as one, there.client() as two:
        code = create(one)
        here.command("export", "-o", str(tmp_path / "all.zip"), "--pictures", "svg")
        told = there.command("import", str(tmp_path / "all.zip"))
        assert "codes    1 created, 0 unchanged, 0 conflicts" in told
        assert two.get(f"/r/{code['slug']}").status_code == 302
    with zipfile.ZipFile(tmp_path / "all.zip") as opened:
        assert f"pictures/{code['id']}.svg" in opened.namelist()
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_it_takes_an_admin_key(server: Served) -> None:
    """Neither reading nor writing is enough, and without a key nobody hears anything."""
    for scope in ("read", "write"):
        with server.client(_other(server, scope)) as client:
            refusal(client.get(EXPORT), 403, "forbidden")
            refusal(_send(client, b"PK"), 403, "forbidden")
    with httpx.Client(base_url=server.url, trust_env=False) as stranger:
        refusal(stranger.get(EXPORT), 401, "missing_key")
        refusal(_send(stranger, b"PK"), 401, "missing_key")


def test_an_archive_of_another_organisation(server: Served) -> None:
    """On the same server all slugs are taken: nothing of the other organisation is changed or shown."""
    with server.client(_other(server)) as one, server.client(_other(server)) as two:
        code = create(one)
        result = _send(two, one.get(EXPORT).content).json()
        assert result["codes"] == {"created": 0, "unchanged": 0, "conflicts": 1}
        assert result["conflicts"][0]["code"] == "slug_taken"
        assert two.get("/api/v1/qr-codes").json()["data"] == []
        assert one.get(f"/api/v1/qr-codes/{code['id']}").json()["version"] == 1


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (lambda client: client.post(IMPORT), "file"),
        (lambda client: client.post(IMPORT, json={}), "file"),
        (lambda client: client.post(IMPORT, files={"fiel": b"x"}), "fiel"),
        (lambda client: client.post(IMPORT, files=[("file", b"x"), ("file", b"y")]), "file"),
        (lambda client: client.post(IMPORT, content=b"x", headers={"content-type": "multipart/form-data"}), "file"),
        (
            lambda client: client.post(
                IMPORT, content=b"no boundary", headers={"content-type": "multipart/form-data; boundary=abc"}
            ),
            "body",
        ),
        (
            lambda client: client.post(
                IMPORT,
                content=b'--abc\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nPK',
                headers={"content-type": "multipart/form-data; boundary=abc"},
            ),
            "file",
        ),
        (
            lambda client: client.post(
                IMPORT,
                content=b"--abc\r\nX: " + b"a" * 20_000,
                headers={"content-type": "multipart/form-data; boundary=abc"},
            ),
            "body",
        ),
        (lambda client: _send(client, b""), "file"),
        (lambda client: _send(client, b"PK\x03\x04" + bytes(1000)), "file"),
    ],
)
def test_what_is_no_archive(client: httpx.Client, ask: Callable[[httpx.Client], httpx.Response], field: str) -> None:
    """Every other body is refused, and the field is named."""
    assert field in blamed(ask(client))


def test_too_large(serve: Serve) -> None:
    """More than the setting allows is refused: by its length at once, and otherwise when it is reached."""
    server = serve(REPOINT_IMPORT_BYTES_MAX="200000")
    with server.client() as client:
        refusal(_send(client, bytes(400_000)), 413, "body_too_large")
        assert "more than 200,000 bytes" in blamed(_send(client, bytes(210_000)))["file"]

        def endless() -> Any:
            yield b'--abc\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
            for _ in range(100):
                yield bytes(10_000)

        answer = client.post(IMPORT, content=endless(), headers={"content-type": "multipart/form-data; boundary=abc"})
        assert answer.status_code in (413, 422)
    assert _spooled(server.data) == []


def test_a_client_that_leaves(serve: Serve) -> None:
    """An export that nobody takes ends, and the server goes on without a trace of it in its folder or its log."""
    server = serve()
    with server.client() as client:
        for number in range(40):
            create(client, f"https://example.com/{number}")
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as raw:
                asked = f"GET {EXPORT}?pictures=png HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {server.token}"
                raw.sendall(f"{asked}\r\n\r\n".encode())
                assert raw.recv(100).startswith(b"HTTP/1.1 200")
        time.sleep(0.5)
        archive = client.get(EXPORT).content
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert json.loads(opened.read("manifest.json"))["format_version"] == 1
    assert "Traceback" not in server.data.with_suffix(".log").read_text()


def _spooled(data: Path) -> list[Path]:
    """What lies in the folders where files wait to be taken in; each serving process has one."""
    folders = list(data.glob("spool*"))
    assert folders
    return [file for folder in folders for file in folder.iterdir()]
