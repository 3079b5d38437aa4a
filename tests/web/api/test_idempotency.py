"""`Idempotency-Key`: one change and one answer, however often it is asked for."""

import asyncio
import json
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI, Response
from fastapi.routing import APIRoute
from sqlalchemy import select

from repoint.accounts import keys
from repoint.accounts.actor import Scope
from repoint.accounts.kept_answers import kept_answers
from repoint.web.api import access, app, problems
from repoint.web.api.admission import Admissions
from repoint.web.api.caller import Caller
from repoint.web.api.guard import guard
from repoint.web.api.once import Once
from tests.web.api.asking import blamed, refusal
from tests.web.api.conftest import Api

BODY = {"destination": "https://example.com/spring", "title": "Spring"}
DOT = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v8z"/></svg>'
NO_KEYS = ("", " ", "a b", "a" * 256, "caf\xe9", "a\tb")


@pytest.fixture
def asking(api: Api) -> Iterator[httpx.Client]:
    """A client with a key of its own."""
    api.client.headers["authorization"] = f"Bearer {api.key()[1]}"
    yield api.client
    del api.client.headers["authorization"]


def _serials(client: httpx.Client) -> list[int]:
    return [code["serial"] for code in client.get("/qr-codes", params={"limit": 200}).json()["data"]]


def test_the_same_again(asking: httpx.Client) -> None:
    """The second time changes nothing and gets the first answer, byte for byte, and hears that it is one."""
    before = _serials(asking)
    first, second = (asking.post("/qr-codes", json=BODY, headers={"idempotency-key": "again"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    for name in ("location", "etag", "content-type", "cache-control"):
        assert second.headers[name] == first.headers[name]
    assert len(_serials(asking)) == len(before) + 1


def test_another_body(asking: httpx.Client) -> None:
    """The same key with something else is refused, and says what to do; nothing is made."""
    asking.post("/qr-codes", json=BODY, headers={"idempotency-key": "other body"[:5]})
    before = _serials(asking)
    for path, body in (("/qr-codes", {**BODY, "title": "Summer"}), ("/designs", {"name": "Other"})):
        answer = asking.post(path, json=body, headers={"idempotency-key": "other"})
        assert "Take a new one" in refusal(answer, 422, "idempotency_key_reused")["detail"]
    assert _serials(asking) == before


def test_a_refusal_is_not_kept(asking: httpx.Client) -> None:
    """What was refused changed nothing, so the same key may be sent again with it mended."""
    key = {"idempotency-key": "mended"}
    asking.post("/qr-codes", json={**BODY, "slug": "taken-once"})
    refusal(asking.post("/qr-codes", json={**BODY, "slug": "taken-once"}, headers=key), 409, "slug_taken")
    answer = asking.post("/qr-codes", json={**BODY, "slug": "not-taken"}, headers=key)
    assert answer.status_code == 201
    assert "idempotency-replayed" not in answer.headers


@pytest.mark.parametrize("key", NO_KEYS)
def test_keys_that_are_none(asking: httpx.Client, key: str) -> None:
    """A key has 1 to 255 visible characters of ASCII; others are refused and make nothing."""
    before = _serials(asking)
    answer = asking.post("/qr-codes", json=BODY, headers={b"idempotency-key": key.encode("latin-1")})
    assert list(blamed(answer)) == ["Idempotency-Key"]
    assert _serials(asking) == before


def test_uploads(asking: httpx.Client) -> None:
    """A form that is sent again has another boundary, and is the same form."""
    answers = [
        asking.post("/logos", files={"file": ("dot.svg", DOT)}, headers={"idempotency-key": "upload"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    other = asking.post("/logos", files={"file": ("dot.svg", DOT + b" ")}, headers={"idempotency-key": "upload"})
    refusal(other, 422, "idempotency_key_reused")


def test_designs(asking: httpx.Client) -> None:
    """Stored designs, too, are made once."""
    first, second = (
        asking.post("/designs", json={"name": "Once"}, headers={"idempotency-key": "design"}) for _ in range(2)
    )
    assert first.json()["id"] == second.json()["id"]


def test_two_at_once(api: Api) -> None:
    """Twenty that ask the same at the same moment make one code, and all hear of that one."""
    headers = {"authorization": f"Bearer {api.key()[1]}", "idempotency-key": "at-once"}

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app.build(api.services))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await asyncio.gather(*(client.post("/qr-codes", json=BODY, headers=headers) for _ in range(20)))

    answers = asyncio.run(ask())
    made = [answer for answer in answers if answer.status_code == 201]
    assert all(answer.status_code in (201, 409) for answer in answers)
    assert len({answer.json()["id"] for answer in made}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in made) == 1


def test_a_lesser_key(api: Api) -> None:
    """A key that may not make codes does not hear what another one made, either."""
    headers = {"authorization": f"Bearer {api.key()[1]}", "idempotency-key": "lesser"}
    assert api.client.post("/qr-codes", json=BODY, headers=headers).status_code == 201
    reader = {**headers, "authorization": f"Bearer {api.key(Scope.READ)[1]}"}
    refusal(api.client.post("/qr-codes", json=BODY, headers=reader), 403, "forbidden")


def test_where_nothing_is_changed(asking: httpx.Client) -> None:
    """The key is taken and has no effect on what makes nothing."""
    for text in ("one", "two"):
        answer = asking.post("/render", json={"text": text}, headers={"idempotency-key": "picture"})
        assert answer.status_code == 200
        assert "idempotency-replayed" not in answer.headers


def test_secrets(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that is shown once can be asked for again by who asked first, and the database never holds it."""
    monkeypatch.setattr(access, "NEEDS", {"make_key": Scope.ADMIN})
    small = FastAPI()
    small.state.services = api.services

    async def make_key(caller: Caller, once: Once) -> Response:
        return await once.write(
            lambda tx: keys.create(tx, caller.org, label="secret", scope=Scope.READ)[1],
            lambda token: Response(json.dumps({"token": token}), 201, media_type="application/json"),
            is_secret=True,
        )

    route = APIRoute("/keys", make_key, methods=["POST"])
    small.router.routes.append(guard(route, public_url=api.services.space.public_url))
    problems.install(small, [route])
    small.add_middleware(Admissions, services=api.services)

    async def ask(token: str) -> httpx.Response:
        transport = httpx.ASGITransport(small)
        headers = {"authorization": f"Bearer {token}", "idempotency-key": "secret"}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.post("/keys", headers=headers)

    mine, other = api.key()[1], api.key()[1]
    first, second, stranger = (asyncio.run(ask(token)) for token in (mine, mine, other))
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    refusal(stranger, 422, "idempotency_key_reused")
    bodies = api.services.db.read_now(lambda tx: tx.execute(select(kept_answers.c.body)).scalars().all())
    assert not any(first.json()["token"].encode() in body for body in bodies)
