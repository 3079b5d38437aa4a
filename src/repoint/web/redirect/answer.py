"""What a resolution means in HTTP; shared by both ways in.

A redirect is 302 with `Cache-Control: no-store` (RFC 9110, section 15.4.3; RFC 9111, section 5.2.2.5): a cached 301
would make later edits ineffective. Whether a request is a scan is decided here too: HEAD asks about a link without
following it, and a prefetch happens before anybody decided to go.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import NamedTuple, assert_never

from repoint.links.resolve import Gone, Paused, Redirect, Resolution, Unknown
from repoint.web.redirect import pages

_HTML = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)

Headers = tuple[tuple[bytes, bytes], ...]


class Answer(NamedTuple):
    """A whole response, and the counter it goes under."""

    status: int
    headers: Headers
    body: bytes
    result: str


UNAVAILABLE = Answer(503, (*_HTML, (b"retry-after", b"1")), pages.UNAVAILABLE, "unavailable")
BAD_METHOD = Answer(405, (*_HTML, (b"allow", b"GET, HEAD")), pages.BAD_METHOD, "bad_method")
_PAUSED = Answer(410, _HTML, pages.PAUSED, "paused")
_GONE = Answer(410, _HTML, pages.GONE, "gone")
_UNKNOWN = Answer(404, _HTML, pages.UNKNOWN, "unknown")
_BEHIND_LOCATION: Headers = (
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer-when-downgrade"),
    (b"content-length", b"0"),
)
_STATUS_LINE = b"HTTP/1.1 302 Found\r\n"


def answer_to(resolution: Resolution) -> Answer:
    """The response to a GET; a HEAD gets the same without the body."""
    match resolution:
        case Redirect(location=location):
            return Answer(302, ((b"location", location), *_BEHIND_LOCATION), b"", "redirect")
        case Paused():
            return _PAUSED
        case Gone():
            return _GONE
        case Unknown():
            return _UNKNOWN
        case _:
            assert_never(resolution)


def is_scan(method: bytes, headers: Mapping[bytes, bytes]) -> bool:
    """Whether a request that is being redirected counts as a scan."""
    if method != b"GET":
        return False
    purpose = (
        headers.get(b"sec-purpose") or headers.get(b"purpose") or headers.get(b"x-moz") or headers.get(b"x-purpose")
    )
    return purpose is None or not any(word in purpose.lower() for word in (b"prefetch", b"prerender", b"preview"))


def redirect_bytes(location: bytes, server_lines: bytes, *, keep_alive: bool) -> bytes:
    """A 302 as it goes over the wire, for the way in that writes it itself.

    `server_lines` are the header lines that the server adds to every response, each with its line end.
    """
    last = b"\r\n" if keep_alive else b"connection: close\r\n\r\n"
    return b"".join((_STATUS_LINE, server_lines, b"location: ", location, _AFTER_LOCATION, last))


def answer_bytes(answer: Answer, server_lines: bytes, *, keep_alive: bool) -> bytes:
    """Any answer to a GET but a redirect, as it goes over the wire; `server_lines` as for a redirect."""
    status = b"HTTP/1.1 %d %s\r\n" % (answer.status, HTTPStatus(answer.status).phrase.encode())
    length = b"content-length: %d\r\n" % len(answer.body)
    last = b"\r\n" if keep_alive else b"connection: close\r\n\r\n"
    return b"".join((status, server_lines, header_lines(answer.headers), length, last, answer.body))


def header_lines(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Headers as they go over the wire."""
    return b"".join(b"%s: %s\r\n" % header for header in headers)


_AFTER_LOCATION = b"\r\n" + header_lines(_BEHIND_LOCATION)
