"""Destinations: what may be one, and how it goes into a Location header."""

import re
from collections.abc import Collection
from urllib.parse import SplitResult, quote, urlsplit

import idna

from repoint.kit.errors import Invalid

LENGTH_MAX = 2048
SCHEMES = ("http", "https")
FIELD = "destination"

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\\\s]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_HOST_NAME = re.compile(r"(?=.{1,253}\.?\Z)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?)+", re.ASCII)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"http": 80, "https": 443}
# RFC 3986, section 2: what may stand in a URI as it is; '%' because what is escaped stays as it was given.
_URI_CHARACTERS = "!#$%&'()*+,/:;=?@[]~-._"


def check(destination: str, *, own_origins: Collection[str]) -> str:
    """The destination exactly as given, once nothing speaks against it.

    `own_origins` are the `host` or `host:port` under which Repoint itself answers short links.

    Raises:
        Invalid: with the reason.
    """
    if not 1 <= len(destination) <= LENGTH_MAX:
        raise Invalid(FIELD, f"must have 1 to {LENGTH_MAX} characters; this has {len(destination)}")
    if _SURROGATE.search(destination):
        raise Invalid(FIELD, "holds half of a surrogate pair, which is no character")
    if found := _FORBIDDEN.search(destination):
        raise Invalid(
            FIELD, f"holds {_named(found[0])} at position {found.start() + 1}; write it percent-encoded or leave it out"
        )
    parts = _split(destination)
    if "@" in parts.netloc:
        raise Invalid(FIELD, "holds a user name or password; anyone who scans the code could read them")
    if _is_own(parts, own_origins):
        raise Invalid(FIELD, f"{parts.netloc} is where this short link itself is served, which would make a loop")
    return destination


def as_location(destination: str) -> bytes:
    """The destination as ASCII for a Location header (RFC 9110, section 10.2.2).

    The host goes into its ASCII form (UTS 46), other international characters are percent-encoded as UTF-8
    (RFC 3987, section 3.1); what is ASCII already stays untouched.
    """
    if destination.isascii():
        return destination.encode("ascii")
    parts = urlsplit(destination)
    host = parts.hostname or ""
    port = parts.netloc.rpartition(":")[2] if parts.port is not None else None
    netloc = _ascii_host(host) + (f":{port}" if port is not None else "") if not host.isascii() else parts.netloc
    rest = destination[destination.index("//") + 2 + len(parts.netloc) :]
    return f"{parts.scheme}://{netloc}{quote(rest, safe=_URI_CHARACTERS)}".encode("ascii")


def origin_of(url: str) -> str:
    """`host:port` of a URL, the port filled in; IPv6 addresses without brackets."""
    parts = urlsplit(url)
    return _origin(parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 443))


def _split(destination: str) -> SplitResult:
    try:
        parts = urlsplit(destination)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise Invalid(FIELD, "is not a URL: its host or port cannot be read") from None
    if parts.scheme not in SCHEMES or not destination[: len(parts.scheme) + 3].endswith("://"):
        raise Invalid(FIELD, "must begin with http:// or https://")
    if not host:
        raise Invalid(FIELD, "names no host; write it like https://example.com/page")
    if not host.isascii():
        try:
            _ascii_host(host)
        except UnicodeError:
            raise Invalid(FIELD, f"{host!r} is not a possible host name (UTS 46)") from None
    elif not _HOST_NAME.fullmatch(host) and not parts.netloc.startswith("["):
        raise Invalid(FIELD, f"{host!r} is not a possible host name")
    return parts


def _ascii_host(host: str) -> str:
    return idna.encode(host, uts46=True).decode("ascii")


def _is_own(parts: SplitResult, own_origins: Collection[str]) -> bool:
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or _PORTS[parts.scheme]
    return any(own in own_origins for own in (host, _origin(host, port)))


def _origin(host: str, port: int) -> str:
    host = host.lower()
    return f"{'localhost' if host in _LOOPBACK else host}:{port}"


def _named(character: str) -> str:
    if character == " ":
        return "a space"
    return "a backslash" if character == "\\" else f"the control character U+{ord(character):04X}"
