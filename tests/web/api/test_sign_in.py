"""Signing in, and what a browser's cookie may be used for."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from repoint.accounts import members, passwords, users
from repoint.accounts.actor import Role
from repoint.accounts.organisations import found, of, operator_of
from repoint.kit.db import Tx
from repoint.kit.gcra import Bucket
from repoint.web.cookie import PLAIN_NAME, SessionCookie
from tests.web.api.asking import refusal
from tests.web.api.conftest import Api

PASSWORD = "parsley sage 7"
HASH = passwords.hashed(PASSWORD)
OWN = {"sec-fetch-site": "same-origin"}


@dataclass(frozen=True, slots=True)
class Browser:
    """A signed-in user's browser."""

    api: Api
    token: str
    user: str
    org: str
    email: str

    def ask(self, method: str, path: str, *, headers: dict[str, str] = OWN, **more: Any) -> httpx.Response:
        """One request, with the cookie."""
        given = {"cookie": f"{PLAIN_NAME}={self.token}", **headers}
        return self.api.client.request(method, path, headers=given, **more)


def token_of(answer: httpx.Response) -> str:
    """The token in the cookie that an answer sets."""
    return answer.headers["set-cookie"].partition("=")[2].partition(";")[0]


def browser(api: Api, role: Role = Role.OWNER) -> Browser:
    """Somebody in an organisation of their own, signed in."""
    email = f"{uuid4().hex}@example.com"

    def make(tx: Tx) -> tuple[str, str]:
        org = found(tx, "Acme")
        user = users.enrol(tx, email=email, name="Ada", password_hash=HASH)
        members.add_member(tx, operator_of(of(tx, org.id)), user.id, role=role)
        return user.public_id, org.public_id

    user, org = api.services.db.write_now(make)
    answer = api.client.post("/session", json={"email": email, "password": PASSWORD})
    api.client.cookies.clear()
    assert answer.status_code == 201, answer.text
    return Browser(api, token_of(answer), user, org, email)


def test_the_cookie(api: Api) -> None:
    """Scripts cannot read it, other sites' requests do not carry it, and over https it is the host's alone."""
    ada = browser(api)
    answer = api.client.post("/session", json={"email": ada.email.upper(), "password": PASSWORD})
    api.client.cookies.clear()
    attributes = answer.headers["set-cookie"].lower()
    assert all(part in attributes for part in ("httponly", "samesite=lax", "path=/;", "max-age=7776000"))
    assert answer.headers["cache-control"] == "no-store"
    assert (SessionCookie.at("https://qr.example").name, SessionCookie.at("https://qr.example").is_secure) == (
        "__Host-repoint",
        True,
    )


def test_who_is_signed_in(api: Api) -> None:
    """/me and /session tell user, organisation, role and scope; a key hears about itself, and has no session."""
    ada = browser(api, Role.EDITOR)
    me = ada.ask("GET", "/me").json()
    assert (me["kind"], me["user"]["id"], me["organisation"]["id"]) == ("user", ada.user, ada.org)
    assert (me["role"], me["scope"], me["organisations"]) == (
        "editor",
        "write",
        [{"id": ada.org, "name": "Acme", "role": "editor"}],
    )
    assert ada.ask("GET", "/session").json()["user"] == me["user"]
    key, token = api.key()
    by_key = {"authorization": f"Bearer {token}"}
    mine = api.client.get("/me", headers=by_key).json()
    assert (mine["kind"], mine["key"]["id"], mine["role"], mine["user"]) == ("key", key, None, None)
    assert "token" not in mine["key"]
    refusal(api.client.get("/session", headers=by_key), 403, "forbidden")
    refusal(api.client.patch("/me", headers=by_key, json={"name": "x"}), 403, "forbidden")


@pytest.mark.parametrize(
    ("email", "password"), [("{email}", "wrong"), ("nobody@example.com", PASSWORD), ("{email}", PASSWORD + " ")]
)
def test_a_wrong_login(api: Api, email: str, password: str) -> None:
    """Wrong emails and wrong passwords hear the same, and get no cookie."""
    ada = browser(api)
    body = {"email": email.replace("{email}", ada.email), "password": password}
    answer = api.client.post("/session", json=body)
    assert refusal(answer, 401, "invalid_login")["detail"] == "The email or the password is wrong."
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"origin": "http://localhost:8000"}, 200),
        ({"origin": "http://127.0.0.1"}, 200),
        ({"sec-fetch-site": "cross-site", "origin": "http://localhost:8000"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
        ({"origin": "http://evil.example/127.0.0.1"}, 403),
        ({}, 403),
    ],
)
def test_changes_with_a_cookie_come_from_here(api: Api, headers: dict[str, str], status: int) -> None:
    """With a cookie a change has to come from our own pages, and say so; reading does not change anything."""
    ada = browser(api)
    answer = ada.ask("PATCH", "/organisation", headers=headers, json={"name": "Changed"})
    assert answer.status_code == status, answer.text
    name = ada.ask("GET", "/organisation", headers={}).json()["name"]
    assert name == ("Changed" if status == 200 else "Acme")


