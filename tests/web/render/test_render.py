"""Pictures of anything, and their scores."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from repoint.codes.logo_upload import BYTES_MAX
from repoint.kit.outbound import Outbound
from tests.web.render.conftest import Api
from tests.web.render.pictures import blamed, decoded

TEXT = "https://example.com/menu"
PALE = {"modules": {"color": "#EEEEEE"}}


def render(client: httpx.Client, accept: str = "image/png", **body: Any) -> httpx.Response:
    """A picture."""
    return client.post("render", json={"text": TEXT, **body}, headers={"accept": accept})


@pytest.mark.parametrize("preset", ["classic", "ocean", "valentine"])
@pytest.mark.parametrize("fmt", ["svg", "png", "jpg", "webp", "pdf"])
def test_presets_in_every_format(reader: httpx.Client, preset: str, fmt: str) -> None:
    """What is drawn says the text, in the format asked for, with a key that may only read."""
    assert decoded(render(reader, format=fmt, preset=preset)) == TEXT


def test_accept_picks_the_format(client: httpx.Client) -> None:
    """Without a format the Accept header says it; with one it is not looked at; what is not drawn gets 406."""
    assert render(client, "image/webp;q=0.5, application/pdf").headers["content-type"] == "application/pdf"
    assert render(client, "*/*").headers["content-type"] == "image/svg+xml"
    assert render(client, "text/html", format="png").headers["content-type"] == "image/png"
    refused = render(client, "text/html")
    assert (refused.status_code, refused.json()["code"]) == (406, "not_acceptable")
    assert "image/svg+xml" in refused.json()["detail"]


def test_what_can_be_asked_for(client: httpx.Client) -> None:
    """A stored design lies below the patch, a title stands in the file, a content is a text, and nothing is stored."""
    stored = client.post("designs", json={"name": "Navy", "design": {"modules": {"color": "navy"}}}).json()
    body = {"design_id": stored["id"], "design": {"background": {"color": "#FFFFEE"}}, "title": "Menu of today"}
    drawn = render(client, format="svg", **body)
    assert all(part in drawn.text for part in ("#000080", "#FFE", "Menu of today"))
    content = {"kind": "text", "text": "WIFI:S:guests;;"}
    said = client.post("render", json={"content": content, "format": "png"})
    assert decoded(said) == "WIFI:S:guests;;"
    assert said.headers["cache-control"] == "no-store"
    assert "repoint-score" not in said.headers


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"text": None}, "text", "is required"),
        ({"text": ""}, "text", "must have 1 or more characters"),
        ({"text": "x" * 2954}, "text", "must have at most 2953 characters"),
        ({"text": "é" * 2000}, "text", "bytes long"),
        ({"content": {"text": "x"}}, "text", "cannot stand beside content; give one of them"),
        ({"texd": "x"}, "texd", "did you mean 'text'?"),
        ({"design": {"modules": {"shape": "dotz"}}}, "design.modules.shape", "did you mean 'dots'?"),
        ({"design": {"modules": {"color": "reddish"}}}, "design.modules.color", ""),
        ({"design": []}, "design", "must be an object"),
        ({"preset": "oceam"}, "preset", "did you mean 'ocean'?"),
        ({"preset": "ocean", "design_id": "design_x"}, "preset", "cannot stand beside design_id; give one of them"),
        ({"format": "gif"}, "format", "must be 'svg', 'png', 'pdf', 'eps', 'jpg' or 'webp'"),
        ({"size": 8193}, "size", "must be at most 8192"),
        ({"size": "400"}, "size", "must be a whole number"),
        ({"size": 100, "width_mm": 50}, "width_mm", "cannot stand beside size; give one of them"),
        ({"cmyk": True, "format": "png"}, "cmyk", "is for pdf and eps; png has colours for screens only"),
        ({"bleed_mm": 30, "format": "pdf"}, "bleed_mm", "must be at most 20"),
        ({"surround": "reddish", "strict": True}, "surround", ""),
        ({"title": "x" * 151}, "title", "must have at most 150 characters; this has 151"),
        ({"logo_url": "x" * 2049}, "logo_url", "must have at most 2048 characters; this has 2049"),
    ],
)
def test_what_cannot_be_asked_for(client: httpx.Client, body: dict[str, Any], field: str, message: str) -> None:
    """Each mistake is named by its field, with the bound or the nearest name."""
    said = blamed(render(client, **body))
    assert set(said) == {field}
    assert message in said[field]


@pytest.mark.parametrize("path", ["render", "render/check"])
def test_unknown_designs(client: httpx.Client, stranger: httpx.Client, path: str) -> None:
    """A design that is not there, or of another organisation, is not found."""
    theirs = stranger.post("designs", json={"name": "x"}).json()["id"]
    for design_id in (theirs, "design_00000000000000000000000000", "nonsense"):
        assert client.post(path, json={"text": "x", "design_id": design_id}).status_code == 404


def test_strict(client: httpx.Client) -> None:
    """A picture that scans comes with its score; one that would not is refused with what is wrong with it."""
    good = render(client, strict=True)
    assert (good.headers["repoint-score"], good.headers["repoint-grade"]) == ("100", "A")
    assert "repoint-changes" not in good.headers
    bad = render(client, design=PALE, strict=True)
    problem = bad.json()
    assert (bad.status_code, problem["code"], problem["score"], problem["grade"]) == (422, "illegible", 0, "F")
    assert "low-contrast" in {finding["code"] for finding in problem["findings"]}


def test_repair(client: httpx.Client) -> None:
    """The nearest design that scans is drawn, and its changes are told; one that scans is drawn as it is."""
    mended = render(client, design=PALE, repair=True)
    changes = json.loads(mended.headers["repoint-changes"])
    assert len(changes) == 1
    assert "contrast" in changes[0]
    assert int(mended.headers["repoint-score"]) >= 50
    assert decoded(mended) == TEXT

    assert render(client, preset="ocean", repair=True).content == render(client, preset="ocean").content
    assert render(client, preset="ocean", repair=True).headers["repoint-changes"] == "[]"
    hopeless = client.post("render", json={"text": "x" * 2000, "format": "png", "width_mm": 5, "repair": True})
    assert hopeless.status_code == 422


def test_check(reader: httpx.Client) -> None:
    """The score alone, with findings and remedies; mended it passes, and the design that it names is what it says."""
    good = reader.post("render/check", json={"text": TEXT}).json()
    assert (good["score"], good["grade"], good["passes"], good["repaired"]) == (100, "A", True, None)
    assert good["print"]["width_mm_min"] > 0

    bad = reader.post("render/check", json={"text": TEXT, "design": PALE, "repair": True}).json()
    assert (bad["grade"], bad["passes"]) == ("F", False)
    repaired = bad["repaired"]
    assert repaired["passes"]
    assert repaired["changes"]
    again = reader.post("render/check", json={"text": TEXT, "design": repaired["design"]}).json()
    assert (again["score"], again["grade"]) == (repaired["score"], repaired["grade"])


def test_what_the_picture_lies_on(client: httpx.Client) -> None:
    """Without a quiet zone of its own a picture scans on white, and not on black."""
    design = {"quiet_zone": 0}
    on_white = client.post("render/check", json={"text": TEXT, "design": design, "surround": "#FFFFFF"}).json()
    on_black = client.post("render/check", json={"text": TEXT, "design": design, "surround": "#000000"}).json()
    assert on_white["score"] > on_black["score"]
    assert not on_black["passes"]


@pytest.mark.parametrize("path", ["render", "render/check"])
def test_a_body_that_is_too_large(client: httpx.Client, path: str) -> None:
    """It is refused before it is read."""
    answer = client.post(path, content=b"x" * 50_000_000, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_the_event_loop_goes_on_while_pictures_are_drawn(api: Api) -> None:
    """Drawing stands on other threads: the loop turns while a large picture is made."""

    async def turns() -> int:
        from functools import partial

        from repoint.codes.artwork import LARGEST_LOAD_PX, PictureSize, check_design, draw
        from repoint.kit.heavy import HeavyWork

        work = HeavyWork(capacity=LARGEST_LOAD_PX, threads=2, waiting_max=100, name="test")
        size = PictureSize("png", size_px=4096)
        drawing = asyncio.create_task(work.run(size.load_px, partial(draw, TEXT, check_design({}), size)))
        turned = 0
        while not drawing.done():
            await asyncio.sleep(0.001)
            turned += 1
        work.close()
        return turned

    assert asyncio.run(turns()) > 5
    assert api.services.drawing is not None


def test_an_installed_server_calls_nobody_inside(client: httpx.Client) -> None:
    """The bound of a fetched file is that of an uploaded one, and loopback is not called without leave."""
    del client
    outcome = asyncio.run(Outbound().fetch("http://127.0.0.1/", bytes_max=BYTES_MAX, timeout_s=1))
    assert outcome.reason == "leads to no public address: loopback (RFC 1122)"  # type: ignore[union-attr]
