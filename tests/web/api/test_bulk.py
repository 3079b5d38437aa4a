"""Many codes in one call, over HTTP."""

import json
from typing import Any

import httpx
import pytest

from repoint.accounts.actor import Scope
from tests.web.api.asking import CODES, DESTINATION, blamed, refusal
from tests.web.api.conftest import Api
from tests.web.conftest import create, path_of

BULK = f"{CODES}/bulk"


def _items(answer: httpx.Response, status: int) -> list[dict[str, Any]]:
    assert answer.status_code == status, answer.text
    said = answer.json()
    items: list[dict[str, Any]] = said["items"]
    assert [item["index"] for item in items] == list(range(len(items)))
    assert said["failed"] == sum("problem" in item for item in items)
    assert said["succeeded"] + said["failed"] == len(items)
    return items


def _said(item: dict[str, Any]) -> Any:
    problem = item.get("problem")
    if problem is None:
        return item["status"]
    assert problem["status"] == item["status"]
    return (item["status"], problem["code"], problem["errors"][0]["field"])


def test_a_thousand(client: httpx.Client) -> None:
    """A thousand codes are made in one call and redirect at once."""
    items = [{"destination": f"{DESTINATION}/{number}"} for number in range(1_000)]
    made = _items(client.post(BULK, json={"items": items}), 200)
    assert {item["status"] for item in made} == {201}
    for number in (0, 500, 999):
        assert client.get(path_of(made[number])).headers["location"] == f"{DESTINATION}/{number}"
        assert client.get(f"{CODES}/{made[number]['id']}").json()["short_url"] == made[number]["short_url"]


def test_each_says_what_became_of_it(client: httpx.Client) -> None:
    """Items stand in order, each with what a call for it alone would have said, and the path of the field."""
    slug = create(client, slug="bulk-taken")["slug"]
    items: list[Any] = [
        {"destination": DESTINATION, "slug": "bulk-one", "tags": ["a"], "design": {"modules": {"shape": "dots"}}},
        {"type": "static", "content": {"text": "Table 7"}},
        {"destination": "https://a b.example"},
        {"destination": DESTINATION, "slug": slug},
        {"destination": DESTINATION, "slug": "bulk-one"},
        {"destination": DESTINATION, "tittle": "x"},
        {"title": "x"},
        7,
        {"type": "other"},
        {"destination": DESTINATION, "design_id": "design_x"},
        {"destination": DESTINATION, "logo_url": "http://127.0.0.1/logo.png"},
        {"destination": DESTINATION, "tags": ["a", 5]},
    ]
    said = _items(client.post(BULK, json={"mode": "each", "items": items}), 207)
    assert [_said(item) for item in said] == [
        201,
        201,
        (422, "invalid", "items[2].destination"),
        (409, "slug_taken", "items[3].slug"),
        (409, "slug_taken", "items[4].slug"),
        (422, "invalid", "items[5].tittle"),
        (422, "invalid", "items[6].destination"),
        (422, "invalid", "items[7]"),
        (422, "invalid", "items[8].type"),
        (404, "not_found", "items[9]"),
        (422, "invalid", "items[10].logo_url"),
        (422, "invalid", "items[11].tags.1"),
    ]
    assert said[1]["short_url"] is None
    assert client.get(f"{CODES}/{said[0]['id']}").json()["design"]["modules"]["shape"] == "dots"


@pytest.mark.parametrize("wrong", [{"destination": 5}, {"destination": "https://a b.example"}])
def test_all_or_nothing(client: httpx.Client, wrong: dict[str, Any]) -> None:
    """One that cannot be is the problem of the whole call, and nothing is made."""
    before = client.get(CODES, params={"limit": 1, "fields": "id,version"}).json()
    items = [{"destination": DESTINATION}, wrong, {"destination": DESTINATION}, wrong]
    answer = client.post(BULK, json={"mode": "all", "items": items})
    body = refusal(answer, 422, "invalid")
    assert body["detail"].startswith("Nothing was done, because 2 of the items cannot be. The first: items[1].destin")
    assert [each["field"] for each in body["errors"]] == ["items[1].destination", "items[3].destination"]
    assert client.get(CODES, params={"limit": 1, "fields": "id,version"}).json() == before


