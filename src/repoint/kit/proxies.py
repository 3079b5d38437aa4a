"""Who the client is behind proxies."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

FORWARDED_FOR = b"x-forwarded-for"
PEERS_REMEMBERED = 4096
# Whoever has an IPv6 address has a network of them (RFC 6177), so they count as one.
IPV6_PREFIX = 64

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


def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 of an IPv6 one; what is no address stands for itself."""
    try:
        parsed = _address(address)
    except ValueError:
        return address
    return str(parsed if isinstance(parsed, IPv4Address) else IPv6Network((parsed, IPV6_PREFIX), strict=False))


def _address(text: str) -> IPv4Address | IPv6Address:
    """An address; one of version 4 in the clothes of version 6 (RFC 4291, section 2.5.5.2) is what it was."""
    address = ip_address(text)
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _nobody(_: str) -> bool:
    return False
