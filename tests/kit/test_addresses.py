"""Every special range is known; what belongs to the internet is let through."""

from ipaddress import ip_address, ip_network

import pytest

from repoint.kit.addresses import literal, special_use

# First and last address of each entry of the IANA registries of IPv4 and IPv6 special-purpose addresses, multicast,
# and of what is inside virtual machines of a cloud.
SPECIAL = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
    *("192.0.0.0/29", "192.0.0.8/32", "192.0.0.9/32", "192.0.0.10/32", "192.0.0.170/31", "192.0.2.0/24"),
    *("192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15"),
    *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32", "168.63.129.16/32"),
    *("::/128", "::1/128", "::/96", "100::/64", "100:0:0:1::/64", "2001::/23", "2001::/32", "2001:1::1/128"),
    *(
        "2001:1::2/128",
        "2001:1::3/128",
        "2001:2::/48",
        "2001:3::/32",
        "2001:4:112::/48",
        "2001:10::/28",
        "2001:20::/28",
    ),
    *("2001:30::/28", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7"),
    *("fe80::/10", "fec0::/10", "ff00::/8", "64:ff9b:1::/48", "::ffff:0:0:0/96", "4000::/3", "e000::/4"),
)

# What `ipaddress.is_global` takes for public.
MISTAKEN_FOR_PUBLIC = (
    *("192.0.0.9", "192.0.0.10", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.175.48.1", "224.0.0.1"),
    *("239.255.255.250", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b:1::1", "ff02::1", "ff0e::1", "::127.0.0.1"),
    *("5f00::1", "3fff::1", "2620:4f:8000::1", "4000::1", "168.63.129.16"),
)

PUBLIC = (
    *("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255"),
    *("169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "192.169.0.0", "198.17.0.1"),
    *("198.20.0.0", "223.255.255.255", "2001:200::1", "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450::1"),
)


@pytest.mark.parametrize("network", SPECIAL)
def test_special_ranges_are_refused_from_end_to_end(network: str) -> None:
    """The first and the last address of each registered range have a meaning that is told."""
    whole = ip_network(network)
    for address in (whole[0], whole[-1]):
        assert special_use(address), address


@pytest.mark.parametrize("address", MISTAKEN_FOR_PUBLIC)
def test_what_the_standard_library_lets_through(address: str) -> None:
    """Ranges are refused that `ipaddress` calls global, in some version at least."""
    assert special_use(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address: str) -> None:
    """What lies beside the special ranges belongs to everybody."""
    assert special_use(ip_address(address)) is None


@pytest.mark.parametrize("inner", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "100.100.100.200"])
def test_an_address_within_an_address_is_judged(inner: str) -> None:
    """A private IPv4 address is refused in every dress; a public one passes where the dress leads there."""
    number = int(ip_address(inner))
    public = int(ip_address("8.8.8.8"))
    for shell in ("::ffff:0:0", "64:ff9b::"):
        assert special_use(ip_address(int(ip_address(shell)) | number))
        assert special_use(ip_address(int(ip_address(shell)) | public)) is None
    for six_to_four in (number, public):
        assert special_use(ip_address((0x2002 << 112) | six_to_four << 80))
        assert special_use(ip_address((0x20010000 << 96) | six_to_four ^ 0xFFFF_FFFF))
        assert special_use(ip_address(six_to_four | 1 << 97))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("example.com", None),
        ("127.1", None),
        ("0x7f000001", None),
        ("", None),
    ],
)
def test_which_hosts_are_addresses(host: str, address: str | None) -> None:
    """Only the full spelling counts as an address; the others go through the resolver, whose answer is judged."""
    assert literal(host) == (ip_address(address) if address else None)
