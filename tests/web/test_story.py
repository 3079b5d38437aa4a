"""The main job, end to end, through HTTP against the installed command."""

import io
import time

import httpx
import pypdfium2
import pytest
import resvg_py
import zxingcpp
from PIL import Image

from tests.web.conftest import Serve, Served, counted, create, path_of


def test_create_print_scan_repoint_count(serve: Serve) -> None:
    """A code is made, its pictures say its short link, the link redirects, repoints at once, pauses, and is counted."""
    server = serve()
    with server.client() as client:
        code = create(client, title="Spring", tags=["q2", "print", "q2"], design={"modules": {"shape": "dots"}})
        assert code["tags"] == ["print", "q2"]
        assert code["short_url"].endswith(path_of(code))
        assert code["design"]["modules"] == {**code["design"]["modules"], "shape": "dots", "color": "#000000"}

        for fmt in ("png", "svg", "pdf"):
            picture = client.get(f"/api/v1/qr-codes/{code['id']}/image", params={"format": fmt})
            assert _decoded(fmt, picture.content) == code["short_url"]

        first = client.get(path_of(code))
        assert (first.status_code, first.headers["location"]) == (302, "https://example.com/spring")
        assert first.headers["cache-control"] == "no-store"

        repointed = client.patch(f"/api/v1/qr-codes/{code['id']}", json={"destination": "https://example.com/summer"})
        assert repointed.json()["version"] == 2
        assert client.get(path_of(code)).headers["location"] == "https://example.com/summer"

        client.patch(f"/api/v1/qr-codes/{code['id']}", json={"status": "paused"}).raise_for_status()
        paused = client.get(path_of(code))
        assert paused.status_code == 410
        assert "paused" in paused.text
        client.patch(f"/api/v1/qr-codes/{code['id']}", json={"status": "active"}).raise_for_status()
        assert client.get(path_of(code)).status_code == 302

        assert counted(client, code, expected=3) == {"people": 3, "bots": 0, "unique": 1}
        answer = client.get(f"/api/v1/qr-codes/{code['id']}/analytics", params={"interval": "hour"}).json()
        assert answer["totals"] == {"all": 3, "people": 3, "bots": 0, "unique": 1}
        assert sum(point["people"] for point in answer["series"]) == 3
        assert answer["unique_method"]["visitor"] == "lifetime"


def test_grace_and_permanent_deletion(client: httpx.Client) -> None:
    """A deleted code goes on redirecting and can no longer be changed; one deleted for good is gone at once."""
    code = create(client)
    deleted = client.delete(f"/api/v1/qr-codes/{code['id']}").json()
    assert deleted["status"] == "grace"
    assert deleted["grace_until"] > deleted["updated_at"]
    assert client.get(path_of(code)).status_code == 302
    edited = client.patch(f"/api/v1/qr-codes/{code['id']}", json={"title": "x"})
    assert (edited.status_code, edited.json()["code"]) == (409, "code_not_editable")

    assert client.delete(f"/api/v1/qr-codes/{code['id']}", params={"permanent": True}).status_code == 204
    assert client.get(f"/api/v1/qr-codes/{code['id']}").status_code == 404
    assert client.get(path_of(code)).status_code == 410
    taken = client.post("/api/v1/qr-codes", json={"destination": "https://example.com", "slug": code["slug"]})
    assert (taken.status_code, taken.json()["code"]) == (409, "slug_taken")


def test_static_code_holds_its_text(client: httpx.Client) -> None:
    """A static code has no link; its picture says the text itself."""
    text = "Grüße aus Zürich ☕ 东京"
    made = client.post("/api/v1/qr-codes", json={"type": "static", "content": {"kind": "text", "text": text}})
    code = made.json()
    assert (made.status_code, code["slug"], code["destination"]) == (201, None, None)
    picture = client.get(f"/api/v1/qr-codes/{code['id']}/image", params={"format": "png", "size": 600})
    assert _decoded("png", picture.content) == text
    for change in ({"destination": "https://example.com"}, {"status": "paused"}):
        assert client.patch(f"/api/v1/qr-codes/{code['id']}", json=change).status_code == 422


def test_international_destination_is_kept(client: httpx.Client) -> None:
    """International characters stay as given in the API, and go over the wire as ASCII that means the same."""
    destination = "https://bücher.example/straße?q=日本&x=%20"
    code = create(client, destination)
    assert code["destination"] == destination
    assert client.get(path_of(code)).headers["location"] == (
        "https://xn--bcher-kva.example/stra%C3%9Fe?q=%E6%97%A5%E6%9C%AC&x=%20"
    )


