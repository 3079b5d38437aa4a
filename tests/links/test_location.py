"""A Location header is ASCII, parses, and means what the owner wrote."""

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from repoint.kit.errors import Invalid
from repoint.links import host as hosts
from repoint.links.destination import as_location, check

REST = st.text(
    st.characters(exclude_categories=("Zs", "Zl", "Zp", "Cc", "Cs"), exclude_characters="\\%?#"), max_size=60
)
HOSTS = st.sampled_from(["example.com", "b\u00fccher.de", "B\u00dcCHER.de:8443", "[2001:db8::1]:80", "\u212aelvin.de"])
NETLOCS = st.text(st.characters(categories=("L", "M", "N")) | st.sampled_from(".-_:"), max_size=20) | st.text(
    max_size=20
)


@given(st.sampled_from(["http", "https", "HTTPS"]), HOSTS, REST, REST, REST)
def test_it_means_the_same(scheme: str, host: str, path: str, query: str, fragment: str) -> None:
    """It is visible ASCII; percent-decoded, its path, query and fragment are the owner's, its host is the same host."""
    destination = f"{scheme}://{host}/{path}?{query}#{fragment}"
    location = as_location(check(destination, own_origins=()))
    assert all(0x21 <= byte <= 0x7E for byte in location)
    given_parts, parts = urlsplit(destination), urlsplit(location.decode("ascii"))
    assert parts.scheme == given_parts.scheme
    assert hosts.canonical(parts.hostname or "") == hosts.canonical(given_parts.hostname or "")
    assert parts.port == given_parts.port
    assert unquote(parts.path) == given_parts.path
    assert unquote(parts.query) == given_parts.query
    assert unquote(parts.fragment) == given_parts.fragment


@given(st.text(st.characters(max_codepoint=126, min_codepoint=33, exclude_characters="\\"), max_size=80))
def test_ascii_stays_untouched(rest: str) -> None:
    """What is ASCII already goes out byte for byte, escapes, right or wrong, and odd characters included."""
    destination = f"https://example.com/{rest}"
    assert as_location(check(destination, own_origins=())) == destination.encode()


@given(NETLOCS, st.text(max_size=20))
@example("example.co\u212a", "")
@example("\u00fc.de:", "")
@example("\u00fc.de:0080", "\u00e9")
@example("[::1]", "\u00e9")
def test_whatever_is_accepted_can_be_sent(netloc: str, rest: str) -> None:
    """No destination passes the check and fails as a header: it is ASCII, and a URL with the same host and port."""
    destination = f"https://{netloc}/{rest}"
    try:
        check(destination, own_origins=())
    except Invalid:
        return
    location = as_location(destination).decode("ascii")
    assert check(location, own_origins=()) == location
    given_parts, parts = urlsplit(destination), urlsplit(location)
    assert hosts.canonical(parts.hostname or "") == hosts.canonical(given_parts.hostname or "")
    assert parts.port == given_parts.port


@pytest.mark.parametrize(
    ("destination", "location"),
    [
        (
            "https://b\u00fccher.de/stra\u00dfe?q=\u00e9#\u4f8b",
            "https://xn--bcher-kva.de/stra%C3%9Fe?q=%C3%A9#%E4%BE%8B",
        ),
        ("https://example.com/%C3%A9\u00e9", "https://example.com/%C3%A9%C3%A9"),
        ("https://example.com/100%/\u00e9", "https://example.com/100%/%C3%A9"),
        ("https://example.com/a+b&c=d;e/\u00e9", "https://example.com/a+b&c=d;e/%C3%A9"),
        ("https://[2001:db8::1]:8080/\u00e9", "https://[2001:db8::1]:8080/%C3%A9"),
        ("HTTPS://Example.COM:443/\U0001f600", "https://Example.COM:443/%F0%9F%98%80"),
        ("https://stra\u00dfe.de", "https://xn--strae-oqa.de"),
    ],
)
def test_known_locations(destination: str, location: str) -> None:
    """Hosts by UTS 46 (non-transitional, as browsers do), the rest as UTF-8 in percent-encoding, done only once."""
    assert as_location(destination) == location.encode()
