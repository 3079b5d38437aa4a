"""ETag, If-Match and If-None-Match of things that have versions."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.web.api.asking import refusal
from tests.web.api.conftest import Api
from tests.web.api.operations import DOT

STALE = '"v999"'
NO_TAGS = ("v1", '"1"', 'W/"v1"', "", '"v01"', '"v-1"')


@pytest.fixture
def asking(api: Api) -> Iterator[httpx.Client]:
    """A client with a key of its own."""
    api.client.headers["authorization"] = f"Bearer {api.key()[1]}"
    yield api.client
    del api.client.headers["authorization"]


def _made(client: httpx.Client, kind: str) -> tuple[str, str]:
    """The path and the ETag of a new code, design or logo."""
    match kind:
        case "code":
            answer = client.post("/qr-codes", json={"destination": "https://example.com/"})
        case "design":
            answer = client.post("/designs", json={"name": "Versioned"})
        case _:
            answer = client.post("/logos", files={"file": ("dot.svg", DOT)})
    return answer.headers["location"].removeprefix("/api/v1"), answer.headers["etag"]


def _changed(kind: str, to: str) -> dict[str, Any]:
    return {"title": to} if kind == "code" else {"name": to}


@pytest.mark.parametrize("kind", ["code", "design"])
def test_two_that_change_the_same(asking: httpx.Client, kind: str) -> None:
    """Who has seen an older version is refused with the version there is, and nothing of the other's work is lost."""
    path, tag = _made(asking, kind)
    first = asking.patch(path, json=_changed(kind, "First"), headers={"if-match": tag})
    assert first.status_code == 200
    assert first.headers["etag"] != tag
    second = asking.patch(path, json=_changed(kind, "Second"), headers={"if-match": tag})
    refusal(second, 412, "precondition_failed")
    assert second.headers["etag"] == '"v2"'
    assert _changed(kind, "First").items() <= asking.get(path).json().items()
    again = asking.patch(path, json=_changed(kind, "Second"), headers={"if-match": second.headers["etag"]})
    assert again.json()["version"] == 3


@pytest.mark.parametrize("kind", ["code", "design", "logo"])
def test_removing_what_has_changed(asking: httpx.Client, kind: str) -> None:
    """A deletion that is meant for another version removes nothing; with the right one, or any, it does."""
    path, tag = _made(asking, kind)
    refusal(asking.delete(path, headers={"if-match": STALE}), 412, "precondition_failed")
    assert asking.get(path).status_code == 200
    assert asking.delete(path, headers={"if-match": f"{STALE}, {tag}"}).is_success


def test_a_codes_logo(asking: httpx.Client) -> None:
    """Putting a logo into a code and taking it out are changes of the code, and can be meant for one version."""
    path, tag = _made(asking, "code")
    for method in ("PUT", "DELETE"):
        files = {"file": ("dot.svg", DOT)} if method == "PUT" else None
        stale = asking.request(method, f"{path}/logo", files=files, headers={"if-match": STALE})
        refusal(stale, 412, "precondition_failed")
        done = asking.request(method, f"{path}/logo", files=files, headers={"if-match": tag})
        assert done.status_code == 200, done.text
        tag = done.headers["etag"]
    assert asking.get(path).json()["version"] == 3


@pytest.mark.parametrize("written", NO_TAGS)
def test_tags_that_match_nothing(asking: httpx.Client, written: str) -> None:
    """A weak ETag, and one that is none of ours, matches no version; `*` and no header match every one."""
    path, _ = _made(asking, "design")
    refusal(asking.patch(path, json={"name": "No"}, headers={"if-match": written}), 412, "precondition_failed")
    assert asking.patch(path, json={"name": "Yes"}, headers={"if-match": "*"}).status_code == 200


@pytest.mark.parametrize("kind", ["code", "design", "logo"])
def test_what_the_client_has(asking: httpx.Client, kind: str) -> None:
    """A GET with the ETag that there was gets 304 without a body; another gets the thing."""
    path, tag = _made(asking, kind)
    known = asking.get(path, headers={"if-none-match": tag})
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)
    assert asking.get(path, headers={"if-none-match": f"W/{tag}"}).status_code == 304
    other = asking.get(path, headers={"if-none-match": STALE})
    assert (other.status_code, other.headers["etag"]) == (200, tag)


def test_a_change_is_seen(asking: httpx.Client) -> None:
    """Whoever asks again after a change gets what there is now."""
    path, tag = _made(asking, "design")
    asking.patch(path, json={"name": "Changed"})
    assert asking.get(path, headers={"if-none-match": tag}).json()["name"] == "Changed"
