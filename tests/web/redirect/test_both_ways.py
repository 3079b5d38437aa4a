"""The two ways in give the same answers, to the last header."""

import pytest

from repoint.links.resolve import Gone, Paused, Resolution
from tests.web.redirect.phone import Heard, Phone, request
from tests.web.redirect.site import Site, Way

CONNECTION = tuple(
    (("Connection", value),) for value in ("close", "keep-alive", "Keep-Alive, Upgrade", "upgrade", "close, x")
)
HEADERS: tuple[tuple[tuple[str, str], ...], ...] = (
    (),
    *CONNECTION,
    (("User-Agent", ""),),
    (("User-Agent", "curl/8.5.0"),),
    (("User-Agent", "\xff\xfe" * 300),),
    (("Host", ""),),
    (("Host", "other.example:8080"),),
    (("Host", "a"), ("Host", "b")),
    (("Cookie", "a=" + "b" * 20_000),),
    (("X-Forwarded-For", "203.0.113.9"), ("CF-IPCountry", "DE")),
    (("Accept-Encoding", "gzip, br"), ("Accept", "text/html"), ("Range", "bytes=0-1")),
    (("If-None-Match", "*"), ("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT")),
    (("Sec-Purpose", "prefetch"),),
    (("Expect", "100-continue"),),
    (("Expect", "the-unexpected"),),
    (("Transfer-Encoding", "chunked"),),
)


@pytest.mark.parametrize("version", ["1.1", "1.0"])
@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: str(headers)[:60])
def test_same_answer_to_any_header(sites: dict[Way, Site], headers: tuple[tuple[str, str], ...], version: str) -> None:
    """Status, headers and body of a redirect do not tell which way it took."""
    body = b"0\r\n\r\n" if ("Transfer-Encoding", "chunked") in headers else b""
    heard = _heard(sites, None, lambda path: request(path, *headers, version=version, body=body))
    assert heard["fast"] == heard["plain"]
    assert heard["fast"].status == 302


@pytest.mark.parametrize("resolution", [None, Paused(), Gone(), Paused(ends_ms=1)], ids=repr)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize("tail", ["", "?a=b", "/", "%41", "#x", "?#?"])
def test_same_answer_to_any_request(
    sites: dict[Way, Site], resolution: Resolution | None, method: str, tail: str
) -> None:
    """Whatever a link is, and however it is asked for, the answer does not tell which way it took."""
    heard = _heard(sites, resolution, lambda path: request(path + tail, method=method), method=method)
    assert heard["fast"] == heard["plain"]


def _heard(
    sites: dict[Way, Site], resolution: Resolution | None, ask: object, *, method: str = "GET"
) -> dict[Way, Heard]:
    heard: dict[Way, Heard] = {}
    for way, site in sites.items():
        _, slug = site.link(resolution)
        with Phone(site.port) as phone:
            assert callable(ask)
            phone.say(ask(f"/r/{slug}"))
            heard[way] = phone.hear(method=method)
            if heard[way].will_close:
                assert phone.hangs_up()
            else:
                assert phone.ask(f"/r/{slug}").status in (302, 410)
    return heard
