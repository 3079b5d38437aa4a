"""Pictures of codes: formats, ETags, strictness, static backups."""

from typing import Any

import httpx
import pytest

from repoint.web.api import picture_answers
from tests.web.render.pictures import blamed, code, decoded

PALE = {"modules": {"color": "#EEEEEE"}}


def image(client: httpx.Client, made: dict[str, Any], **query: Any) -> httpx.Response:
    """A code's picture."""
    headers = query.pop("headers", {})
    return client.get(f"qr-codes/{made['id']}/image", params=query, headers=headers)


@pytest.mark.parametrize(
    ("query", "media_type"),
    [
        ({}, "image/svg+xml"),
        ({"format": "png", "size": 400}, "image/png"),
        ({"format": "jpg", "width_mm": 40, "dpi": 200}, "image/jpeg"),
        ({"format": "webp"}, "image/webp"),
        ({"format": "pdf", "cmyk": True, "bleed_mm": 3, "crop_marks": True}, "application/pdf"),
    ],
)
def test_formats(client: httpx.Client, query: dict[str, Any], media_type: str) -> None:
    """Each format says the short link, and is sent so that nothing in it runs."""
    made = code(client, title="Spring")
    answer = image(client, made, **query)
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert made["id"] in answer.headers["content-disposition"]
    assert decoded(answer) == made["short_url"]


def test_inks_of_an_eps(client: httpx.Client) -> None:
    """An EPS in the inks of printing is another file than one in the colours of a screen."""
    made = code(client)
    screen, paper = image(client, made, format="eps"), image(client, made, format="eps", cmyk=True)
    assert screen.headers["content-type"] == paper.headers["content-type"] == "application/postscript"
    assert screen.content != paper.content
    assert screen.headers["etag"] != paper.headers["etag"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"format": "gif"}, "format"),
        ({"size": 31}, "size"),
        ({"size": 8193}, "size"),
        ({"format": "png", "size": 32}, "size"),
        ({"width_mm": 4}, "width_mm"),
        ({"size": 100, "width_mm": 50}, "width_mm"),
        ({"format": "png", "width_mm": 2000, "dpi": 1200}, "width_mm"),
        ({"dpi": 71}, "dpi"),
        ({"format": "png", "cmyk": True}, "cmyk"),
        ({"format": "pdf", "bleed_mm": 21}, "bleed_mm"),
        ({"format": "svg", "bleed_mm": 1}, "bleed_mm"),
        ({"format": "svg", "crop_marks": True}, "crop_marks"),
    ],
)
def test_what_cannot_be_drawn(client: httpx.Client, query: dict[str, Any], field: str) -> None:
    """The field is named as the caller wrote it."""
    assert set(blamed(image(client, code(client), **query))) == {field}


def test_what_is_known_is_not_drawn_again(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ETag is made before drawing: what the client has gets 304 without it, and every change another ETag."""
    made = code(client)
    url = f"qr-codes/{made['id']}"
    first = image(client, made, format="png")
    again = image(client, made, format="png")
    assert again.content == first.content
    assert again.headers["etag"] == first.headers["etag"]

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("it was drawn")

    with monkeypatch.context() as patch:
        patch.setattr(picture_answers, "draw", never)
        for header in (first.headers["etag"], f'"x", W/{first.headers["etag"]}', "*"):
            known = image(client, made, format="png", headers={"if-none-match": header})
            assert (known.status_code, known.content) == (304, b"")
            assert known.headers["etag"] == first.headers["etag"]

    client.patch(url, json={"destination": "https://example.com/summer"})
    assert image(client, made, format="png").headers["etag"] == first.headers["etag"]
    tags = {first.headers["etag"]}
    for change in ({"design": {"quiet_zone": 6}}, {"title": "New"}):
        client.patch(url, json=change)
        changed = image(client, made, format="png", headers={"if-none-match": ", ".join(tags)})
        assert changed.status_code == 200
        tags.add(changed.headers["etag"])
    assert len(tags | {image(client, made, format="png", size=300).headers["etag"]}) == 4


def test_strict(client: httpx.Client) -> None:
    """A design that would not scan is drawn when asked for as it is, and refused with the findings when strict."""
    good, pale = code(client), code(client, design=PALE)
    drawn = image(client, good, strict=True)
    assert (drawn.status_code, drawn.headers["repoint-score"], drawn.headers["repoint-grade"]) == (200, "100", "A")
    known = image(client, good, strict=True, headers={"if-none-match": drawn.headers["etag"]})
    assert known.status_code == 304
    assert "repoint-score" not in image(client, good).headers

    loose = image(client, pale)
    assert loose.status_code == 200
    refused = image(client, pale, strict=True, headers={"if-none-match": loose.headers["etag"]})
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["grade"]) == (422, "illegible", "F")
    assert refused.headers["content-type"] == "application/problem+json"
    assert "etag" not in refused.headers
    assert {finding["severity"] for finding in problem["findings"]} >= {"refuse"}
    assert any(finding["remedy"] for finding in problem["findings"])
    assert set(blamed(refused)) == {"design"}


@pytest.mark.parametrize("fmt", ["svg", "png", "pdf"])
def test_a_static_backup(client: httpx.Client, fmt: str) -> None:
    """It says the destination itself, and a repointed code has another one."""
    made = code(client, destination="https://example.com/über?q=1")
    backup = image(client, made, format=fmt, static_backup=True)
    assert decoded(backup) == "https://example.com/über?q=1"
    assert "static-backup" in backup.headers["content-disposition"]
    client.patch(f"qr-codes/{made['id']}", json={"destination": "https://example.com/new"})
    renewed = image(client, made, format=fmt, static_backup=True)
    assert decoded(renewed) == "https://example.com/new"
    assert renewed.headers["etag"] != backup.headers["etag"]
    assert decoded(image(client, made, format=fmt)) == made["short_url"]


def test_whose_it_is(client: httpx.Client, reader: httpx.Client, stranger: httpx.Client) -> None:
    """A read key draws its organisation's codes; a stranger's key draws none of them, backup or not."""
    made = code(client)
    assert image(reader, made).status_code == 200
    assert image(stranger, made).status_code == 404
    assert image(stranger, made, static_backup=True).status_code == 404
