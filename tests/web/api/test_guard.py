"""What stands before every route: no key, no byte read; no parameter that nobody knows."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.types import Message

from repoint.accounts.actor import Scope
from repoint.web.api import app
from tests.web.api.asking import blamed, refusal
from tests.web.api.conftest import Api

CODE = "/qr-codes/qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1"
UNKNOWN: tuple[tuple[str, dict[str, str]], ...] = (
    ("/qr-codes?limits=5", {"limits": "is not known; did you mean 'limit'?"}),
    ("/qr-codes?limit=5&LIMIT=6&x=", {"LIMIT": "known are", "x": "known are"}),
    (f"{CODE}?verbose=1", {"verbose": "is not known; this call takes no parameters"}),
    (f"{CODE}/image?fromat=png", {"fromat": "is not known; did you mean 'format'?"}),
    (f"{CODE}/analytics?from_=2026-01-01", {"from_": "is not known; did you mean 'from'?"}),
    ("/designs?", {}),
    ("/qr-codes?%00=1", {"\x00": "known are"}),
)


def _asked(api: Api, *, method: str, path: str, token: str | None) -> tuple[int, dict[bytes, bytes], int]:
    """The status and headers of an answer to a request of 2 MB, and how often its body was asked for."""
    asked_for = 0
    heard: list[Message] = []
    headers = [(b"content-type", b"application/json"), (b"content-length", b"2000000")]
    if token is not None:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
    }

    async def receive() -> Message:
        nonlocal asked_for
        asked_for += 1
        return {"type": "http.request", "body": b" " * 2_000_000, "more_body": False}

    async def send(message: Message) -> None:
        heard.append(message)

    asyncio.run(app.build(api.services)(scope, receive, send))
    return heard[0]["status"], dict(heard[0]["headers"]), asked_for


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/qr-codes"), ("PATCH", CODE), ("PUT", f"{CODE}/logo"), ("POST", "/logos"), ("POST", "/render")],
)
def test_without_a_key_nothing_is_read(api: Api, method: str, path: str) -> None:
    """Two megabytes from nobody cost nothing: they are refused, and the connection is closed, before any of it."""
    status, headers, asked_for = _asked(api, method=method, path=path, token=None)
    assert (status, asked_for) == (401, 0)
    assert headers[b"connection"] == b"close"
    status, _, asked_for = _asked(api, method=method, path=path, token="rp_" + "1" * 34)
    assert (status, asked_for) == (401, 0)


def test_without_the_scope_nothing_is_read(api: Api) -> None:
    """A key that may only read is refused before its body is; one that may write has its body read."""
    assert _asked(api, method="POST", path="/qr-codes", token=api.key(Scope.READ)[1])[::2] == (403, 0)
    status, _, asked_for = _asked(api, method="POST", path="/qr-codes", token=api.key(Scope.WRITE)[1])
    assert status == 400
    assert asked_for > 0


def test_a_small_refusal_keeps_the_connection(api: Api) -> None:
    """Who has sent little may go on with the same connection, and a key."""
    assert "connection" not in api.client.post("/qr-codes", json={"destination": "https://example.com"}).headers


@pytest.mark.parametrize(("path", "expected"), UNKNOWN, ids=lambda part: str(part)[:40])
def test_unknown_parameters(api: Api, path: str, expected: dict[str, str]) -> None:
    """A parameter that is not known is refused with the nearest one that is; nothing is silently left out."""
    answer = api.client.get(path, headers={"authorization": f"Bearer {api.key()[1]}"})
    if not expected:
        assert answer.status_code == 200
        return
    said = blamed(answer)
    assert set(said) == set(expected)
    assert all(part in said[name] for name, part in expected.items())


def test_strangers_hear_of_the_key_first(api: Api) -> None:
    """Without a key nobody learns which parameters there are."""
    refusal(api.client.get("/qr-codes?nope=1"), 401, "missing_key")


def test_answers_of_an_organisation_are_private(api: Api) -> None:
    """No shared cache keeps an answer, and no browser takes it for something else than it is."""
    answer: httpx.Response = api.client.get("/qr-codes", headers={"authorization": f"Bearer {api.key()[1]}"})
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
