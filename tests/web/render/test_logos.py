"""Logos over HTTP: good ones, hostile ones, whose they are."""

import io
import time
from collections.abc import Callable

import httpx
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.web.render.conftest import Files
from tests.web.render.pictures import SVG, animated, blamed, bomb, code, decoded, png, svg

NESTED = "<g>" * 10_000 + "</g>" * 10_000
DTD = "<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>"


def upload(client: httpx.Client, body: bytes, name: str = "logo.png", **fields: str) -> httpx.Response:
    """Upload a logo."""
    return client.post("logos", files={"file": (name, body)}, data=fields)


def test_a_logo_from_upload_to_deletion(client: httpx.Client) -> None:
    """A logo is uploaded, listed, shown, uploaded again, and deleted."""
    made = upload(client, SVG, "mark.svg")
    logo = made.json()
    assert (made.status_code, logo["name"], logo["media_type"]) == (201, "mark.svg", "image/svg+xml")
    assert made.headers["location"] == f"/api/v1/logos/{logo['id']}"
    again = upload(client, SVG, name="other.svg")
    assert (again.status_code, again.json()) == (200, logo)
    assert logo in client.get("logos", params={"limit": 200}).json()["data"]
    assert client.get(f"logos/{logo['id']}").json() == logo

    shown = client.get(f"logos/{logo['id']}/image")
    assert shown.headers["content-type"] == "image/svg+xml"
    assert shown.headers["content-security-policy"].startswith("default-src 'none'")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert SVG not in shown.content
    unchanged = client.get(f"logos/{logo['id']}/image", headers={"if-none-match": shown.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")

    assert client.delete(f"logos/{logo['id']}").status_code == 204
    assert client.get(f"logos/{logo['id']}").status_code == 404


def test_what_is_shown_is_not_what_was_uploaded(client: httpx.Client) -> None:
    """What a file carries beside its pixels is gone."""
    note = PngInfo()
    note.add_text("Author", "secret")
    file = io.BytesIO()
    Image.new("RGB", (32, 32), "#110000").save(file, "PNG", pnginfo=note)
    assert b"secret" in file.getvalue()
    logo = upload(client, file.getvalue()).json()
    assert b"secret" not in client.get(f"logos/{logo['id']}/image").content


def test_a_logo_in_a_code(client: httpx.Client) -> None:
    """A logo is put into a code, stands in its design and its picture, cannot be deleted, and is taken out."""
    made = code(client)
    url = f"qr-codes/{made['id']}"
    plain = client.get(f"{url}/image", params={"format": "png"})
    put = client.put(f"{url}/logo", files={"file": ("red.png", png(40))}, data={"name": "Red"})
    assert put.status_code == 200, put.text
    logo_id = put.json()["design"]["logo"]["image"]
    assert client.get(f"logos/{logo_id}").json()["name"] == "Red"
    with_logo = client.get(f"{url}/image", params={"format": "png"})
    assert with_logo.content != plain.content
    assert with_logo.headers["etag"] != plain.headers["etag"]
    assert decoded(with_logo) == made["short_url"]

    kept = client.delete(f"logos/{logo_id}")
    assert (kept.status_code, kept.json()["code"]) == (409, "logo_in_use")
    taken = client.delete(f"{url}/logo")
    assert taken.json()["design"]["logo"]["image"] is None
    assert client.get(f"{url}/image", params={"format": "png"}).content == plain.content
    assert client.delete(f"logos/{logo_id}").status_code == 204


@pytest.mark.parametrize("put", [False, True], ids=["library", "code"])
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (bomb, "13,000 by 13,000 pixels; at most 4,096 a side"),
        (lambda: png()[:60], "is damaged or cut off"),
        (lambda: b"GIF89a" + bytes(100), "is a GIF; upload a PNG, JPEG, WebP or SVG"),
        (lambda: b"%PDF-1.7", "is a PDF; upload a PNG, JPEG, WebP or SVG"),
        (lambda: b"MZ" + bytes(100), "is not a picture that is known"),
        (lambda: b"", "is empty"),
        (animated, "is animated"),
        (lambda: svg("<script>alert(1)</script>"), "<script>"),
        (lambda: svg("<rect width='9' height='9'/>", DTD), "holds a document type"),
        (lambda: svg("<image href='file:///etc/passwd' width='9' height='9'/>"), "image"),
        (lambda: svg("<a href='https://evil.example'><rect width='9' height='9'/></a>"), "a"),
        (lambda: svg("<foreignObject><p>x</p></foreignObject>"), "foreignObject"),
        (lambda: svg("<rect width='9' height='9' onload='alert(1)'/>"), "onload"),
        (lambda: svg("<style>@import url(https://evil.example/x.css)</style>"), "import"),
        (lambda: svg(NESTED), "32 levels"),
        (lambda: svg("<path d='M0 0" + "l1 1" * 400_000 + "'/>"), "more than"),
        (lambda: b"\x89PNG\r\n\x1a\n" + bytes(2_000_000), "bytes long; at most 2,000,000 are allowed"),
    ],
    ids=lambda part: part[:20] if isinstance(part, str) else "",
)
def test_hostile_uploads(client: httpx.Client, make: Callable[[], bytes], reason: str, put: bool) -> None:
    """Each is refused in a bounded time by the name of the field, with the reason; the server goes on."""
    began = time.monotonic()
    made = code(client) if put else None
    if made is None:
        answer = upload(client, make())
    else:
        answer = client.put(f"qr-codes/{made['id']}/logo", files={"file": ("x", make())})
    assert reason in blamed(answer)["file"]
    assert time.monotonic() - began < 8
    assert upload(client, png(16, "#00CC00")).status_code in {200, 201}
    if made is not None:
        assert client.get(f"qr-codes/{made['id']}").json()["version"] == 1


