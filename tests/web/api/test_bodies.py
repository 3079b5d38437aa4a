"""Bodies that are no JSON, no object, too large or too deep."""

import json
import socket
from collections.abc import Iterator

import httpx
import pytest

from repoint.web.api.app import BODY_BYTES_MAX
from tests.web.api.asking import CODES, DESTINATION, blamed, post_raw, refusal
from tests.web.conftest import Served, create

WHOLE = {"body": "must be a JSON object, sent with `Content-Type: application/json`"}
BROKEN = (
    b'{"destination": ',
    b'{"destination": "https://example.com"',
    b'{"destination": "https://example.com",}',
    b"{'destination': 'https://example.com'}",
    b'{"title": "a\nb"}',
    b'{"title": "\\x41"}',
    b'{"title": "\\ud8"}',
    b"destination=https://example.com",
    b"\x00",
    b'{"destination": "https://example.com"} {}',
)
UNREADABLE = (
    (b"[" * 10_000 + b"]" * 10_000, "nested too deeply"),
    (b'{"design":' * 10_000 + b"{}" + b"}" * 10_000, "nested too deeply"),
    (b'{"destination": "https://example.com", "design": {"a": ' + b"[" * 100_000, "nested too deeply"),
    (b'{"title": "\xff\xfe"}', "byte 12 belongs to no character"),
    (b'{"title": "12\xe9"}', "byte 14 belongs to no character"),
    (b'{"title": ' + b"9" * 5_000 + b"}", "a number with too many digits"),
)
NO_OBJECTS = (b"[]", b'[{"destination": "https://example.com"}]', b'"text"', b"null", b"true", b"1", b"-1e400", b"NaN")
OTHER_TYPES = ("text/plain", "application/x-www-form-urlencoded", "text/json", "application/jsonx", "", "garbage")
JSON_TYPES = ("application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json")


@pytest.mark.parametrize("body", BROKEN)
def test_broken_json(client: httpx.Client, body: bytes) -> None:
    """What is not JSON is refused with the place where it stops being JSON, counted from 1."""
    detail = refusal(post_raw(client, body), 400, "malformed_json")["detail"]
    with pytest.raises(json.JSONDecodeError) as stops:
        json.loads(body)
    assert detail.startswith("The body is not JSON: ")
    assert detail.endswith(f" at character {stops.value.pos + 1}.")


@pytest.mark.parametrize(("body", "reason"), UNREADABLE, ids=lambda part: repr(part[:20]))
def test_unreadable_json(client: httpx.Client, body: bytes, reason: str) -> None:
    """JSON that no reader takes (depth, encoding, digits) is the caller's mistake, and said to be which."""
    assert reason in refusal(post_raw(client, body), 400, "malformed_json")["detail"]


@pytest.mark.parametrize("body", NO_OBJECTS)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_no_object(client: httpx.Client, method: str, body: bytes) -> None:
    """JSON that is no object is told what it must be."""
    path = CODES if method == "POST" else f"{CODES}/{create(client)['id']}"
    answer = client.request(method, path, content=body, headers={"content-type": "application/json"})
    assert blamed(answer) == WHOLE


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_no_body(client: httpx.Client, method: str) -> None:
    """A request without a body is told what it must be."""
    path = CODES if method == "POST" else f"{CODES}/{create(client)['id']}"
    assert blamed(client.request(method, path)) == WHOLE


@pytest.mark.parametrize("content_type", OTHER_TYPES)
def test_other_content_types(client: httpx.Client, content_type: str) -> None:
    """JSON under another name is not guessed at: a form of another site could send it unasked."""
    assert blamed(post_raw(client, json.dumps({"destination": DESTINATION}).encode(), content_type)) == WHOLE


@pytest.mark.parametrize("content_type", JSON_TYPES)
def test_json_by_its_names(client: httpx.Client, content_type: str) -> None:
    """JSON is JSON in any case, with parameters, and as a kind of its own."""
    assert post_raw(client, json.dumps({"destination": DESTINATION}).encode(), content_type).status_code == 201


def test_the_last_of_a_repeated_field_counts(client: httpx.Client) -> None:
    """A field that is there twice is read as JSON readers do; nothing breaks."""
    answer = post_raw(client, b'{"destination": "https://a.example", "destination": "https://b.example"}')
    assert answer.json()["destination"] == "https://b.example"


def test_a_body_of_the_most_bytes(client: httpx.Client) -> None:
    """Two mebibytes are still read, and one byte more is not."""
    spaces = BODY_BYTES_MAX - len(json.dumps({"destination": DESTINATION}))
    body = json.dumps({"destination": DESTINATION}).encode() + b" " * spaces
    assert post_raw(client, body).status_code == 201
    refusal(post_raw(client, body + b" "), 413, "body_too_large")


@pytest.mark.parametrize("path", [CODES, f"{CODES}/qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1", "/api/v1/nope"])
def test_three_megabytes(client: httpx.Client, path: str) -> None:
    """A body that says how large it is, and is too large, is refused before it is read, wherever it goes."""
    answer = client.patch(path, content=b'{"title": "' + b"a" * 3_000_000 + b'"}')
    assert "2,097,152 bytes" in refusal(answer, 413, "body_too_large")["detail"]
    assert answer.headers["connection"] == "close"
    assert client.get(CODES).status_code == 200


def test_three_megabytes_in_pieces(client: httpx.Client) -> None:
    """A body that does not say how large it is is read up to the bound, and refused there."""

    def pieces() -> Iterator[bytes]:
        for _ in range(300):
            yield b" " * 10_000

    answer = client.post(CODES, content=pieces(), headers={"content-type": "application/json"})
    refusal(answer, 413, "body_too_large")
    assert answer.headers["connection"] == "close"
    assert client.get(CODES).status_code == 200


def test_a_body_that_never_comes_is_refused_by_its_length(server: Served) -> None:
    """Who announces too much hears so at once and is let go, without having sent any of it."""
    url = httpx.URL(server.url)
    with socket.create_connection((url.host, url.port), 10) as raw:
        raw.sendall(
            f"POST {CODES} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {server.token}\r\n"
            "Content-Type: application/json\r\nContent-Length: 3000000\r\nExpect: 100-continue\r\n\r\n".encode()
        )
        heard = b""
        while data := raw.recv(65536):
            heard += data
    assert heard.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"body_too_large"' in heard


@pytest.mark.parametrize("length", ["-1", "1e3", "99999999999999999999999999", "\xb2"])
def test_lengths_that_are_none(server: Served, length: str) -> None:
    """A Content-Length that is no number, or beyond any, is refused and the connection closed."""
    url = httpx.URL(server.url)
    with socket.create_connection((url.host, url.port), 10) as raw:
        raw.sendall(f"POST {CODES} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n".encode("latin-1"))
        heard = b""
        while data := raw.recv(65536):
            heard += data
    assert heard.split(b" ", 2)[1] in (b"400", b"413")


def test_a_client_that_leaves_in_the_middle_of_its_body(server: Served, client: httpx.Client) -> None:
    """Half a body and the end make no code and no noise."""
    before = client.get(CODES, params={"limit": 1}).json()
    log = server.data.with_suffix(".log")
    noise = log.read_text()
    url = httpx.URL(server.url)
    with socket.create_connection((url.host, url.port), 10) as raw:
        raw.sendall(
            f"POST {CODES} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {server.token}\r\n"
            'Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"destination": "https://e'.encode()
        )
        raw.shutdown(socket.SHUT_WR)
        assert b" 201 " not in raw.recv(65536)
    assert client.get(CODES, params={"limit": 1}).json() == before
    assert log.read_text() == noise
