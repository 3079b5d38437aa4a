"""Enrichment: what is derived is kept, and nothing of the address and the user agent."""

import ipaddress
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repoint.scans import enrich as enrich_module
from repoint.scans.enrich import Enricher, Sighting
from repoint.scans.journal import Decoder, Record, read

PHONE = (
    b"Mozilla/5.0 (Linux; Android 14; %s) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Mobile Safari/537.36"
)
KEY = b"k" * 32
WINDOW = 5

SEEN = Sighting("192.0.2.7", PHONE % b"SM-S918B", b"de-CH,de;q=0.9", b"https://www.example.com/page?q=1", b"CH")

# Marks that no vocabulary holds, wherever in a user agent they stand.
marks = st.text("qxzjv0123456789", min_size=8, max_size=40).map(str.encode)
agents_with = st.sampled_from(
    [
        b"%s",
        PHONE,
        b"%s/1.0",
        b"%sbot/1.0",
        b"the %s crawler",
        b"%s CFNetwork/1496.0.7 Darwin/23.5.0",
        b"curl/8.5.0 %s",
        b"WhatsApp/2.24.10.79 %s",
        b"Mozilla/5.0 (compatible; %s; +http://example.com/bot.html)",
        b"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram %s",
        b"Mozilla/5.0 (SMART-TV; %s) HbbTV/1.1.1 (;;%s;x;2012;)".replace(b"(;;%s", b"(;;x"),
    ]
)
# No octet that a number of the record might happen to hold: those are small or in the clock.
octets = st.integers(0xA1, 0xFE)
addresses = st.builds(
    lambda *four: str(ipaddress.IPv4Address(bytes(four))), octets, octets, octets, octets
) | st.builds(lambda rest: str(ipaddress.IPv6Address(b"\x20\x01\x0d\xb8" + rest)), st.binary(min_size=12, max_size=12))


@pytest.fixture(scope="module")
def enricher() -> Enricher:
    """One enricher for all: its patterns take a while to compile."""
    return Enricher(KEY)


@pytest.fixture(scope="module")
def kept(enricher: Enricher) -> Callable[..., Record]:
    """What the journal holds of a sighting, some of its fields replaced."""

    def record(*, link: int = 1, at_ms: int = 2, **changed: Any) -> Record:
        data = enricher.record(link, at_ms, SEEN._replace(**changed))
        (payload,) = read(data, offset=0, is_end=True).payloads
        return Decoder().decode(payload)

    return record


def _windows(text: bytes) -> set[bytes]:
    return {text[start : start + WINDOW].lower() for start in range(len(text) - WINDOW + 1)}


def _holds(data: bytes, text: bytes) -> bool:
    return any(window in data.lower() for window in _windows(text))


def test_a_sighting_becomes_a_record(kept: Callable[..., Record]) -> None:
    """Link, time and everything derived come through."""
    record = kept(link=77, at_ms=1_795_168_800_000)
    tail = record.tail
    assert (record.link, record.at_ms) == (77, 1_795_168_800_000)
    assert (tail.country, tail.device, tail.os, tail.browser) == ("CH", "mobile", "Android", "Chrome Mobile")
    assert (tail.language, tail.referrer, tail.bot) == ("de", "www.example.com", "")
    assert record.visitor is not None


@settings(max_examples=300)
@given(addresses, agents_with, marks)
def test_neither_address_nor_user_agent_reaches_the_journal(
    enricher: Enricher, address: str, agent: bytes, mark: bytes
) -> None:
    """Not as text and not in binary, wherever they came in: as peer, user agent, referrer, language or country."""
    user_agent = agent % mark
    number = ipaddress.ip_address(address)
    host = f"[{address}]" if number.version == 6 else address
    for referrer in (f"http://{host}/".encode(), f"http://user:{address}@example.com/{address}".encode()):
        data = enricher.record(1, 2, Sighting(address, user_agent, mark, referrer, mark[:2]))
        assert not _holds(data, mark)
        assert not _holds(data, address.encode())
        assert number.packed not in data
        assert number.packed[::-1] not in data


@given(st.binary(max_size=600), st.text(max_size=60), st.binary(max_size=100), st.binary(max_size=100), st.binary())
def test_any_sighting_becomes_one_whole_record(
    enricher: Enricher, user_agent: bytes, address: str, language: bytes, referrer: bytes, country: bytes
) -> None:
    """No header, however strange, makes a record that cannot be read."""
    data = enricher.record(1, 2, Sighting(address, user_agent, language, referrer, country))
    reading = read(data, offset=0, is_end=True)
    assert (len(reading.payloads), reading.end) == (1, len(data))
    assert Decoder().decode(reading.payloads[0]).link == 1


