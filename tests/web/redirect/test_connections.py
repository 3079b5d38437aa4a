"""What a connection may do besides one GET: old versions, bodies, upgrades, pipelines, garbage."""

import pytest

from repoint.links.resolve import Paused
from tests.web.redirect.phone import Phone, request
from tests.web.redirect.site import DESTINATION, Site

CLOSING = (
    ("1.1", ("Connection", "close")),
    ("1.1", ("Connection", "Close")),
    ("1.0", ("X-None", "")),
    ("1.0", ("Connection", "close")),
    ("1.0", ("Connection", "keep-alive")),
)
BODIES = (
    (("Content-Length", "5"), b"hello"),
    (("Transfer-Encoding", "chunked"), b"5\r\nhello\r\n0\r\n\r\n"),
    (("Transfer-Encoding", "chunked"), b"5\r\nhello\r\n0\r\nX-Trailer: a\r\nExpect: 100-continue\r\n\r\n"),
    (("Content-Length", "100000"), b"x" * 100_000),
)
UPGRADES = (
    (("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")),
    (("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", "h2c"), ("HTTP2-Settings", "AAMAAABk")),
)
# Nothing of this can be read as a request; a request behind it cannot be trusted either.
GARBAGE = (
    b"hello\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET /r/{slug} HTTP/9.9\r\n\r\n",
    b"GET /r/{slug} HTTP/1.1\r\nHost\r\n\r\n",
    b"GET /r/{slug} HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    b"GET /r/{slug} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"GET /r/{slug} HTTP/1.1\r\nHost: a\r\nBad\x00Name: 1\r\n\r\n",
    b"GET /r/\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /r/" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\n\r\n",
)


@pytest.mark.parametrize("resolution", [None, Paused()], ids=repr)
@pytest.mark.parametrize(("version", "header"), CLOSING, ids=str)
def test_connections_that_end(
    site: Site, phone: Phone, version: str, header: tuple[str, str], resolution: Paused | None
) -> None:
    """HTTP/1.0, and 1.1 where it is asked to, gets its answer, hears that the connection closes, and it does."""
    link, slug = site.link(resolution)
    heard = phone.ask(f"/r/{slug}", header, version=version)
    assert heard.status == (410 if resolution else 302)
    assert heard.will_close
    assert phone.hangs_up()
    assert len(site.scans(link)) == (0 if resolution else 1)


def test_connections_that_go_on(site: Site, phone: Phone) -> None:
    """One connection answers again and again, whatever kind of answer comes in between."""
    _, paused = site.link(Paused())
    link, slug = site.link()
    _, new = site.link(is_kept=False)
    wanted = [slug, slug, paused, slug, "unknown", new, new, slug]
    heard = [phone.ask(f"/r/{one}") for one in wanted]
    assert [answer.status for answer in heard] == [302, 302, 410, 302, 404, 302, 302, 302]
    assert not any(answer.will_close for answer in heard)
    assert len(site.scans(link)) == 4


@pytest.mark.parametrize(("header", "body"), BODIES, ids=lambda part: str(part)[:40])
def test_a_body_means_nothing(site: Site, phone: Phone, header: tuple[str, str], body: bytes) -> None:
    """A GET with a body is a scan like any other, and what follows the body is the next request."""
    link, slug = site.link()
    phone.say(request(f"/r/{slug}", header, body=body) + request(f"/r/{slug}"))
    assert [phone.hear().status, phone.hear().status] == [302, 302]
    assert len(site.scans(link)) == 2


def test_a_body_that_comes_late_holds_nothing_up(site: Site, phone: Phone) -> None:
    """The answer does not wait for the body, and the body does not become the next answer's."""
    link, slug = site.link()
    phone.say(request(f"/r/{slug}", ("Content-Length", "10"), body=b"first"))
    assert phone.hear().status == 302
    phone.say(b"later" + request(f"/r/{slug}"))
    assert phone.hear().status == 302
    assert len(site.scans(link)) == 2