def test_restart_keeps_everything(serve: Serve) -> None:
    """After a stop and a start on the same folder the codes, counts and keys are there, and no new key is shown."""
    first = serve()
    with first.client() as client:
        code = create(client)
        assert client.get(path_of(code)).status_code == 302
    first.process.terminate()
    first.process.wait(20)
    second = serve()
    assert second.token == ""
    with second.client(first.token) as client:
        assert client.get(path_of(code)).status_code == 302
        assert counted(client, code, expected=2)["people"] == 2


def test_key_commands_beside_the_server(server: Served) -> None:
    """Keys are made, listed without their tokens and revoked while the server runs; a revoked one stops at once."""
    token = server.command("keys", "create", "--label", "till", "--scope", "read", "--quiet")
    listed = server.command("keys", "list")
    assert token not in listed
    key = next(line.split()[0] for line in listed.splitlines() if "till" in line)
    with server.client(token) as client:
        assert client.get("/api/v1/qr-codes").status_code == 200
        denied = client.post("/api/v1/qr-codes", json={"destination": "https://example.com"})
        assert (denied.status_code, denied.json()["code"]) == (403, "forbidden")
        server.command("keys", "revoke", key)
        revoked = client.get("/api/v1/qr-codes")
        assert (revoked.status_code, revoked.json()["code"]) == (401, "invalid_key")


def test_other_organisation_sees_nothing(server: Served, client: httpx.Client) -> None:
    """Another organisation's key gets 404 for every route of a code, and nothing changes."""
    code = create(client)
    other = server.command("org", "create", "Other", "--quiet")
    token = server.command("keys", "create", "--label", "other", "--scope", "admin", "--org", other, "--quiet")
    with server.client(token) as stranger:
        one = f"/api/v1/qr-codes/{code['id']}"
        answers = [
            stranger.get(one),
            stranger.patch(one, json={"destination": "https://evil.example"}),
            stranger.delete(one),
            stranger.delete(one, params={"permanent": True}),
            stranger.get(f"{one}/image"),
            stranger.get(f"{one}/analytics"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 6
        assert all(code["slug"] not in answer.text for answer in answers)
        assert stranger.get("/api/v1/qr-codes").json() == {"data": [], "next_cursor": None}
    assert client.get(one).json()["version"] == 1


def test_list_pages(client: httpx.Client) -> None:
    """Pages hold every code once, newest first, and stay right while codes are added."""
    made = [create(client)["id"] for _ in range(7)]
    seen: list[str] = []
    cursor = None
    while len(seen) < len(made):
        page = client.get("/api/v1/qr-codes", params={"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        seen += [code["id"] for code in page["data"]]
        cursor = page["next_cursor"]
        create(client)
    assert seen[: len(made)] == made[::-1]


def test_two_at_once_get_one_slug(client: httpx.Client) -> None:
    """Of many who want the same slug at once, one gets it and the others hear why not."""
    wanted = {"destination": "https://example.com", "slug": "only-one"}
    with httpx.Client(base_url=client.base_url, headers=client.headers, trust_env=False) as other:
        answers = [who.post("/api/v1/qr-codes", json=wanted).status_code for who in (client, other, client)]
    assert sorted(answers) == [201, 409, 409]


def test_healthy(client: httpx.Client) -> None:
    """The server says that it lives, that its parts work, and what it counted."""
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["checks"] == {"database": "ok", "journal": "ok", "ingest": "ok"}
    code = create(client)
    client.get(path_of(code))
    text = client.get("/metrics").text
    assert 'repoint_redirects_total{result="redirect"}' in text
    assert "repoint_journal_sync_seconds_bucket" in text
    assert "127.0.0.1" not in text


@pytest.mark.parametrize("path", ["/api/docs", "/static/vendor/swagger-ui/swagger-ui-bundle.js", "/static/api-docs.js"])
def test_interactive_page_is_self_contained(client: httpx.Client, path: str) -> None:
    """The API's page and everything it loads come from this server."""
    answer = client.get(path)
    assert answer.status_code == 200
    if path == "/api/docs":
        assert "http" not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_stop_stores_what_was_scanned(serve: Serve) -> None:
    """A server that is told to stop stores its last scans before it ends, in a bounded time."""
    server = serve()
    with server.client() as client:
        code = create(client)
        for _ in range(20):
            client.get(path_of(code))
    began = time.monotonic()
    server.process.terminate()
    assert server.process.wait(20) is not None
    assert time.monotonic() - began < 15
    assert not list((server.data / "journal").glob("*.scans"))


def _decoded(fmt: str, body: bytes) -> str:
    if fmt == "svg":
        body = bytes(resvg_py.svg_to_bytes(svg_string=body.decode(), width=600, background="#ffffff"))
    if fmt == "pdf":
        with pypdfium2.PdfDocument(body) as document:
            image = document[0].render(scale=4).to_pil()
    else:
        image = Image.open(io.BytesIO(body))
    found = zxingcpp.read_barcodes(image.convert("RGB"))
    assert len(found) == 1
    return str(found[0].text)
