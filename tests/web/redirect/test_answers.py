"""What a short link answers, whatever the path, the query and the method, and what of it counts as a scan."""

import time

import pytest

from repoint.links.resolve import Gone, Paused, Redirect, Resolution, Unknown
from repoint.scans.enrich import Enricher
from tests.web.conftest import PHONE
from tests.web.redirect.phone import Phone, request
from tests.web.redirect.site import DESTINATION, VISITOR_KEY, Site

LONG_AGO_MS = 1_000_000_000_000

PAGES: list[tuple[Resolution, int, str]] = [
    (Paused(), 410, "This code is paused"),
    (Paused(ends_ms=LONG_AGO_MS), 410, "This code has ended"),
    (Gone(), 410, "This code has ended"),
    (Redirect(1, DESTINATION, ends_ms=LONG_AGO_MS), 410, "This code has ended"),
    (Unknown(), 404, "This code leads nowhere"),
]
OTHER_PATHS = (
    "/r/",
    "/r/{slug}/",
    "/r/{slug}/more",
    "/r//{slug}",
    "/r/./{slug}",
    "/r/../r/{slug}",
    "/r/%6cink-1",
    "/r/{slug}%00",
    "/r/{slug}%0d%0aset-cookie:a=b",
    "/r/%ff%fe",
    "/r/{slug};a=b",
    "/r/<script>alert(1)</script>",
    "/r/" + "a" * 65,
    "/r/" + "a" * 60_000,
    "/r/" + "%2e%2e%2f" * 2_000,
)
QUERIES = (
    "?",
    "??",
    "?url=https://evil.example",
    "?destination=https://evil.example&to=//evil.example",
    "?url=https%3A%2F%2Fevil.example#https://evil.example",
    "?" + "x" * 60_000,
    "?%0d%0alocation:%20https://evil.example",
)
OTHER_METHODS = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
PREFETCHES = (
    ("Sec-Purpose", "prefetch"),
    ("Sec-Purpose", "prefetch;prerender"),
    ("Purpose", "Prefetch"),
    ("X-Purpose", "preview"),
    ("X-Moz", "prefetch"),
)


def test_a_link_redirects_and_is_counted(site: Site, phone: Phone) -> None:
    """A GET gets a 302 that no cache may keep, and exactly one scan with what the request tells is on the disk."""
    link, slug = site.link()
    heard = phone.ask(
        f"/r/{slug}", ("Accept-Language", "de-DE,de;q=0.9"), ("Referer", "https://news.example/story?x=1")
    )
    assert (heard.status, heard.body) == (302, b"")
    assert dict(heard.headers) == {
        "location": DESTINATION.decode(),
        "cache-control": "no-store",
        "referrer-policy": "no-referrer-when-downgrade",
        "content-length": "0",
    }
    (scan,) = site.scans(link)
    assert abs(scan.at_ms - time.time() * 1000) < 10_000
    assert scan.visitor == Enricher(VISITOR_KEY).visitor(link, "127.0.0.1", PHONE.encode())
    assert scan.tail._asdict() == {
        "country": "",
        "device": "mobile",
        "os": "iOS",
        "browser": "Mobile Safari",
        "language": "de",
        "referrer": "news.example",
        "bot": "",
    }


def test_known_links_take_the_way_that_is_tested(site: Site, phone: Phone) -> None:
    """On the fast way no link reaches the ASGI application, whether it is in memory or has to be looked up."""
    _, kept = site.link()
    _, new = site.link(is_kept=False)
    before = site.handed_down
    phone.ask(f"/r/{kept}")
    assert site.handed_down - before == (site.way == "plain")
    for _ in range(2):
        assert phone.ask(f"/r/{new}").status == 302
    assert site.handed_down - before == (0 if site.way == "fast" else 3)


@pytest.mark.parametrize(("resolution", "status", "title"), PAGES, ids=repr)
@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "asked"])
def test_pages(site: Site, phone: Phone, resolution: Resolution, status: int, title: str, is_kept: bool) -> None:
    """What does not redirect is a page that says why, for people, kept by no cache."""
    _, slug = site.link(resolution, is_kept=is_kept)
    heard = phone.ask(f"/r/{slug}")
    assert heard.status == status
    assert f"<h1>{title}</h1>".encode() in heard.body
    assert heard["content-type"] == "text/html; charset=utf-8"
    assert heard["cache-control"] == "no-store"


