"""What DNS says of a name, within a bound."""

import asyncio
import time
from collections.abc import Iterator

import dns.rcode
import pytest

from repoint.kit import dns_txt
from repoint.kit.dns_txt import Found, Lookup, Missing, NoAnswer, TxtLookup, server_of
from tests.kit.dns_server import DnsServer, dns_server


@pytest.fixture
def server() -> Iterator[DnsServer]:
    """A DNS server."""
    with dns_server() as running:
        yield running


def _ask(server: DnsServer, name: str) -> Lookup:
    lookup = TxtLookup(("127.0.0.1", server.port))
    try:
        return asyncio.run(lookup.ask(name))
    finally:
        lookup.close()


def test_records_are_found(server: DnsServer) -> None:
    """All texts of a name, in one spelling of the name."""
    server.records["_repoint.go.example"] = ["one", "two"]
    found = _ask(server, "_repoint.go.example")
    assert isinstance(found, Found)
    assert sorted(found.texts) == ["one", "two"]


def test_what_is_missing(server: DnsServer) -> None:
    """A name that does not exist and one without a TXT record are the same."""
    server.records["empty.example"] = []
    assert _ask(server, "none.example") == _ask(server, "empty.example") == Missing()


def test_a_server_that_fails(server: DnsServer) -> None:
    """A server's error is no answer."""
    server.rcode = dns.rcode.SERVFAIL
    assert _ask(server, "go.example") == NoAnswer("the name servers answered with an error")


def test_a_server_that_is_silent(server: DnsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits longer than the bound."""
    monkeypatch.setattr(dns_txt, "WAIT_S", 0.5)
    server.is_silent = True
    began = time.monotonic()
    assert isinstance(_ask(server, "go.example"), NoAnswer)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("name", ["a..b", "a" * 70 + ".example", "\ud800.example"])
def test_names_that_dns_does_not_take(server: DnsServer, name: str) -> None:
    """A name that cannot be asked for is no answer, and no bug."""
    assert isinstance(_ask(server, name), NoAnswer)


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("192.0.2.1", ("192.0.2.1", 53)),
        ("192.0.2.1:5353", ("192.0.2.1", 5353)),
        ("2001:db8::1", ("2001:db8::1", 53)),
        ("[2001:db8::1]", ("2001:db8::1", 53)),
        ("[2001:db8::1]:5353", ("2001:db8::1", 5353)),
    ],
)
def test_addresses_of_servers(text: str, server: tuple[str, int]) -> None:
    """With or without a port."""
    assert server_of(text) == server


@pytest.mark.parametrize("text", ["dns.example", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:70000", "[::1]x", "1:2:3"])
def test_what_is_no_address(text: str) -> None:
    """Names and impossible ports are refused."""
    with pytest.raises(ValueError, match=r"port|address"):
        server_of(text)