def test_a_body_of_50_mb(client: httpx.Client) -> None:
    """It is refused before it is read."""
    answer = client.post("logos", files={"file": ("x.png", bytes(50_000_000))})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("kind", "body", "field", "message"),
    [
        ("application/json", b"{}", "file", "is required; send it in a form, as multipart/form-data"),
        ("image/png", png(), "file", "is required; send it in a form, as multipart/form-data"),
        ("multipart/form-data", b"", "body", "is no form that can be read"),
        ("multipart/form-data; boundary=x", b"--y\r\n", "", ""),
        ("multipart/form-data; boundary=x", b"--x--\r\n", "file", "is required, as a file"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nno file\r\n--x--\r\n',
            "file",
            "is required, as a file",
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="fiel"; filename="a"\r\n\r\nx\r\n--x--\r\n',
            "fiel",
            "is not known; did you mean 'file'?",
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n' + b"a" * 5000 + b"\r\n--x--\r\n",
            "body",
            "is no form that can be read",
        ),
    ],
)
def test_forms_that_cannot_be(client: httpx.Client, kind: str, body: bytes, field: str, message: str) -> None:
    """What is no form, or holds no file, or something else too, is told by field."""
    answer = client.post("logos", content=body, headers={"content-type": kind})
    said = blamed(answer)
    assert set(said) == {field} or not field
    assert message in next(iter(said.values()))


def test_names(client: httpx.Client) -> None:
    """A name is given, or that of the file, or a word."""
    assert upload(client, png(20, "#000010"), name="shop.png").json()["name"] == "shop.png"
    named = client.post("logos", files={"file": ("a.png", png(20, "#000011"))}, data={"name": "  Shop "})
    assert named.json()["name"] == "Shop"
    assert upload(client, png(20, "#000012"), name="x" * 300 + ".png").json()["name"] == "x" * 150
    long = client.post("logos", files={"file": ("a.png", png(20, "#000013"))}, data={"name": "x" * 151})
    assert "at most 150 characters" in blamed(long)["name"]


