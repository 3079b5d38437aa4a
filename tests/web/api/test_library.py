"""Lists, folders, tags, history and versions as clients of the API have them."""

from typing import Any

import httpx
import pytest

from tests.web.api.asking import CODES, blamed, refusal
from tests.web.conftest import create

FOLDERS, TAGS = "/api/v1/folders", "/api/v1/tags"


def test_lists(client: httpx.Client) -> None:
    """Filters meet, the order is as asked for, fields and totals are those that were asked for."""
    folder = client.post(FOLDERS, json={"name": "Listed"}).json()
    codes = [
        create(client, title=title, tags=["listed", title], folder_id=folder["id"])
        for title in ("beta list", "Alpha list", "gamma list")
    ]
    found = client.get(CODES, params={"tag": "LISTED", "sort": "title", "include": "total,image_url"}).json()
    assert [code["title"] for code in found["data"]] == ["Alpha list", "beta list", "gamma list"]
    assert (found["total"], found["total_is_exact"], found["next_cursor"]) == (3, True, None)
    assert found["data"][0]["image_url"] == codes[1]["image_urls"]["png"]
    assert {name for name in found["data"][0] if name != "image_url"} == set(codes[0])
    sparse = client.get(CODES, params={"q": "LPHA LIST", "fields": "id,title"}).json()
    assert sparse == {"data": [{"id": codes[1]["id"], "title": "Alpha list"}], "next_cursor": None}
    both = client.get(CODES, params=[("tag", "listed"), ("tag", "gamma list"), ("folder_id", folder["id"])]).json()
    assert [code["id"] for code in both["data"]] == [codes[2]["id"]]
    assert client.get(f"{FOLDERS}/{folder['id']}").json()["codes"] == 3


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("sort=color", "sort"),
        ("status=gone", "status"),
        ("type=x", "type"),
        ("q=ab", "q"),
        ("fields=id,titel", "fields"),
        ("include=everything", "include"),
        ("created_from=5", "created_from"),
        ("include_subfolders=maybe", "include_subfolders"),
    ],
)
def test_lists_that_cannot_be(client: httpx.Client, query: str, field: str) -> None:
    """What is wrong with a parameter is said under its name."""
    assert list(blamed(client.get(f"{CODES}?{query}"))) == [field]


@pytest.mark.parametrize(
    "day", ["2020-01-01", "2020-01-01T00:00:00", "2020-01-01T00:00:00Z", "2020-01-01T02:00:00%2B02:00"]
)
def test_spellings_of_a_time(client: httpx.Client, day: str) -> None:
    """A day, a time without offset (UTC) and with one are the same; a cursor of one fits the other."""
    create(client)
    create(client)
    page = client.get(f"{CODES}?limit=1&created_from={day}").json()
    rest = f"{CODES}?created_from=2020-01-01T00:00:00Z&cursor={page['next_cursor']}"
    assert len(page["data"]) == 1
    assert client.get(rest).status_code == 200
    assert client.get(f"{CODES}?created_to={day}").json()["data"] == []


def test_a_cursor_of_another_order(client: httpx.Client) -> None:
    """It is refused, and says where to get one."""
    create(client)
    create(client)
    cursor = client.get(CODES, params={"limit": 1, "sort": "title"}).json()["next_cursor"]
    assert client.get(CODES, params={"limit": 1, "sort": "title", "cursor": cursor}).status_code == 200
    assert list(blamed(client.get(CODES, params={"limit": 1, "cursor": cursor}))) == ["cursor"]


def _things(client: httpx.Client) -> dict[str, tuple[str, dict[str, Any]]]:
    """A path of everything that has a version, and a change of it."""
    folder = client.post(FOLDERS, json={"name": "Versioned"}).json()
    create(client, tags=["versioned"])
    (tag,) = client.get(TAGS, params={"q": "versioned"}).json()["data"]
    design = client.post("/api/v1/designs", json={"name": "Versioned"}).json()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="8" fill="#123456"/></svg>'
    logo = client.post("/api/v1/logos", files={"file": ("logo.svg", svg, "image/svg+xml")}).json()
    return {
        "code": (f"{CODES}/{create(client)['id']}", {"title": "other"}),
        "folder": (f"{FOLDERS}/{folder['id']}", {"name": "other"}),
        "tag": (f"{TAGS}/{tag['id']}", {"name": "other"}),
        "design": (f"/api/v1/designs/{design['id']}", {"name": "other"}),
        "logo": (f"/api/v1/logos/{logo['id']}", {"name": "other"}),
    }


