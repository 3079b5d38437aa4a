"""Fields that are wrong, unknown, null or too long, each blamed by its name in words to act on."""

import json
from typing import Any

import httpx
import pytest

from repoint.codes.code import TAG_MAX, TAGS_MAX, TEXT_MAX, TITLE_MAX
from repoint.links.destination import LENGTH_MAX
from repoint.web.api.sentences import SHAPES
from tests.web.api.asking import CODES, DESTINATION, blamed, post_raw
from tests.web.conftest import create

HALF = "\ud800"
TEXTS = ("destination", "title", "slug", "domain")
VALUES: tuple[Any, ...] = (1, -1.5, 1e308, 10**4_000, True, None, "x", "", [], [1], ["a", None], {}, {"a": {"b": 1}})
KINDS: dict[str, tuple[type | None, ...]] = {
    "destination": (str,),
    "title": (str, type(None)),
    "slug": (str, type(None)),
    "domain": (str, type(None)),
    "tags": (list,),
    "folder_id": (str, type(None)),
    "design": (dict,),
    "content": (dict,),
    "status": (str,),
}
WANTED = {str: "a text", list: "a list", dict: "an object", type(None): "null, or left out"}
WRONG_SLUGS = ("a", "ab", "a" * 65, "-abc", "_abc", "a b", "a/b", "a.b", "añb", "api", "API", "docs")
WRONG_DESTINATIONS = (
    "x",
    "example.com",
    "ftp://example.com/",
    "javascript:alert(1)",
    "https:/example.com",
    "https://",
    "https:///path",
    "https://exa mple.com",
    "https://example.com/\r\nset-cookie: a=b",
    "https://user:pass@example.com",
    "https://example.com:99999/",
    "https://[::1/",
    "//example.com/page",
)


def _bodies(field: str, value: Any) -> list[tuple[str, dict[str, Any]]]:
    """Requests in which a field has a value and everything else is right."""
    dynamic = {"destination": DESTINATION, field: value}
    static = {"type": "static", "content": {"text": "a"}, field: value}
    if field == "content":
        return [("POST", static)]
    if field in ("slug", "domain", "folder_id"):
        return [("POST", dynamic)]
    return [("PATCH", {field: value})] if field == "status" else [("POST", dynamic), ("PATCH", {field: value})]


def _whole(body: dict[str, Any]) -> dict[str, Any]:
    """A body with what a dynamic code needs, where it is not one of a static code."""
    return body if "type" in body else {"destination": DESTINATION, **body}


def _ask(client: httpx.Client, method: str, body: dict[str, Any]) -> httpx.Response:
    path = CODES if method == "POST" else f"{CODES}/{create(client)['id']}"
    return client.request(method, path, content=json.dumps(body), headers={"content-type": "application/json"})


@pytest.mark.parametrize("field", KINDS)
def test_wrong_types(client: httpx.Client, field: str) -> None:
    """A value of another type is blamed on its field, in a sentence that names the right type; nothing is converted."""
    for value in VALUES:
        if type(value) in KINDS[field]:
            continue
        for method, body in _bodies(field, value):
            ((name, message),) = blamed(_ask(client, method, body)).items()
            wanted = "'active' or 'paused'" if field == "status" else WANTED[KINDS[field][0] or str]
            assert (name, message) == (field, f"must be {wanted}"), value


@pytest.mark.parametrize("value", [*VALUES, "STATIC", "Dynamic", HALF])
def test_wrong_kinds_of_code(client: httpx.Client, value: Any) -> None:
    """Whatever stands in `type`, the answer names the field and the two that there are."""
    answer = post_raw(client, json.dumps({"type": value, "destination": DESTINATION}).encode())
    assert blamed(answer) == {"type": "must be 'dynamic' or 'static'"}


@pytest.mark.parametrize(
    ("body", "field", "hint"),
    [
        ({"titlex": "a"}, "titlex", "did you mean 'title'?"),
        ({"destinationn": DESTINATION}, "destinationn", "did you mean 'destination'?"),
        ({"Title": "a"}, "Title", "did you mean 'title'?"),
        ({"url": DESTINATION}, "url", "folder_id, design, design_id, logo_url"),
        ({"body": 1}, "body", "folder_id, design, design_id, logo_url"),
        ({"type": "static", "content": {"txt": "a"}}, "content.txt", "did you mean 'text'?"),
        ({"type": "static", "content": {"text": "a", "x": 1}}, "content.x", "known are kind, text"),
        ({"design": {"modulse": {}}}, "design.modulse", "did you mean 'modules'?"),
        ({"design": {"modules": {"colour": "red"}}}, "design.modules.colour", "did you mean 'color'?"),
    ],
    ids=lambda part: str(part)[:40],
)
def test_unknown_fields(client: httpx.Client, body: dict[str, Any], field: str, hint: str) -> None:
    """An unknown field is refused by the name the caller gave it, at any depth, with the nearest one that exists."""
    ((name, message),) = blamed(_ask(client, "POST", _whole(body))).items()
    assert name == field
    assert message.endswith(hint)


def test_fields_of_the_other_kind(client: httpx.Client) -> None:
    """A static code takes no destination, a dynamic one no content, and a change no slug: each is told as it is."""
    static = {"type": "static", "content": {"text": "a"}, "destination": DESTINATION}
    of_dynamic = "is of a dynamic code; a static one holds its text itself, in `content`"
    assert blamed(_ask(client, "POST", static)) == {"destination": of_dynamic}
    content = {"content": {"text": "a"}}
    assert blamed(_ask(client, "POST", content)) == {"content": "is of a static code; send `type` as 'static' for one"}
    assert blamed(_ask(client, "PATCH", {"slug": "new"})).keys() == {"slug"}