def test_change_and_delete(client: httpx.Client) -> None:
    """Many are changed, with the version they were seen in, and deleted, with grace and for good."""
    first, second = create(client), create(client)
    items = [
        {"id": first["id"], "destination": "https://example.com/new", "version": 1},
        {"id": second["id"], "status": "paused", "version": 7},
        {"id": "qr_nope", "title": "x"},
        {"title": "x"},
        {"id": second["id"], "status": "gone"},
    ]
    said = _items(client.patch(BULK, json={"items": items}), 207)
    assert [_said(item) for item in said] == [
        200,
        (412, "precondition_failed", "items[1]"),
        (404, "not_found", "items[2]"),
        (422, "invalid", "items[3].id"),
        (422, "invalid", "items[4].status"),
    ]
    assert said[0]["version"] == 2
    assert client.get(path_of(first)).headers["location"] == "https://example.com/new"
    assert refusal(client.patch(BULK, json={"mode": "all", "items": items[:2]}), 412, "precondition_failed")

    ids = [first["id"], "qr_nope"]
    gone = _items(client.request("DELETE", BULK, json={"ids": ids}), 207)
    assert [_said(item) for item in gone] == [200, (404, "not_found", "items[1]")]
    assert gone[0]["grace_until"] > first["created_at"]
    assert client.get(path_of(first)).status_code == 302
    refusal(client.request("DELETE", BULK, json={"ids": ids, "mode": "all", "permanent": True}), 404, "not_found")
    stale = {"ids": [first["id"], second["id"]], "versions": {second["id"]: 7}, "mode": "all", "permanent": True}
    refusal(client.request("DELETE", BULK, json=stale), 412, "precondition_failed")
    unasked = {"ids": [first["id"]], "versions": {second["id"]: 1}}
    assert "not among `ids`" in blamed(client.request("DELETE", BULK, json=unasked))["versions"]
    done = client.request("DELETE", BULK, json={"ids": [first["id"], second["id"]], "permanent": True})
    assert [_said(item) for item in _items(done, 200)] == [200, 200]
    assert client.get(path_of(first)).status_code == 410


def test_bounds_of_a_call(client: httpx.Client) -> None:
    """No items, too many, an unknown mode, an unknown field: refused with what would be right."""
    one = {"destination": DESTINATION}
    assert blamed(client.post(BULK, json={"items": []})) == {"items": "must have 1 or more entries"}
    assert blamed(client.post(BULK, json={"items": [one] * 1_001})) == {
        "items": "must have at most 1000 entries; this has 1001"
    }
    assert blamed(client.post(BULK, json={"items": [one], "mode": "some"})) == {"mode": "must be 'each' or 'all'"}
    assert list(blamed(client.post(BULK, json={"items": [one], "item": 1}))) == ["item"]
    assert list(blamed(client.request("DELETE", BULK, json={"ids": [5]}))) == ["ids.0"]


def test_scopes_and_others(api: Api) -> None:
    """A key that reads changes nothing, and codes of others do not exist."""
    reading = {"authorization": f"Bearer {api.key(Scope.READ)[1]}"}
    item = {"destination": DESTINATION, "id": "qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1"}
    for method, body in (
        ("POST", {"items": [{"destination": DESTINATION}]}),
        ("PATCH", {"items": [item]}),
        ("DELETE", {"ids": [item["id"]]}),
    ):
        answer = api.client.request(method, "/qr-codes/bulk", json=body, headers=reading)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_bodies_up_to_16_megabytes(client: httpx.Client) -> None:
    """Here 16 MiB are read, elsewhere 2; what is longer is refused by its length."""
    body = json.dumps({"items": [{"destination": DESTINATION}]}).encode()
    padded = body + b" " * (3 * 1024 * 1024)
    headers = {"content-type": "application/json"}
    assert client.post(BULK, content=padded, headers=headers).status_code == 200
    longer = body + b" " * (16 * 1024 * 1024)
    refusal(client.post(BULK, content=longer, headers=headers), 413, "body_too_large")