def test_versions(client: httpx.Client) -> None:
    """Of each kind: GET and PATCH say the ETag, a stale If-Match is a 412 with the present one, and nothing happens."""
    for kind, (path, change) in _things(client).items():
        first = client.get(path).headers["etag"]
        assert _version(first) == "v1", kind
        changed = client.patch(path, json=change, headers={"if-match": first})
        assert (changed.status_code, _version(changed.headers["etag"])) == (200, "v2"), kind
        again = client.patch(path, json=change)
        assert (again.json()["version"], _version(again.headers["etag"])) == (2, "v2"), kind
        for method, body in (("PATCH", change), ("DELETE", None)):
            answer = client.request(method, path, json=body, headers={"if-match": first})
            refusal(answer, 412, "precondition_failed")
            assert _version(answer.headers["etag"]) == "v2", kind
        assert client.get(path).json()["version"] == 2
        assert client.delete(path, headers={"if-match": '"v2"'}).status_code in (200, 204), kind


def test_history_and_the_way_back(client: httpx.Client) -> None:
    """What was changed is listed, gone back behind and explained; a deleted code is restored."""
    code = create(client, title="Spring")
    path = f"{CODES}/{code['id']}"
    client.patch(path, json={"destination": "https://example.org/autumn", "title": "Autumn"})
    newest, first = client.get(f"{path}/history").json()["data"]
    assert (newest["action"], newest["before"]["title"], newest["after"]["title"]) == (
        "code.edited",
        "Spring",
        "Autumn",
    )
    assert newest["who"].startswith("key_")
    back = client.post(f"{path}/rollback", json={"to": first["number"]})
    assert (back.status_code, back.json()["destination"]) == (200, code["destination"])
    assert _version(back.headers["etag"]) == "v3"
    assert list(blamed(client.post(f"{path}/rollback", json={"to": 10**9}))) == ["to"]
    assert client.delete(path).json()["status"] == "grace"
    explained = client.post(f"{path}/resolve", json={"country": "DE", "device": "mobile"}).json()
    assert (explained["outcome"], explained["reason"], explained["rule"]) == ("redirect", "grace", None)
    assert client.post(f"{path}/resolve", json={"time": "2100-01-01T00:00:00Z"}).json()["outcome"] == "gone"
    assert client.post(f"{path}/restore").json()["status"] == "active"
    assert client.post(f"{path}/resolve").json()["destination"] == code["destination"]
    assert list(blamed(client.post(f"{path}/resolve", json={"country": "Germany"}))) == ["country"]
    assert client.get(path).json()["scans"] == {"people": 0, "bots": 0, "unique": 0}


def test_folders_and_tags(client: httpx.Client) -> None:
    """Moved to the top with null, merged into another: what the answers say is what is there."""
    top = client.post(FOLDERS, json={"name": "Above"}).json()
    inner = client.post(FOLDERS, json={"name": "Within", "parent_id": top["id"]}).json()
    refusal(client.delete(f"{FOLDERS}/{top['id']}"), 409, "folder_not_empty")
    assert client.patch(f"{FOLDERS}/{inner['id']}", json={"parent_id": None}).json()["parent_id"] is None
    code = create(client, tags=["merge me", "into me"], folder_id=top["id"])
    assert client.patch(f"{CODES}/{code['id']}", json={"folder_id": None}).json()["folder_id"] is None
    tags = {tag["name"]: tag for tag in client.get(TAGS, params={"q": " me"}).json()["data"]}
    merged = client.post(f"{TAGS}/{tags['merge me']['id']}/merge", json={"into": tags["into me"]["id"]}).json()
    assert (merged["name"], merged["codes"]) == ("into me", 1)
    assert client.get(f"{CODES}/{code['id']}").json()["tags"] == ["into me"]
    assert client.delete(f"{TAGS}/{merged['id']}").status_code == 204
    assert client.get(f"{CODES}/{code['id']}").json()["tags"] == []


def _version(etag: str) -> str:
    """The part of an ETag that names the version: `v2` of `"v2-82ae1c145aa12113"`."""
    return etag.strip('"').partition("-")[0]
