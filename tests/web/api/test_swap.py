"""Two organisations: nothing of the one is found, changed or shown with a key of the other."""

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

import httpx
import pytest

from repoint.accounts import keys, organisations
from repoint.accounts.actor import Scope
from repoint.kit.db import Tx
from repoint.web.api import access
from tests.web.api.conftest import Api
from tests.web.api.operations import DOT, Operation, operations

MARKER = "zebra-secret"
NOBODYS = "01JZ8Q4XK7T9V2M5N6P8R0S3W1"


def _code(client: httpx.Client, word: str) -> dict[str, Any]:
    body = {
        "destination": f"https://{word}.example/",
        "title": word,
        "slug": f"{word}-slug",
        "tags": [word],
    }
    return _made(client.post("/qr-codes", json=body))


def _logo(client: httpx.Client, word: str) -> dict[str, Any]:
    return _made(client.post("/logos", files={"file": ("dot.svg", DOT)}, data={"name": word}))


def _design(client: httpx.Client, word: str) -> dict[str, Any]:
    return _made(client.post("/designs", json={"name": word}))


def _folder(client: httpx.Client, word: str) -> dict[str, Any]:
    return _made(client.post("/folders", json={"name": word}))


def _tag(client: httpx.Client, word: str) -> dict[str, Any]:
    code = {"destination": "https://tagged.example/", "tags": [f"{word}-tag"]}
    assert client.post("/qr-codes", json=code).status_code == 201
    found: dict[str, Any] = client.get("/tags", params={"q": f"{word}-tag"}).json()["data"][0]
    return found


def _invitation(client: httpx.Client, word: str) -> dict[str, Any]:
    return _made(client.post("/invitations", json={"email": f"{word}@example.com", "role": "viewer"}))


def _member(client: httpx.Client, word: str) -> dict[str, Any]:
    token = _invitation(client, f"{word}-member")["token"]
    body = {"token": token, "name": word, "password": "parsley sage 7"}
    member = _made(client.post("/invitations/accept", json=body))
    client.cookies.clear()
    return member


def _key_of(client: httpx.Client, word: str) -> dict[str, Any]:
    return _made(client.post("/keys", json={"label": word, "scope": "read"}))


def _job(client: httpx.Client, word: str) -> dict[str, Any]:
    rows = f"destination,title\nhttps://{word}.example/,{word}\n"
    return _made(client.post("/qr-codes/csv", files={"file": (f"{word}.csv", rows)}))


def _domain(client: httpx.Client, word: str) -> dict[str, Any]:
    return _made(client.post("/domains", json={"host": f"{word}.example"}))


def _made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code in (200, 201, 202), answer.text
    made: dict[str, Any] = answer.json()
    return made


Maker = Callable[[httpx.Client, str], dict[str, Any]]
# How to make a thing whose id stands in a path as `{...}`, or in a body so named; the word goes into all its texts.
MAKERS: Mapping[str, Maker] = {
    "code_id": _code,
    "logo_id": _logo,
    "design_id": _design,
    "folder_id": _folder,
    "tag_id": _tag,
    "invitation_id": _invitation,
    "member_id": _member,
    "key_id": _key_of,
    "job_id": _job,
    "domain_id": _domain,
}
# No route shows one of these alone.
LISTED = {"invitation_id"}
# A job that waits has none of its owner's words yet; the problem of one that failed can.
TELL_NO_WORDS = {"get_one_job"}
# Fields of bodies that name a thing of another name.
CALLED = {"parent_id": "folder_id"}


class _Swap:
    """The things of one organisation, and a key of the other."""

    def __init__(self, api: Api) -> None:
        self.owner, self.stranger = (_key(api, name) for name in ("Owner", "Stranger"))
        self._client = api.client
        self.ids = self.made_by(self.owner, MARKER)

    def made_by(self, token: str, word: str) -> dict[str, str]:
        """The ids of one thing of each kind, made with this key."""
        self._client.headers["authorization"] = f"Bearer {token}"
        made = {place: str(make(self._client, word)["id"]) for place, make in MAKERS.items()}
        del self._client.headers["authorization"]
        return made

    def shows_nothing(self, answer: httpx.Response) -> bool:
        """Whether an answer, headers too, has nothing of the owner's but the ids that were asked for."""
        heard = f"{answer.headers} {answer.content.decode(errors='replace')}"
        return MARKER not in heard


def _key(api: Api, name: str) -> str:
    def make(tx: Tx) -> str:
        org = organisations.found(tx, name)
        return keys.create(tx, org.id, label=name, scope=Scope.ADMIN)[1]

    return api.services.db.write_now(make)