def test_no_site_signs_somebody_in(api: Api) -> None:
    """Another site's page can neither sign a visitor in as somebody else nor accept an invitation for them."""
    ada = browser(api)
    evil = {"origin": "https://evil.example"}
    body = {"email": ada.email, "password": PASSWORD}
    refusal(api.client.post("/session", json=body, headers=evil), 403, "forbidden")
    refusal(api.client.post("/invitations/accept", json={"token": "x"}, headers=evil), 403, "forbidden")


def test_signing_out(api: Api) -> None:
    """Afterwards the cookie is worth nothing, and the browser is told to forget it."""
    ada = browser(api)
    answer = ada.ask("DELETE", "/session")
    assert answer.status_code == 204
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    refusal(ada.ask("GET", "/me"), 401, "invalid_session")


def test_a_new_password(api: Api) -> None:
    """It takes the present one, ends every session, and hands a fresh one to the browser that asked."""
    ada = browser(api)
    refusal(ada.ask("PATCH", "/me", json={"password": "another sage 8"}), 422, "invalid")
    wrong = {"password": "another sage 8", "present_password": "wrong"}
    refusal(ada.ask("PATCH", "/me", json=wrong), 422, "invalid")
    common = {"password": "password123", "present_password": PASSWORD}
    refusal(ada.ask("PATCH", "/me", json=common), 422, "invalid")
    answer = ada.ask("PATCH", "/me", json={"password": "another sage 8", "present_password": PASSWORD, "name": "Eve"})
    assert (answer.status_code, answer.json()["user"]["name"]) == (200, "Eve")
    refusal(ada.ask("GET", "/me"), 401, "invalid_session")
    fresh = Browser(api, token_of(answer), ada.user, ada.org, ada.email)
    api.client.cookies.clear()
    assert fresh.ask("GET", "/me").status_code == 200
    refusal(api.client.post("/session", json={"email": ada.email, "password": PASSWORD}), 401, "invalid_login")
    log = fresh.ask("GET", "/audit-log", params={"who": ada.user}).json()["data"]
    assert [entry["action"] for entry in log][:3] == ["user.renamed", "session.began", "user.password_changed"]
    assert "sage" not in str(log)
    assert "argon2" not in str(log)


def test_nobody_tries_passwords_for_long(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong passwords count against their address, at the sign-in and where a session is to get another one."""
    ada = browser(api)
    monkeypatch.setattr(api.services.failures, "_bucket", Bucket(3, 60_000_000))
    monkeypatch.setattr(api.services.failures, "_tats", OrderedDict())
    wrong = {"password": "another sage 8", "present_password": "wrong"}
    refusal(ada.ask("PATCH", "/me", json=wrong), 422, "invalid")
    refusal(api.client.post("/session", json={"email": ada.email, "password": "wrong"}), 401, "invalid_login")
    refusal(ada.ask("PATCH", "/me", json=wrong), 422, "invalid")
    right = {"password": "another sage 8", "present_password": PASSWORD}
    for answer in (
        ada.ask("PATCH", "/me", json=right),
        api.client.post("/session", json={"email": ada.email, "password": PASSWORD}),
    ):
        assert "wrong passwords from your address" in refusal(answer, 429, "too_many_requests")["detail"]
    assert ada.ask("PATCH", "/me", json={"name": "Eve"}).status_code == 200


def test_organisations_are_chosen(api: Api) -> None:
    """A member of two chooses by header or for the session; of one that is not theirs there is nothing to see."""
    ada, other, stranger = browser(api), browser(api), browser(api)
    invited = other.ask("POST", "/invitations", json={"email": "x@example.com", "role": "viewer"}).json()
    assert ada.ask("POST", "/invitations/accept", json={"token": invited["token"]}).status_code == 201
    there = {"x-repoint-organisation": other.org, **OWN}
    assert ada.ask("GET", "/me", headers=there).json()["role"] == "viewer"
    refusal(ada.ask("PATCH", "/organisation", headers=there, json={"name": "Mine"}), 403, "forbidden")
    refusal(ada.ask("GET", "/me", headers={"x-repoint-organisation": stranger.org}), 404, "not_found")
    refusal(ada.ask("PATCH", "/session", json={"organisation_id": stranger.org}), 404, "not_found")
    assert ada.ask("PATCH", "/session", json={"organisation_id": other.org}).json()["organisation"]["id"] == other.org
    assert ada.ask("GET", "/me").json()["organisation"]["id"] == other.org
    _, token = api.key()
    elsewhere = {"authorization": f"Bearer {token}", "x-repoint-organisation": other.org}
    refusal(api.client.get("/me", headers=elsewhere), 404, "not_found")