def test_the_visitor_depends_on_everything_and_on_the_key(enricher: Enricher) -> None:
    """Another link, address, user agent or key makes another visitor; the same ones the same."""
    same = enricher.visitor(1, "192.0.2.7", b"agent")
    assert enricher.visitor(1, "192.0.2.7", b"agent") == same
    assert Enricher(KEY).visitor(1, "192.0.2.7", b"agent") == same
    others = {
        enricher.visitor(2, "192.0.2.7", b"agent"),
        enricher.visitor(1, "192.0.2.8", b"agent"),
        enricher.visitor(1, "192.0.2.7", b"agent2"),
        enricher.visitor(11, "92.0.2.7", b"agent"),
        Enricher(b"j" * 32).visitor(1, "192.0.2.7", b"agent"),
    }
    assert len(others - {same}) == 5
    assert all(len(visitor) == 8 for visitor in others)


def test_the_visitor_does_not_depend_on_what_changes_between_two_scans(kept: Callable[..., Record]) -> None:
    """Time, referrer, language and country do not make another person."""
    assert kept(at_ms=5, referrer=b"", language=b"fr", country=b"FR").visitor == kept().visitor


@pytest.mark.parametrize("user_agent", [b"curl/8.5.0", b"", b"facebookexternalhit/1.1"])
def test_a_bot_is_no_visitor(kept: Callable[..., Record], user_agent: bytes) -> None:
    """A bot has a reason and no hash."""
    record = kept(user_agent=user_agent)
    assert record.visitor is None
    assert record.tail.bot


@pytest.mark.parametrize(
    ("header", "country"),
    [(b"DE", "DE"), (b"T1", "T1"), (b"XX", ""), (b"", ""), (b"de", ""), (b"DEU", ""), (b"D\xff", ""), (b"1D", "")],
)
def test_a_country_is_two_characters(kept: Callable[..., Record], header: bytes, country: str) -> None:
    """What the proxy says is kept where it looks like a country; unknown is empty."""
    assert kept(country=header).tail.country == country


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (b"de-CH,de;q=0.9,en;q=0.8", "de"),
        (b"EN", "en"),
        (b" pt_BR", "pt"),
        (b"gsw;q=1", "gsw"),
        (b"zh-Hant-TW", "zh"),
        (b"*", ""),
        (b"", ""),
        (b"english", ""),
        (b"i-klingon", ""),
        (b"\xff\xff", ""),
    ],
)
def test_a_language_is_the_first_ones_primary_tag(kept: Callable[..., Record], header: bytes, language: str) -> None:
    """Region, script and weights are dropped."""
    assert kept(language=header).tail.language == language


@pytest.mark.parametrize(
    ("header", "host"),
    [
        (b"https://www.Example.com/path?q=secret#x", "www.example.com"),
        (b"http://user:password@example.com:8080/", "example.com"),
        (b"android-app://com.google.android.gm/", "com.google.android.gm"),
        (b"https://xn--bcher-kva.example/", "xn--bcher-kva.example"),
        (b"http://192.0.2.7/", ""),
        (b"http://[2001:db8::7]:80/", ""),
        (b"http://[::ffff:192.0.2.7]/", ""),
        (b"http://[broken", ""),
        (b"https://b\xfccher.example/", ""),
        (b"https://a b/", ""),
        (b"https://" + b"a" * 300 + b"/", ""),
        (b"about:blank", ""),
        (b"nonsense", ""),
        (b"", ""),
    ],
)
def test_a_referrer_is_a_host_name(kept: Callable[..., Record], header: bytes, host: str) -> None:
    """Path, query, credentials and port are dropped; so is a host that is an address, which may be the client's."""
    assert kept(referrer=header).tail.referrer == host


def test_the_tails_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither many nor long headers fill the memory."""
    monkeypatch.setattr(enrich_module, "TAILS_KEPT_MAX", 3)
    enricher = Enricher(KEY)
    for number in range(10):
        enricher.record(1, 2, SEEN._replace(user_agent=b"agent %d" % number))
        assert len(enricher._tails) <= 3
    before = dict(enricher._tails)
    enricher.record(1, 2, SEEN._replace(referrer=b"https://example.com/" + b"x" * enrich_module.HEADER_BYTES_MAX))
    assert enricher._tails == before
