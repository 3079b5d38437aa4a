"""Which addresses belong to the public internet.

The table follows the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190) and the registries of
multicast addresses. It is our own because `ipaddress.is_global` lets special ranges through, among them multicast,
6to4, the AS112 and AMT anycasts and everything that IANA has not handed out. Of IPv6 only global unicast (2000::/3)
can be public; an address that carries an IPv4 address is judged by that one where it still leads there.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_SPECIAL_IPV4 = {
    IPv4Network(network): meaning
    for network, meaning in (
        ("0.0.0.0/8", "this network (RFC 791)"),
        ("10.0.0.0/8", "private use (RFC 1918)"),
        ("100.64.0.0/10", "shared address space (RFC 6598)"),
        ("127.0.0.0/8", "loopback (RFC 1122)"),
        ("168.63.129.16/32", "the platform address of Azure"),  # in no registry, and answers inside virtual machines
        ("169.254.0.0/16", "link local (RFC 3927)"),
        ("172.16.0.0/12", "private use (RFC 1918)"),
        ("192.0.0.0/24", "IETF protocol assignments (RFC 6890)"),
        ("192.0.2.0/24", "documentation (RFC 5737)"),
        ("192.31.196.0/24", "AS112 (RFC 7535)"),
        ("192.52.193.0/24", "AMT (RFC 7450)"),
        ("192.88.99.0/24", "6to4 relays (RFC 7526)"),
        ("192.168.0.0/16", "private use (RFC 1918)"),
        ("192.175.48.0/24", "AS112 (RFC 7534)"),
        ("198.18.0.0/15", "benchmarking (RFC 2544)"),
        ("198.51.100.0/24", "documentation (RFC 5737)"),
        ("203.0.113.0/24", "documentation (RFC 5737)"),
        ("224.0.0.0/4", "multicast (RFC 5771)"),
        ("240.0.0.0/4", "reserved (RFC 1112)"),
    )
}

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_SPECIAL_IPV6 = {
    IPv6Network(network): meaning
    for network, meaning in (
        ("2001::/32", "Teredo (RFC 4380)"),
        ("2001::/23", "IETF protocol assignments (RFC 2928)"),
        ("2001:db8::/32", "documentation (RFC 3849)"),
        ("2002::/16", "6to4 (RFC 3056)"),
        ("2620:4f:8000::/48", "AS112 (RFC 7534)"),
        ("3fff::/20", "documentation (RFC 9637)"),
    )
}
_OUTSIDE_UNICAST = {
    IPv6Network(network): meaning
    for network, meaning in (
        ("::/128", "unspecified (RFC 4291)"),
        ("::1/128", "loopback (RFC 4291)"),
        ("64:ff9b:1::/48", "local NAT64 (RFC 8215)"),
        ("100::/64", "discard only (RFC 6666)"),
        ("5f00::/16", "segment routing (RFC 9602)"),
        ("fc00::/7", "unique local (RFC 4193)"),
        ("fe80::/10", "link local (RFC 4291)"),
        ("fec0::/10", "site local (RFC 3879)"),
        ("ff00::/8", "multicast (RFC 4291)"),
    )
}

# A resolver in a network of IPv6 alone makes these out of IPv4 addresses, and they lead there (RFC 6052, 2.1).
_NAT64 = IPv6Network("64:ff9b::/96")
_MAPPED = IPv6Network("::ffff:0:0/96")
_LAST_32_BITS = 0xFFFF_FFFF


def special_use(address: Address) -> str | None:
    """What an address is reserved for, or None where it belongs to the public internet."""
    if isinstance(address, IPv4Address):
        return _meaning(address, _SPECIAL_IPV4)
    if address in _MAPPED or address in _NAT64:
        return special_use(IPv4Address(int(address) & _LAST_32_BITS))
    if address not in _GLOBAL_UNICAST:
        return _meaning(address, _OUTSIDE_UNICAST) or "not handed out for use"
    return _meaning(address, _SPECIAL_IPV6)


def literal(host: str) -> Address | None:
    """The address that a host is written as, or None where it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def _meaning(address: Address, table: dict[IPv4Network, str] | dict[IPv6Network, str]) -> str | None:
    return next((meaning for network, meaning in table.items() if address in network), None)
