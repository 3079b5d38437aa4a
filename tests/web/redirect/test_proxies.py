"""Whose word about the client is believed."""

from ipaddress import ip_network

import pytest

from repoint.kit.proxies import Proxies
from repoint.scans.enrich import Enricher
from tests.web.conftest import PHONE
from tests.web.redirect.conftest import TRUSTED
from tests.web.redirect.phone import Phone
from tests.web.redirect.site import VISITOR_KEY, Site

PEER = "127.0.0.1"
# The header, and the client behind it: the first address from the right that is no proxy of ours.
CHAINS = (
    ("203.0.113.9", "203.0.113.9"),
    (" 203.0.113.9 ", "203.0.113.9"),
    ("1.2.3.4, 203.0.113.9", "203.0.113.9"),
    ("10.0.0.1, 203.0.113.9", "203.0.113.9"),
    ("203.0.113.9, 10.0.0.1", "203.0.113.9"),
    ("1.2.3.4,203.0.113.9,10.1.2.3,fd00::7", "203.0.113.9"),
    ("10.0.0.2, 10.0.0.1", "10.0.0.2"),
    ("2001:db8::9", "2001:db8::9"),
    ("2001:0DB8:0:0::9, fd00::1", "2001:db8::9"),
    ("203.0.113.9, ::ffff:10.0.0.1", "203.0.113.9"),
    ("::ffff:203.0.113.9", "203.0.113.9"),
    ("", PEER),
    (",", PEER),
    ("unknown", PEER),
    ("203.0.113.9, garbage", PEER),
    ("203.0.113.9, 10.0.0.1, 999.1.1.1", PEER),
    ("203.0.113.9, garbage, 10.0.0.1", "10.0.0.1"),
    ("' OR 1=1 --", PEER),
    ("\xff\xfe", PEER),
    ("1.2.3.4, " * 5_000 + "203.0.113.9", "203.0.113.9"),
)


@pytest.mark.parametrize(("forwarded_for", "client"), CHAINS, ids=lambda part: repr(part[:40]))
def test_the_client_behind_trusted_proxies(proxied: Site, forwarded_for: str, client: str) -> None:
    """The visitor is the one to whom the outermost proxy of ours spoke; what that one says of itself is hearsay."""
    assert _visitor(proxied, ("X-Forwarded-For", forwarded_for)) == client


def test_several_lines_are_one_list(proxied: Site) -> None:
    """Proxies that add lines instead of appending to one are followed all the same (RFC 9110, section 5.3)."""
    lines = (("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-For", "10.0.0.1"))
    assert _visitor(proxied, *lines) == "203.0.113.9"


@pytest.mark.parametrize("forwarded_for", ["203.0.113.9", "10.0.0.1, 203.0.113.9", "garbage"])
def test_strangers_are_not_believed(site: Site, forwarded_for: str) -> None:
    """Without trusted proxies nobody can pass for somebody else, or for somebody from elsewhere."""
    assert _visitor(site, ("X-Forwarded-For", forwarded_for), ("X-Real-IP", "1.1.1.1")) == PEER
    assert _country(site, "DE") == ""


@pytest.mark.parametrize(
    ("header", "country"), [("DE", "DE"), ("T1", "T1"), ("XX", ""), ("de", ""), ("DEU", ""), ("D\xc9", ""), ("", "")]
)
def test_the_country_of_a_trusted_proxy(proxied: Site, header: str, country: str) -> None:
    """The country is the one a trusted proxy tells, if it is one."""
    assert _country(proxied, header) == country


@pytest.mark.parametrize("peer", ["", "testclient", "/run/socket", "203.0.113.1", "2001:db8::1", "11.0.0.1"])
def test_peers_that_are_no_proxies(peer: str) -> None:
    """A peer outside the trusted networks, or without an address, is the client itself."""
    assert Proxies(tuple(map(ip_network, TRUSTED))).client(peer, b"198.51.100.1") == peer


def _visitor(site: Site, *headers: tuple[str, str]) -> str:
    """Which of the addresses in play the one scan was attributed to."""
    link, slug = site.link()
    with Phone(site.port) as phone:
        assert phone.ask(f"/r/{slug}", *headers).status == 302
    (scan,) = site.scans(link)
    known = Enricher(VISITOR_KEY)
    candidates = {PEER, *(client for _, client in CHAINS), "1.2.3.4", "10.0.0.1", "1.1.1.1"}
    (address,) = [each for each in candidates if known.visitor(link, each, PHONE.encode()) == scan.visitor]
    return address


def _country(site: Site, header: str) -> str:
    link, slug = site.link()
    with Phone(site.port) as phone:
        phone.ask(f"/r/{slug}", ("CF-IPCountry", header))
    (scan,) = site.scans(link)
    return scan.tail.country
