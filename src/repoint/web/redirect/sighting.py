"""From a request's headers and peer to a sighting."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

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
FORWARDED_FOR = b"x-forwarded-for"
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
                client = str(_address(hop.strip().decode("latin-1")))
            except ValueError:
                break
        return client

    def _trusts(self, address: str) -> bool:
        try:
            parsed = _address(address)
        except ValueError:
            return False
        return any(parsed.version == network.version and parsed in network for network in self._trusted)


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


def _address(text: str) -> IPv4Address | IPv6Address:
    """An address; one of version 4 in the clothes of version 6 (RFC 4291, section 2.5.5.2) is what it was."""
    address = ip_address(text)
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _nobody(_: str) -> bool:
    return False
