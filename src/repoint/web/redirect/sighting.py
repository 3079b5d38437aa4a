"""From a request's headers and peer to a sighting."""

from collections.abc import Iterable, Mapping

from repoint.kit.proxies import FORWARDED_FOR, Proxies
from repoint.scans.enrich import Sighting

# Everything that is read of a request besides its first line and who forwarded it.
WANTED = frozenset(
    (
        b"user-agent",
        b"accept-language",
        b"referer",
        b"host",
        b"cf-ipcountry",
        b"sec-purpose",
        b"purpose",
        b"x-moz",
        b"x-purpose",
    )
)


def wanted(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The headers that matter, names in lower case; of a repeated one the last."""
    return {name: value for name, value in headers if name in WANTED}


def sighting_of(
    headers: Mapping[bytes, bytes], peer: str, proxies: Proxies, *, lines: Iterable[tuple[bytes, bytes]]
) -> Sighting:
    """What the request tells about who scanned.

    `lines` are all header lines: a proxy may add one of its own to a list (RFC 9110, section 5.3).
    """
    get = headers.get
    country = b""
    if proxies.trusts(peer):
        country = get(b"cf-ipcountry", b"")
        peer = proxies.client(peer, b",".join(value for name, value in lines if name == FORWARDED_FOR))
    return Sighting(peer, get(b"user-agent", b""), get(b"accept-language", b""), get(b"referer", b""), country)
