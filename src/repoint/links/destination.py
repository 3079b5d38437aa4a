"""What may be a destination, and its form in a Location header."""

import re
from collections.abc import Collection
from urllib.parse import SplitResult, quote, urlsplit

from repoint.kit.errors import Invalid
from repoint.links import host as hosts

LENGTH_MAX = 2048
SCHEMES = ("http", "https")
FIELD = "destination"

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\\\s]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_BRACKETED = re.compile(r"\[[0-9A-Fa-f:.]+\](?::[0-9]*)?")
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
    netloc = parts.netloc
    if not netloc.isascii():
        netloc = hosts.to_ascii(parts.hostname or "") + (f":{parts.port}" if parts.port is not None else "")
    rest = destination[destination.index("//") + 2 + len(parts.netloc) :]
    return f"{parts.scheme}://{netloc}{quote(rest, safe=_URI_CHARACTERS)}".encode("ascii")


def origins_of(url: str) -> frozenset[str]:
    """`host:port` of a URL; on the usual ports both, because one scheme is commonly sent on to the other."""
    parts = urlsplit(url)
    port = parts.port or _PORTS[parts.scheme]
    ports = _PORTS.values() if port == _PORTS[parts.scheme] else (port,)
    return frozenset(f"{hosts.canonical(parts.hostname or '')}:{each}" for each in ports)


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
    if not _is_possible(host, parts.netloc):
        raise Invalid(FIELD, f"{host!r} is not a possible host name")
    return parts


def _is_possible(host: str, netloc: str) -> bool:
    if "[" in netloc:
        return _BRACKETED.fullmatch(netloc.rpartition("@")[2]) is not None
    if netloc.isascii():
        return hosts.is_name(host)
    try:
        return hosts.is_name(hosts.to_ascii(host))
    except UnicodeError:
        return False


def _is_own(parts: SplitResult, own_origins: Collection[str]) -> bool:
    host = hosts.canonical(parts.hostname or "")
    return host in own_origins or f"{host}:{parts.port or _PORTS[parts.scheme]}" in own_origins


def _named(character: str) -> str:
    if character == " ":
        return "a space"
    return "a backslash" if character == "\\" else f"the control character U+{ord(character):04X}"