def test_grace_time_ends_by_the_clock(site: Site, phone: Phone) -> None:
    """A link in memory stops redirecting when its time is over, with nobody telling it."""
    ends_ms = int(time.time() * 1000) + 600
    link, slug = site.link(Redirect(10**9 + site.link()[0], DESTINATION, ends_ms=ends_ms))
    assert phone.ask(f"/r/{slug}").status == 302
    time.sleep(max(0.0, ends_ms / 1000 - time.time()) + 0.02)
    assert phone.ask(f"/r/{slug}").status == 410
    assert site.scans(link) == []


@pytest.mark.parametrize("path", OTHER_PATHS, ids=lambda path: path[:30])
def test_other_spellings_are_no_links(site: Site, phone: Phone, path: str) -> None:
    """Only the slug as it was given out is the link: nothing is decoded, trimmed, resolved or cut."""
    link, slug = site.link()
    heard = phone.ask(path.replace("{slug}", slug))
    assert (heard.status, site.scans(link)) == (404, [])
    assert b"This code leads nowhere" in heard.body
    assert b"alert" not in heard.body


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query[:30])
def test_queries_are_never_a_destination(site: Site, phone: Phone, query: str) -> None:
    """Whatever stands behind the slug, the destination is the owner's."""
    link, slug = site.link()
    heard = phone.ask(f"/r/{slug}{query}")
    assert (heard.status, heard["location"]) == (302, DESTINATION.decode())
    assert b"evil" not in repr(heard).encode()
    assert len(site.scans(link)) == 1


def test_absolute_form(site: Site, phone: Phone) -> None:
    """A request line with a whole URL (RFC 9112, section 3.2.2) means its path."""
    link, slug = site.link()
    assert phone.ask(f"http://127.0.0.1/r/{slug}").status == 302
    assert len(site.scans(link)) == 1


@pytest.mark.parametrize("resolution", [None, Paused(), Unknown()], ids=repr)
def test_head_is_the_same_without_body_and_counts_nothing(
    site: Site, phone: Phone, resolution: Resolution | None
) -> None:
    """A HEAD gets what a GET gets, but for the body, and is no scan."""
    link, slug = site.link(resolution)
    head = phone.ask(f"/r/{slug}", method="HEAD")
    assert site.scans(link) == []
    get = phone.ask(f"/r/{slug}")
    assert (head.status, head.headers, head.body) == (get.status, get.headers, b"")


@pytest.mark.parametrize("method", OTHER_METHODS)
def test_other_methods_are_refused(site: Site, phone: Phone, method: str) -> None:
    """Only GET and HEAD follow a link; the others are told so, count nothing, and keep their connection."""
    link, slug = site.link()
    phone.say(request(f"/r/{slug}", method=method, body=b"x" * 100_000))
    heard = phone.hear()
    assert (heard.status, heard["allow"]) == (405, "GET, HEAD")
    assert site.scans(link) == []
    assert phone.ask(f"/r/{slug}").status == 302


@pytest.mark.parametrize("header", PREFETCHES, ids=str)
def test_prefetches_count_nothing(site: Site, phone: Phone, header: tuple[str, str]) -> None:
    """Who fetches ahead gets the redirect and is no scan: nobody has decided to go."""
    link, slug = site.link()
    assert phone.ask(f"/r/{slug}", header)["location"] == DESTINATION.decode()
    assert site.scans(link) == []


def test_another_purpose_counts(site: Site, phone: Phone) -> None:
    """A purpose that is not ahead of anything is a scan."""
    link, slug = site.link()
    phone.ask(f"/r/{slug}", ("Purpose", "navigation"))
    assert len(site.scans(link)) == 1


def test_a_repointed_link_answers_anew(site: Site, phone: Phone) -> None:
    """Behind the announcement of a change the next request asks the store."""
    _, slug = site.link()
    phone.ask(f"/r/{slug}")
    site.repoint(slug, b"https://example.com/summer")
    assert phone.ask(f"/r/{slug}")["location"] == "https://example.com/summer"