def test_a_name_without_end(client: httpx.Client) -> None:
    """An unknown name of any length is cut in the answer, which stays small and comes soon."""
    name = "a" * 1_000_000
    for body in ({name: 1}, {"design": {name: 1}}, {"design": {"modules": {"shape": name}}}):
        answer = _ask(client, "POST", {"destination": DESTINATION, **body})
        blamed(answer)
        assert len(answer.content) < 2_000
        assert answer.elapsed.total_seconds() < 2


def test_what_is_missing(client: httpx.Client) -> None:
    """Every required field that is not there is named, all at once."""
    assert blamed(_ask(client, "POST", {})) == {"destination": "is required"}
    assert blamed(_ask(client, "POST", {"type": "static"})) == {"content": "is required"}
    assert blamed(_ask(client, "POST", {"type": "static", "content": {}})) == {"content.text": "is required"}


def test_several_at_once(client: httpx.Client) -> None:
    """All fields that cannot be read are named in one answer, each with its own sentence."""
    answer = _ask(client, "POST", {"destination": "x", "title": 1, "tags": ["a", 2], "slug": "a b"})
    assert blamed(answer) == {
        "destination": SHAPES["destination"],
        "title": "must be a text",
        "tags.1": "must be a text",
        "slug": SHAPES["slug"],
    }


@pytest.mark.parametrize(
    ("body", "field"),
    [
        *(({name: HALF}, name) for name in TEXTS),
        ({"tags": ["a", HALF]}, "tags.1"),
        ({"type": "static", "content": {"text": HALF}}, "content.text"),
        ({HALF: 1}, "\\ud800"),
        ({"a" * 59 + HALF: 1}, "a" * 59 + "\\ud800"),
        ({"type": "static", "content": {"text": "a", HALF: 1}}, "content.\\ud800"),
        ({"design": {HALF: 1}}, "design"),
        ({"design": {"modules": {"color": HALF}}}, "design.modules.color"),
        ({"design": {"modules": {HALF: 1}}}, "design.modules"),
    ],
    ids=lambda part: repr(part)[:40],
)
def test_half_a_surrogate_pair(client: httpx.Client, body: dict[str, Any], field: str) -> None:
    """Half a surrogate pair, which JSON can spell and UTF-8 cannot, is refused wherever it stands, names too."""
    assert list(blamed(_ask(client, "POST", _whole(body)))) == [field]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "a\0b"}, "title"),
        ({"tags": ["a\0b"]}, "tags"),
        ({"destination": "https://example.com/\0"}, "destination"),
        ({"slug": "abc\0"}, "slug"),
        ({"domain": "go.example\0"}, "domain"),
        ({"type": "static", "content": {"text": "a\0b"}}, "content.text"),
        ({"design": {"modules": {"color": "red\0"}}}, "design.modules.color"),
    ],
    ids=lambda part: repr(part)[:40],
)
def test_nul(client: httpx.Client, body: dict[str, Any], field: str) -> None:
    """A NUL character, which no database keeps, is refused in every text."""
    assert list(blamed(_ask(client, "POST", _whole(body)))) == [field]


@pytest.mark.parametrize("destination", WRONG_DESTINATIONS)
def test_destinations_that_cannot_be(client: httpx.Client, destination: str) -> None:
    """What is no web address, or a dangerous one, is refused when a code is made and when it is changed."""
    for method in ("POST", "PATCH"):
        assert list(blamed(_ask(client, method, {"destination": destination}))) == ["destination"]


def test_the_longest_of_everything(client: httpx.Client) -> None:
    """The most of everything is taken and given back; one more is refused with both numbers."""
    most: dict[str, Any] = {
        "destination": DESTINATION + "/" + "a" * (LENGTH_MAX - len(DESTINATION) - 1),
        "title": "☕" * TITLE_MAX,
        "tags": sorted(f"{number:02}" + "é" * (TAG_MAX - 2) for number in range(TAGS_MAX)),
        "slug": "S" + create(client)["slug"] + "-" * 56,
    }
    made = _ask(client, "POST", most).json()
    assert {name: made[name] for name in most} == most
    for name, more, message in (
        ("destination", most["destination"] + "a", "must have at most 2048 characters; this has 2049"),
        ("title", "a" * (TITLE_MAX + 1), "must have at most 150 characters; this has 151"),
        ("tags", [str(number) for number in range(TAGS_MAX + 1)], "must have at most 50 entries; this has 51"),
    ):
        for method in ("POST", "PATCH"):
            answer = _ask(client, method, {"destination": DESTINATION, name: more})
            assert blamed(answer) == {name: message}
    tag = _ask(client, "POST", {"destination": DESTINATION, "tags": ["a", "b" * (TAG_MAX + 1)]})
    assert blamed(tag) == {"tags.1": "must have at most 50 characters; this has 51"}
    text = _ask(client, "POST", {"type": "static", "content": {"text": "é" * (TEXT_MAX // 2 + 1)}})
    assert list(blamed(text)) == ["content.text"]


@pytest.mark.parametrize("slug", WRONG_SLUGS)
def test_slugs_that_cannot_be(client: httpx.Client, slug: str) -> None:
    """A slug of the wrong form or a reserved word is refused on its field."""
    assert list(blamed(_ask(client, "POST", {"destination": DESTINATION, "slug": slug}))) == ["slug"]


def test_null_clears_a_title_alone(client: httpx.Client) -> None:
    """In a change null empties the title; every other field says what it must be instead."""
    code = create(client, title="Spring")
    cleared = client.patch(f"{CODES}/{code['id']}", json={"title": None})
    assert (cleared.status_code, cleared.json()["title"]) == (200, "")
    for field in ("destination", "tags", "design", "status"):
        assert list(blamed(client.patch(f"{CODES}/{code['id']}", json={field: None}))) == [field]