@pytest.fixture(scope="module")
def swap(api: Api) -> _Swap:
    """One of each thing."""
    return _Swap(api)


@pytest.fixture(scope="session")
def listed(described: dict[str, Any]) -> list[Operation]:
    """Every operation that a key may ask; test_sign_in.py has those of a session."""
    return [each for each in operations(described) if each.name not in access.SIGNED]


def _with_ids(listed: list[Operation], ids: Mapping[str, str]) -> Iterator[tuple[Operation, dict[str, str]]]:
    """Every operation with places in its path, with every id in every place."""
    for each in listed:
        for chosen in product(ids.values(), repeat=len(each.places)):
            if each.places:
                yield each, dict(zip(each.places, chosen, strict=True))


def test_every_place_is_known(listed: list[Operation]) -> None:
    """Each `{id}` of a path and each `_id` of a body has somebody who makes such a thing here."""
    places = {place for each in listed for place in each.places}
    assert not places - set(MAKERS), "Say in MAKERS of this test how to make a thing that stands there."


def test_ids_of_another_organisation(api: Api, swap: _Swap, listed: list[Operation]) -> None:
    """Every id in every route: 404, just as for an id of nobody's, and not one byte of the thing."""
    headers = {"authorization": f"Bearer {swap.stranger}"}
    for each, ids in _with_ids(listed, swap.ids):
        answer = each.ask(api.client, ids, headers=headers)
        assert answer.status_code == 404, (each.name, ids, answer.text)
        assert swap.shows_nothing(answer), (each.name, ids)
        nobodys = {place: f"{found.partition('_')[0]}_{NOBODYS}" for place, found in ids.items()}
        as_nobodys = each.ask(api.client, nobodys, headers=headers)
        for place, found in ids.items():
            answer_text = answer.text.replace(found, nobodys[place])
        assert as_nobodys.status_code == 404
        assert len(each.places) > 1 or answer_text == as_nobodys.text, each.name


def test_ids_in_bodies(api: Api, swap: _Swap, listed: list[Operation], described: dict[str, Any]) -> None:
    """A body that names a thing of the other organisation is refused as one that names nothing."""
    mine = swap.made_by(swap.stranger, "own")
    asked = 0
    for each in listed:
        example = each.example()
        for field in sorted(_id_fields(each, described)):
            place = CALLED.get(field, field)
            assert place in MAKERS, f"{each.name}: say in MAKERS how to make what `{field}` names"
            headers = {"authorization": f"Bearer {swap.stranger}"}
            answer = each.ask(api.client, mine, body={**(example or {}), field: swap.ids[place]}, headers=headers)
            assert answer.status_code in (404, 422), (each.name, field, answer.text)
            assert swap.shows_nothing(answer), (each.name, field)
            asked += 1
    assert asked >= 4
    assert not any(swap.ids[place] == found for place, found in mine.items())


def test_lists(api: Api, swap: _Swap, listed: list[Operation]) -> None:
    """Whatever needs no id shows nothing of the other organisation."""
    headers = {"authorization": f"Bearer {swap.stranger}"}
    for each in listed:
        if not each.places and each.method == "GET":
            answer = each.ask(api.client, {}, headers=headers)
            assert answer.status_code == 200, (each.name, answer.text)
            assert swap.shows_nothing(answer) or each.name == "get_design_schema", each.name
            assert not any(found in answer.text for found in swap.ids.values()), each.name


def test_the_owner_still_has_all_of_it(api: Api, swap: _Swap, listed: list[Operation]) -> None:
    """After all that was tried, the owner's things are as they were, and there for the owner."""
    headers = {"authorization": f"Bearer {swap.owner}"}
    shown = 0
    for each in listed:
        if each.method == "GET" and len(each.places) == 1 and each.path.endswith("}"):
            answer = each.ask(api.client, swap.ids, headers=headers)
            assert answer.status_code == 200, each.name
            assert each.name in TELL_NO_WORDS or not swap.shows_nothing(answer), (
                f"{each.name}: its maker here puts no MARKER into it"
            )
            assert answer.json().get("version", 1) == 1, each.name
            shown += 1
    assert shown == len(MAKERS.keys() - LISTED)


def _id_fields(operation: Operation, described: Mapping[str, Any]) -> set[str]:
    """The fields of its body, in any of the kinds that the body can be, that name another thing."""
    body = operation.described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    kinds = [body, *body.get("oneOf", ()), *body.get("anyOf", ())]
    names = [kind["$ref"].rpartition("/")[2] for kind in kinds if "$ref" in kind]
    fields = {field for name in names for field in described["components"]["schemas"][name].get("properties", {})}
    return {field for field in fields if field.endswith("_id")}
