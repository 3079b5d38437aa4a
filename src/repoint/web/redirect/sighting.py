"""From a request's headers and peer to a sighting."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address

from repoint.scans.enrich import Sighting

# Everything that is read of a request besides its first line.
WANTED = frozenset(
    (
        b"user-agent",
        b"accept-language",
        b"referer",
        b"host",
        b"cf-ipcountry",
        b"x-forwarded-for",
        b"sec-purpose",
        b"purpose",
        b"x-moz",
        b"x-purpose",
    )
)
PEERS_REMEMBERED = 4096

Network = IPv4Network | IPv6Network


class Proxies:
    """Knows whose word about the client is believed."""

    def __init__(self, trusted: tuple[Network, ...]) -> None:
        self._trusted = trusted
        self.trusts = lru_cache(PEERS_REMEMBERED)(self._trusts) if trusted else _nobody

    def client(self, peer: str, forwarded_for: bytes) -> str:
        """The address behind trusted proxies: the last one that is not a proxy of ours.

        Each proxy appends the address that spoke to it, so whatever stands to the left of an untrusted one is hearsay.
        """
        client = peer
        for hop in reversed(forwarded_for.split(b",")):
            if not self.trusts(client):
                break
            try:
                client = str(ip_address(hop.strip().decode("latin-1")))
            except ValueError:
                break
        return client

    def _trusts(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed.version == network.version and parsed in network for network in self._trusted)


def wanted(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """The headers that matter, names in lower case; of a repeated one the last."""
    return {name: value for name, value in headers if name in WANTED}


def sighting_of(headers: Mapping[bytes, bytes], peer: str, proxies: Proxies) -> Sighting:
    """What the request tells about who scanned."""
    get = headers.get
    country = b""
    if proxies.trusts(peer):
        country = get(b"cf-ipcountry", b"")
        peer = proxies.client(peer, get(b"x-forwarded-for", b""))
    return Sighting(peer, get(b"user-agent", b""), get(b"accept-language", b""), get(b"referer", b""), country)


def _nobody(_: str) -> bool:
    return False
