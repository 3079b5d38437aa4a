"""Host names: which can be one, and one spelling for each."""

import re
import socket
from ipaddress import IPv4Address, IPv6Address

import idna

LOOPBACK = "localhost"

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
# Every label ends at a dot that no label can hold, so there is one way to read a name and no backtracking.
_NAME = re.compile(rf"(?=.{{1,253}}\.?\Z){_LABEL}(?:\.{_LABEL})*\.?", re.ASCII | re.IGNORECASE)


def is_name(host: str) -> bool:
    """Whether this is a host name in ASCII (RFC 1123, section 2.1; underscores too, because they are in use)."""
    return _NAME.fullmatch(host) is not None


def to_ascii(host: str) -> str:
    """The ASCII form of an international host name (UTS 46).

    Raises:
        UnicodeError: it has none.
    """
    return idna.encode(host, uts46=True).decode("ascii")


def canonical(host: str) -> str:
    """The one spelling of a host that is compared: what a browser makes of it (WHATWG URL, sections 3.3 to 3.5).

    Addresses are written in full, and all that leads back to the machine itself is `localhost`.

    Raises:
        UnicodeError: an international name without an ASCII form.
    """
    name = (host if host.isascii() else to_ascii(host)).lower().rstrip(".")
    address = _address(name)
    if address is None:
        return LOOPBACK if name.endswith("." + LOOPBACK) else name
    return LOOPBACK if address.is_loopback or address.is_unspecified else str(address)


def _address(name: str) -> IPv4Address | IPv6Address | None:
    """The address that a host is, in any notation: `127.1` and `0x7f000001` are 127.0.0.1 to a browser."""
    try:
        if ":" in name:
            address = IPv6Address(name)
            return address.ipv4_mapped or address
        return IPv4Address(socket.inet_aton(name))
    except (OSError, ValueError):
        return None
