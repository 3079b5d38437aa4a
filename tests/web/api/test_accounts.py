"""Members, invitations, keys and the audit log over the API, and nothing of them from another organisation."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from repoint.accounts.actor import Role
from tests.web.api.asking import blamed, refusal
from tests.web.api.conftest import Api
from tests.web.api.test_sign_in import OWN, PASSWORD, Browser, browser, token_of

NEW = {"label": "till", "scope": "write"}


@pytest.fixture
def ada(api: Api) -> Browser:
    """An owner, signed in."""
    return browser(api)


def _with(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_a_key_from_its_making_to_its_end(api: Api, ada: Browser) -> None:
    """Made, shown once, used, changed, rotated, revoked: each takes effect with the next request."""
    answer = ada.ask("POST", "/keys", json={**NEW, "rate_limit_per_minute": 60, "expires_at": "2099-01-01T00:00:00Z"})
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    made = answer.json()
    path = urlsplit(answer.headers["location"]).path.removeprefix("/api/v1")
    token = made.pop("token")
    assert ada.ask("GET", path).json() == made | {"created_by": ada.user}
    assert api.client.get("/me", headers=_with(token)).json()["scope"] == "write"
    refusal(api.client.get("/keys", headers=_with(token)), 403, "forbidden")

    stale = {**OWN, "if-match": '"v7"'}
    refusal(ada.ask("PATCH", path, headers=stale, json={"scope": "read"}), 412, "precondition_failed")
    changed = ada.ask("PATCH", path, headers={**OWN, "if-match": answer.headers["etag"]}, json={"scope": "read"})
    assert (changed.json()["scope"], changed.json()["version"]) == ("read", 2)
    assert ada.ask("GET", path, headers={**OWN, "if-none-match": changed.headers["etag"]}).status_code == 304
    refusal(api.client.post("/qr-codes", json={"destination": "https://x.y"}, headers=_with(token)), 403, "forbidden")

    rotated = ada.ask("POST", f"{path}/rotate", json={"overlap_hours": 0}).json()
    assert "rotated" in refusal(api.client.get("/me", headers=_with(token)), 401, "invalid_key")["detail"]
    assert api.client.get("/me", headers=_with(rotated["token"])).status_code == 200
    assert ada.ask("DELETE", path).status_code == 204
    assert ada.ask("DELETE", path).status_code == 204
    assert "revoked" in refusal(api.client.get("/me", headers=_with(rotated["token"])), 401, "invalid_key")["detail"]
    refusal(ada.ask("POST", f"{path}/rotate"), 409, "key_revoked")
    listed = ada.ask("GET", "/keys")
    assert token not in listed.text
    assert rotated["token"] not in listed.text


def test_an_invitation_is_accepted_once(api: Api, ada: Browser) -> None:
    """A stranger with the link becomes a member who is signed in; the link is worth nothing afterwards."""
    made = ada.ask("POST", "/invitations", json={"email": f"eve-{ada.user}@example.com", "role": "editor"}).json()
    assert made["url"].endswith(f"#{made['token']}")
    assert made["token"] not in ada.ask("GET", "/invitations").text
    body: dict[str, Any] = {"token": made["token"]}
    refusal(api.client.post("/invitations/accept", json=body), 422, "invalid")
    refusal(api.client.post("/invitations/accept", json={**body, "password": PASSWORD}), 422, "invalid")
    answer = api.client.post("/invitations/accept", json={**body, "name": "Eve", "password": PASSWORD})
    api.client.cookies.clear()
    assert (answer.status_code, answer.json()["role"]) == (201, "editor")
    eve = Browser(api, token_of(answer), answer.json()["id"], ada.org, made["email"])
    assert eve.ask("GET", "/me").json()["organisation"]["id"] == ada.org
    again = {**body, "name": "Mallory", "password": PASSWORD}
    refusal(api.client.post("/invitations/accept", json=again), 409, "invitation_used")
    refusal(api.client.post("/invitations/accept", json={**again, "token": "rpi_x"}), 404, "not_found")


def test_who_has_a_user_joins_with_the_password(api: Api, ada: Browser) -> None:
    """Nobody takes over a user who is there: the link of an invitation is no replacement for the password."""
    eve = browser(api)
    token = ada.ask("POST", "/invitations", json={"email": eve.email, "role": "viewer"}).json()["token"]
    body = {"token": token, "name": "Mallory", "password": "mallory's own 1"}
    refusal(api.client.post("/invitations/accept", json=body), 401, "invalid_login")
    joined = api.client.post("/invitations/accept", json={"token": token, "password": PASSWORD})
    api.client.cookies.clear()
    assert (joined.status_code, joined.json()["id"]) == (201, eve.user)


def test_the_log_is_filtered_and_paged(ada: Browser) -> None:
    """By subject, action and author, page by page, without a gap and newest first."""
    for label in "abc":
        ada.ask("POST", "/keys", json={"label": label, "scope": "read"})
    first = ada.ask("GET", "/audit-log", params={"action": "key.created", "limit": 2}).json()
    second = ada.ask(
        "GET", "/audit-log", params={"action": "key.created", "limit": 2, "cursor": first["next_cursor"]}
    ).json()
    entries = [*first["data"], *second["data"]]
    assert [entry["after"]["label"] for entry in entries] == ["c", "b", "a"]
    assert second["next_cursor"] is None
    assert {entry["who"] for entry in entries} == {ada.user}
    only = ada.ask("GET", "/audit-log", params={"subject": entries[1]["subject"]}).json()["data"]
    assert only == [entries[1]]
    refusal(ada.ask("GET", "/keys", params={"cursor": first["next_cursor"]}), 422, "invalid")


@pytest.mark.parametrize("field", ["subject", "action", "who"])
def test_the_log_holds_no_nul(ada: Browser, field: str) -> None:
    """What no entry can have is refused with the name of the parameter, on every database."""
    asked = ada.ask("GET", "/audit-log", params={field: "a\x00b"})
    assert blamed(asked) == {field: "holds a NUL character, which no text can hold"}


def test_nothing_of_another_organisation(api: Api, ada: Browser) -> None:
    """Every id of one organisation in every route, asked with the owner and with a key of another: 404, and no byte."""
    key = ada.ask("POST", "/keys", json={"label": "SECRETLABEL", "scope": "read"}).json()
    invitation = ada.ask("POST", "/invitations", json={"email": "secret@example.com", "role": "viewer"}).json()
    stranger = browser(api)
    token = stranger.ask("POST", "/keys", json={"label": "theirs", "scope": "admin"}).json()["token"]
    asked = [
        ("GET", f"/keys/{key['id']}", None),
        ("PATCH", f"/keys/{key['id']}", {"label": "x"}),
        ("POST", f"/keys/{key['id']}/rotate", {}),
        ("DELETE", f"/keys/{key['id']}", None),
        ("GET", f"/members/{ada.user}", None),
        ("PATCH", f"/members/{ada.user}", {"role": "viewer"}),
        ("DELETE", f"/members/{ada.user}", None),
        ("DELETE", f"/invitations/{invitation['id']}", None),
    ]
    for method, path, body in asked:
        for answer in (
            stranger.ask(method, path, json=body),
            api.client.request(method, path, json=body, headers=_with(token)),
        ):
            text = refusal(answer, 404, "not_found")["detail"]
            assert not any(secret in text for secret in ("SECRETLABEL", "secret@", "Ada", ada.email, ada.org))
    own = (key["id"], invitation["id"], ada.user, ada.org, ada.email, "SECRETLABEL", "secret@example.com")
    for listing in ("/keys", "/members", "/invitations", "/audit-log", "/organisation", "/me"):
        text = stranger.ask("GET", listing).text
        assert not any(secret in text for secret in own), listing
    assert ada.ask("GET", f"/keys/{key['id']}").json()["version"] == 1
    subject = stranger.ask("GET", "/audit-log", params={"subject": key["id"]}).json()
    assert subject == {"data": [], "next_cursor": None}


@pytest.mark.parametrize(
    "end", [4_000_000_000, "4000000000", "2099-01-01", "2099-01-01T00:00:00", "2000-01-01T00:00:00Z"]
)
def test_ends_that_cannot_be(ada: Browser, end: object) -> None:
    """A key ends at a time in the future that names its zone; numbers are no times."""
    answer = ada.ask("POST", "/keys", json={**NEW, "expires_at": end})
    assert set(blamed(answer)) == {"expires_at"}


@pytest.mark.parametrize("role", Role)
def test_what_each_role_may(api: Api, role: Role) -> None:
    """Everybody sees organisation and members; admins and owners the rest."""
    user = browser(api, role)
    manages = role in (Role.ADMIN, Role.OWNER)
    for path in ("/organisation", "/members", "/me", "/session"):
        assert user.ask("GET", path).status_code == 200
    for path in ("/keys", "/invitations", "/audit-log"):
        assert user.ask("GET", path).status_code == (200 if manages else 403)
    assert user.ask("PATCH", "/organisation", json={"name": "x"}).status_code == (200 if manages else 403)
    owner = {"email": "o@example.com", "role": "owner"}
    assert user.ask("POST", "/invitations", json=owner).status_code == (201 if role is Role.OWNER else 403)


def test_a_key_is_made_once(api: Api, ada: Browser) -> None:
    """A repeated request gets the same token, in the session that asked and in no other."""
    again = {**OWN, "idempotency-key": f"key-{ada.user}"}
    first, second = (ada.ask("POST", "/keys", json=NEW, headers=again) for _ in range(2))
    assert (first.status_code, second.status_code, second.content) == (201, 201, first.content)
    assert (second.headers["idempotency-replayed"], second.headers["cache-control"]) == ("true", "no-store")
    answer = api.client.post("/session", json={"email": ada.email, "password": PASSWORD})
    api.client.cookies.clear()
    elsewhere = Browser(api, token_of(answer), ada.user, ada.org, ada.email)
    refusal(elsewhere.ask("POST", "/keys", json=NEW, headers=again), 422, "idempotency_key_reused")
    path = f"/keys/{first.json()['id']}"
    rotated = [
        ada.ask("POST", f"{path}/rotate", headers={**again, "idempotency-key": f"rotate-{ada.user}"}) for _ in range(2)
    ]
    assert rotated[0].json() == rotated[1].json()
    assert ada.ask("GET", path).json()["version"] == 2