def test_expect_continue(site: Site, phone: Phone) -> None:
    """Who asks whether to send a body hears the answer itself, once, and no "go on"."""
    link, slug = site.link()
    phone.say(request(f"/r/{slug}", ("Expect", "100-continue"), ("Content-Length", "5")))
    assert phone.hear().status == 302
    phone.say(b"hello" + request(f"/r/{slug}"))
    assert phone.hear().status == 302
    assert len(site.scans(link)) == 2


@pytest.mark.parametrize("headers", UPGRADES, ids=lambda headers: headers[1][1])
def test_upgrades_are_not_taken(site: Site, phone: Phone, headers: tuple[tuple[str, str], ...]) -> None:
    """An offer to speak another protocol is passed over (RFC 9110, section 7.8): the link is answered in this one."""
    link, slug = site.link()
    assert phone.ask(f"/r/{slug}", *headers).status == 302
    assert phone.ask(f"/r/{slug}").status == 302
    assert len(site.scans(link)) == 2


def test_requests_in_pieces(site: Site, phone: Phone) -> None:
    """A request that comes byte by byte, its slug and its headers torn apart, is the same request."""
    link, slug = site.link()
    for byte in request(f"/r/{slug}", ("Accept-Language", "fr"), ("Host", "127.0.0.1")):
        phone.say(bytes((byte,)))
    assert phone.hear()["location"] == DESTINATION.decode()
    assert [scan.tail.language for scan in site.scans(link)] == ["fr"]


def test_pipelines_are_answered_in_order(site: Site, phone: Phone) -> None:
    """Many requests at once, known and unknown, of all methods, are answered in the order in which they came."""
    _, paused = site.link(Paused())
    links = [site.link(is_kept=number % 3 != 0) for number in range(12)]
    sent, expected = b"", []
    for _, slug in links:
        sent += request(f"/r/{slug}?a") + request(f"/r/{slug}", method="HEAD") + request(f"/r/{slug}")
        sent += request(f"/r/{paused}") + request(f"/r/{slug}", method="POST", body=b"abc") + request("/r/nobody")
        expected += [("GET", 302), ("HEAD", 302), ("GET", 302), ("GET", 410), ("POST", 405), ("GET", 404)]
    phone.say(sent)
    assert [(method, phone.hear(method=method).status) for method, _ in expected] == expected
    assert [len(site.scans(link)) for link, _ in links] == [2] * len(links)
    assert phone.is_quiet(for_s=0.05)


def test_pipelined_redirects_do_not_mix(site: Site, phone: Phone) -> None:
    """Each of many pipelined requests gets the destination of its own link, once."""
    slugs = [site.link()[1] for _ in range(50)]
    for number, slug in enumerate(slugs):
        site.repoint(slug, b"https://example.com/%d" % number)
    for _ in range(3):
        phone.say(b"".join(request(f"/r/{slug}") for slug in slugs))
        heard = [phone.hear()["location"] for _ in slugs]
        assert heard == [f"https://example.com/{number}" for number in range(50)]


def test_a_pipeline_ends_where_it_is_closed(site: Site, phone: Phone) -> None:
    """What stands behind a request that closes the connection is not answered."""
    first, slug = site.link()
    second, other = site.link()
    phone.say(request(f"/r/{slug}", ("Connection", "close")) + request(f"/r/{other}"))
    assert phone.hear().will_close
    assert phone.hangs_up()
    assert (len(site.scans(first)), len(site.scans(second))) == (1, 0)


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda data: repr(data[:50]))
def test_garbage_is_told_so(site: Site, phone: Phone, garbage: bytes) -> None:
    """What is no request gets a 400 and the end of the connection; the next connection is answered."""
    link, slug = site.link()
    phone.say(garbage.replace(b"{slug}", slug.encode()))
    heard = phone.hear()
    assert (heard.status, heard.will_close) == (400, True)
    assert phone.hangs_up()
    assert site.scans(link) == []
    with Phone(site.port) as other:
        assert other.ask(f"/r/{slug}").status == 302
