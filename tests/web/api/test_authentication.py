"""Who may ask: keys that are missing, mistyped, unknown, revoked or too weak."""

import re

import pytest

from repoint.accounts import keys
from repoint.accounts.actor import Scope
from tests.web.api.asking import refusal
from tests.web.api.conftest import Api

CODE = "/qr-codes/qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1"
ROUTES = (
    ("GET", "/qr-codes"),
    ("POST", "/qr-codes"),
    ("GET", CODE),
    ("PATCH", CODE),
    ("DELETE", CODE),
    ("GET", f"{CODE}/image"),
    ("GET", f"{CODE}/analytics"),
)
NO_KEYS = (None, "", "Bearer", "Basic cnA6cnA=", "Token {token}", "{token}", "Bearer\t{token}", "Bearer,{token}")
NOT_OURS = (
    "rp_",
    "rp_x",
    "{token}x",
    "x{token}",
    "{token} {token}",
    "{token},",
    '"{token}"',
    "rp_" + "1" * 34,
    "rp_" + "1" * 10_000,
    "sk_{token}",
)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_wants_a_key(api: Api, method: str, path: str) -> None:
    """Without a key there is nothing but the question for one."""
    answer = api.client.request(method, path, json={"destination": "https://example.com"} if method[0] == "P" else None)
    assert refusal(answer, 401, "missing_key")["detail"] == "Send your API key as `Authorization: Bearer rp_...`."
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("header", NO_KEYS)
def test_what_is_no_bearer_key(api: Api, recognised: list[str], header: str | None) -> None:
    """Other schemes and empty ones are asked for a key, and the database is not troubled."""
    headers = {} if header is None else {"authorization": header.replace("{token}", api.key()[1])}
    refusal(api.client.get("/qr-codes", headers=headers), 401, "missing_key")
    assert recognised == []


@pytest.mark.parametrize("written", NOT_OURS, ids=lambda written: written[:20])
def test_a_token_that_cannot_be_ours(api: Api, recognised: list[str], written: str) -> None:
    """A token with a wrong form or checksum never reaches the database."""
    header = f"Bearer {written.replace('{token}', api.key()[1])}"
    refusal(api.client.get("/qr-codes", headers={"authorization": header}), 401, "invalid_key")
    assert recognised == []


def test_a_mistyped_token(api: Api, recognised: list[str]) -> None:
    """A token with any one character changed never reaches the database."""
    _, token = api.key()
    for at in range(len(token)):
        wrong = token[:at] + ("2" if token[at] != "2" else "3") + token[at + 1 :]
        refusal(api.client.get("/qr-codes", headers={"authorization": f"Bearer {wrong}"}), 401, "invalid_key")
    assert recognised == []


def test_an_unknown_token(api: Api, recognised: list[str]) -> None:
    """A well-formed token that was never given out is looked for and refused like any other."""
    unknown = keys.new_token()
    answer = api.client.get("/qr-codes", headers={"authorization": f"Bearer {unknown}"})
    assert unknown not in refusal(answer, 401, "invalid_key")["detail"]
    assert recognised == [unknown]


@pytest.mark.parametrize("header", ["Bearer {token}", "bearer {token}", "BEARER   {token}", "Bearer {token} "])
def test_ways_to_send_a_key(api: Api, header: str) -> None:
    """The scheme is read in any case (RFC 9110, section 11.1), and spaces around the token do not count."""
    answer = api.client.get("/qr-codes", headers={"authorization": header.replace("{token}", api.key()[1])})
    assert answer.status_code == 200


def test_a_revoked_key(api: Api) -> None:
    """A revoked key is refused from the next request on, others go on; it hears that it was revoked."""
    key, token = api.key()
    other = {"authorization": f"Bearer {api.key()[1]}"}
    mine = {"authorization": f"Bearer {token}"}
    assert api.client.get("/qr-codes", headers=mine).status_code == 200
    api.revoke(key)
    detail = refusal(api.client.get("/qr-codes", headers=mine), 401, "invalid_key")["detail"]
    assert re.fullmatch(r"This API key was revoked on 20\d\d-\d\d-\d\d\. Make a new one\.", detail)
    assert api.client.get("/qr-codes", headers=other).status_code == 200


def test_a_key_in_the_address_is_no_key(api: Api) -> None:
    """Keys are read from the header alone: addresses end up in logs and histories."""
    _, token = api.key()
    for name in ("key", "token", "access_token", "api_key", "authorization"):
        answer = api.client.get("/qr-codes", params={name: token}, headers={"cookie": f"{name}={token}"})
        refusal(answer, 401, "missing_key")


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_scopes(api: Api, method: str, path: str) -> None:
    """A key that may only read is told what a change needs, before it hears whether the code exists."""
    headers = {"authorization": f"Bearer {api.key(Scope.READ)[1]}"}
    body = {"destination": "https://example.com"} if method in ("POST", "PATCH") else None
    answer = api.client.request(method, path, headers=headers, json=body)
    if method == "GET":
        assert answer.status_code == (200 if path == "/qr-codes" else 404)
    else:
        detail = refusal(answer, 403, "forbidden")["detail"]
        assert detail == "This needs a key with the scope 'write'; this one has 'read'."
