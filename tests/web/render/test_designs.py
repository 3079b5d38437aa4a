"""Stored designs over HTTP."""

import httpx
import jsonschema_rs
import pytest

from tests.web.render.pictures import blamed, code

NAVY = {"modules": {"color": "navy", "shape": "dots"}}


def test_a_design_from_making_to_deletion(client: httpx.Client) -> None:
    """A design is stored, listed, changed, copied into a code, and deleted without changing the code."""
    made = client.post("designs", json={"name": "Navy", "design": NAVY})
    design = made.json()
    assert (made.status_code, made.headers["location"]) == (201, f"/api/v1/designs/{design['id']}")
    assert design["design"]["modules"] == {"shape": "dots", "color": "#000080", "gradient": None, "scale": 1.0}
    url = f"designs/{design['id']}"
    assert client.get(url).json() == design
    assert design in client.get("designs", params={"limit": 200}).json()["data"]

    changed = client.patch(url, json={"design": {"quiet_zone": 6}}).json()
    assert (changed["design"]["quiet_zone"], changed["version"], changed["name"]) == (6, 2, "Navy")
    assert client.patch(url, json={"name": "Deep blue"}).json()["name"] == "Deep blue"
    assert client.patch(url, json={}).json()["version"] == 3

    taken = code(client, design_id=design["id"], design={"quiet_zone": 5})
    assert taken["design"] == {**changed["design"], "quiet_zone": 5}
    other = code(client, design={"modules": {"shape": "heart"}})
    patched = client.patch(f"qr-codes/{other['id']}", json={"design_id": design["id"]}).json()
    assert patched["design"] == changed["design"]

    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404
    assert client.get(f"qr-codes/{taken['id']}").json()["design"] == taken["design"]


def test_pages(stranger: httpx.Client) -> None:
    """Pages hold every design once, newest first."""
    made = [stranger.post("designs", json={"name": str(number)}).json()["id"] for number in range(5)]
    seen: list[str] = []
    cursor = None
    while True:
        page = stranger.get("designs", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [design["id"] for design in page["data"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == made[::-1]


def test_presets_are_complete_and_fit_the_schema(reader: httpx.Client) -> None:
    """The published schema takes every preset, and refuses what the API refuses."""
    schema = reader.get("designs/schema").json()
    assert schema["$schema"].startswith("https://json-schema.org/draft/2020-12")
    validator = jsonschema_rs.validator_for(schema)
    listed = reader.get("designs/presets").json()["data"]
    assert len(listed) >= 12
    for preset in listed:
        assert validator.is_valid(preset["design"]), preset["name"]
        checked = reader.post("render/check", json={"text": "https://example.com", "preset": preset["name"]}).json()
        assert checked["grade"] in {"A", "B"}, preset["name"]
    assert not validator.is_valid({"modules": {"shape": "dotz"}})


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({}, "name", "is required"),
        ({"name": ""}, "name", "must have 1 or more characters"),
        ({"name": "x" * 151}, "name", "must have at most 150 characters; this has 151"),
        ({"name": "x", "desing": {}}, "desing", "did you mean 'design'?"),
        ({"name": "x", "design": {"modulse": {}}}, "design.modulse", "did you mean 'modules'?"),
        ({"name": "x", "design": {"quiet_zone": 11}}, "design.quiet_zone", "less than or equal to 10"),
    ],
)
def test_what_cannot_be_stored(client: httpx.Client, body: dict[str, object], field: str, message: str) -> None:
    """Each mistake is named by its field."""
    said = blamed(client.post("designs", json=body))
    assert set(said) == {field}
    assert message in said[field]


def test_another_organisation_sees_nothing(client: httpx.Client, stranger: httpx.Client) -> None:
    """A stranger's key gets 404 for every route of a design, and cannot take it."""
    design = client.post("designs", json={"name": "Mine", "design": NAVY}).json()
    theirs = code(stranger)
    one = f"designs/{design['id']}"
    answers = [
        stranger.get(one),
        stranger.patch(one, json={"name": "Theirs"}),
        stranger.delete(one),
        stranger.post("qr-codes", json={"destination": "https://example.com", "design_id": design["id"]}),
        stranger.patch(f"qr-codes/{theirs['id']}", json={"design_id": design["id"]}),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert stranger.get("designs").json()["data"] == []
    assert client.get(one).json() == design


def test_scopes(client: httpx.Client, reader: httpx.Client) -> None:
    """A key that may only read sees designs and changes none."""
    one = f"designs/{client.post('designs', json={'name': 'x'}).json()['id']}"
    assert [reader.get(path).status_code for path in ("designs", one, "designs/presets", "designs/schema")] == [200] * 4
    refused = [reader.post("designs", json={"name": "x"}), reader.patch(one, json={"name": "y"}), reader.delete(one)]
    assert [answer.status_code for answer in refused] == [403] * 3
    anonymous = httpx.Client(transport=client._transport, base_url=client.base_url)
    assert [anonymous.get(path).status_code for path in ("designs", one, "designs/presets", "designs/schema")] == (
        [401] * 4
    )