def test_another_organisation_sees_nothing(client: httpx.Client, stranger: httpx.Client) -> None:
    """A stranger's key gets 404 for every route of a logo and for every way of naming it."""
    logo = upload(client, png(24, "#123456")).json()["id"]
    made, theirs = code(client), code(stranger)
    design = {"logo": {"image": logo}}
    one = f"logos/{logo}"
    answers = [
        stranger.get(one),
        stranger.get(f"{one}/image"),
        stranger.delete(one),
        stranger.put(f"qr-codes/{made['id']}/logo", files={"file": ("a.png", png())}),
        stranger.delete(f"qr-codes/{made['id']}/logo"),
        stranger.post("qr-codes", json={"destination": "https://example.com", "design": design}),
        stranger.patch(f"qr-codes/{theirs['id']}", json={"design": design}),
        stranger.post("designs", json={"name": "x", "design": design}),
        stranger.post("render", json={"text": "x", "design": design}),
        stranger.post("render/check", json={"text": "x", "design": design}),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert stranger.get("logos").json()["data"] == []
    assert client.get(one).status_code == 200
    assert client.get(f"qr-codes/{made['id']}").json()["version"] == 1


def test_scopes(client: httpx.Client, reader: httpx.Client, files: Files) -> None:
    """A key that may only read sees logos; it changes none, and makes nobody fetch one into a code."""
    logo = upload(client, png(24, "#654321")).json()["id"]
    made = code(client)
    assert reader.get("logos").status_code == 200
    assert reader.get(f"logos/{logo}/image").status_code == 200
    url = files.put("/never.png", png())
    refused = [
        upload(reader, png()),
        reader.delete(f"logos/{logo}"),
        reader.put(f"qr-codes/{made['id']}/logo", files={"file": ("a.png", png())}),
        reader.delete(f"qr-codes/{made['id']}/logo"),
        reader.post("qr-codes", json={"destination": "https://example.com", "logo_url": url}),
        reader.patch(f"qr-codes/{made['id']}", json={"logo_url": url}),
    ]
    assert [answer.status_code for answer in refused] == [403] * len(refused)
    assert "/never.png" not in files.asked


def test_a_logo_from_a_url(client: httpx.Client, files: Files) -> None:
    """It is fetched once, kept as an upload would be, and drawn into the code; what it was is not asked for again."""
    url = files.put("/brand/mark.svg", SVG.replace(b"#c00", b"#00c"))
    made = code(client, logo_url=url, design={"logo": {"size": 0.2}})
    logo = client.get(f"logos/{made['design']['logo']['image']}").json()
    assert (logo["name"], logo["media_type"], made["design"]["logo"]["size"]) == ("mark.svg", "image/svg+xml", 0.2)
    for _ in range(2):
        assert decoded(client.get(f"qr-codes/{made['id']}/image", params={"format": "png"})) == made["short_url"]
    assert files.asked.count("/brand/mark.svg") == 1

    other = code(client)
    patched = client.patch(f"qr-codes/{other['id']}", json={"logo_url": url, "title": "With a logo"}).json()
    assert (patched["design"]["logo"]["image"], patched["title"]) == (logo["id"], "With a logo")
    drawn = client.post("render", json={"text": "https://example.com", "logo_url": url, "format": "pdf"})
    assert decoded(drawn) == "https://example.com"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://127.0.0.1/logo.png", "must begin with http:// or https://"),
        ("http://127.0.0.1/logo.png", "names the port 80; "),
        ("http://me:secret@127.0.0.1:{port}/logo.png", "holds a user name or password"),
        ("http://10.0.0.1:{port}/logo.png", "leads to no public address: private use (RFC 1918)"),
        ("http://[::1]:{port}/logo.png", "leads to no public address: loopback (RFC 4291)"),
        ("http://127.0.0.1:{port}/missing.png", "answers with the status 404"),
        ("http://127.0.0.1:{port}/large.png", "leads to more than 2,000,000 bytes"),
        ("http://127.0.0.1:{port}/page.html", "is not a picture that is known"),
        ("http://127.0.0.1:{port}/bomb.png", "13,000 by 13,000 pixels"),
    ],
)
def test_urls_that_give_no_logo(client: httpx.Client, files: Files, url: str, message: str) -> None:
    """What may not be called, or gives no logo, is told as a mistake of `logo_url`, and no code is made."""
    files.put("/large.png", bytes(2_000_001))
    files.put("/page.html", b"hello")
    files.put("/bomb.png", bomb())
    before = len(client.get("qr-codes", params={"limit": 200}).json()["data"])
    wanted = url.format(port=files.port)
    for answer in (
        client.post("qr-codes", json={"destination": "https://example.com", "logo_url": wanted}),
        client.post("render", json={"text": "x", "logo_url": wanted}),
    ):
        assert message in blamed(answer)["logo_url"]
    assert len(client.get("qr-codes", params={"limit": 200}).json()["data"]) == before
