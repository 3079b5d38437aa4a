"""A destination is kept exactly as given, or refused with the reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.kit.errors import Invalid
from repoint.links.destination import LENGTH_MAX, check
from repoint.links.space import LinkSpace

OWN = LinkSpace(
    "https://qr.example", frozenset({"go.example", "xn--bcher-kva.example"}), forget=lambda *_: None
).own_origins
LOCAL = LinkSpace("http://localhost:8000", frozenset(), forget=lambda *_: None).own_origins

# What people write into a path: anything but blanks, controls, surrogates and the backslash.
TEXT = st.text(st.characters(exclude_categories=("Zs", "Zl", "Zp", "Cc", "Cs"), exclude_characters="\\"), max_size=60)
HOSTS = st.sampled_from(
    ["example.com", "EXAMPLE.com.", "b\u00fccher.de", "\u4f8b\u3048.jp:8443", "[2001:db8::1]:8080", "a_b.de"]
)


def _reason(destination: str, own: frozenset[str] = OWN) -> str:
    with pytest.raises(Invalid) as caught:
        check(destination, own_origins=own)
    assert caught.value.field == "destination"
    return caught.value.reason


@given(st.sampled_from(["http", "https", "HTTPS"]), HOSTS, TEXT)
def test_a_destination_is_kept_exactly(scheme: str, host: str, rest: str) -> None:
    """Case, international characters, escapes right and wrong, quotes and brackets: nothing is rewritten."""
    destination = f"{scheme}://{host}/{rest}"
    assert check(destination, own_origins=OWN) == destination


@pytest.mark.parametrize(
    "destination",
    [
        "https://example.com",
        "https://example.com:443",
        "https://example.com/a%20b%zz?q=%41&r=\u00e9#\U0001f600",
        "https://example.com/?next=https://go.example/abc@x",
        "http://203.0.113.9/",
        "https://example.com/?a=b:c@d",
        "https://go.example.com/",
        "https://notgo.example/",
        "http://qr.example:8080/",
        "https://xn--bcher-kva.de/",
    ],
)
def test_unusual_destinations_are_kept(destination: str) -> None:
    """An own domain in the query, or one that only looks like it, is no loop; an `@` behind the host is no password."""
    assert check(destination, own_origins=OWN) == destination


@pytest.mark.parametrize(
    "destination",
    "javascript:alert(1) data:text/html,x ftp://a.de/ mailto:a@b.de tel:+49 //example.com /path example.com "
    "https:example.com https:/example.com intent://a.de/ https//a.de http:\u2215\u2215a.de file:///etc/passwd".split(),
)
def test_other_schemes(destination: str) -> None:
    """Only http:// and https:// go into a redirect."""
    assert _reason(destination) == "must begin with http:// or https://"


@pytest.mark.parametrize(
    "destination",
    [
        "https://user@example.com/",
        "https://user:secret@example.com/",
        "https://@example.com/",
        "https://:@example.com/",
        "https://go.example@example.com/",
        "https://example.com@go.example/",
        "https://user@[2001:db8::1]/",
        "https://b\u00fccher@example.com/",
        "https://a@b@example.com/",
    ],
)
def test_credentials(destination: str) -> None:
    """A user name or password in front of the host is refused, whatever it is used to hide."""
    assert "user name or password" in _reason(destination)


@pytest.mark.parametrize(
    ("destination", "said"),
    [
        ("https://example.com\\@go.example/", "a backslash at position 20"),
        ("https:\\\\example.com/", "a backslash at position 7"),
        ("https://example.com/a b", "a space at position 22"),
        (" https://example.com/", "a space at position 1"),
        ("https://example.com/\r\nset-cookie: a=b", "U+000D at position 21"),
        ("https://exam\tple.com/", "U+0009 at position 13"),
        ("https://example.com/\x00", "U+0000"),
        ("https://example.com/\x7f", "U+007F"),
        ("https://example.com/\x85", "U+0085"),
        ("https://example.com/\u2028", "U+2028"),
        ("https://example.com/\u00a0", "U+00A0"),
    ],
)
def test_characters_that_cannot_be(destination: str, said: str) -> None:
    """Blanks, controls, line separators and backslashes, which clients read in different ways, are named with place."""
    assert said in _reason(destination)


@given(TEXT, st.characters(categories=("Cc", "Zs", "Zl", "Zp", "Cs")), TEXT)
def test_every_blank_control_and_surrogate_is_refused(before: str, character: str, behind: str) -> None:
    """Wherever it stands."""
    assert _reason(f"https://example.com/{before}{character}{behind}")


def test_half_a_surrogate_pair() -> None:
    """JSON can spell what is no character; it is refused as such."""
    assert "surrogate" in _reason("https://example.com/\ud83d")


@pytest.mark.parametrize("destination", ["https://", "https:///path", "http://?q", "https://#x", "http://:80/"])
def test_no_host(destination: str) -> None:
    """A URL without a host names nothing to go to."""
    assert "names no host" in _reason(destination)


@pytest.mark.parametrize(
    "host",
    "exa%6dple.com ex!ample.com a..b .a -a.de a-.de a:b:c a:99999 a:x a:\u0663 [::1 ::1] [::1]a.de [::1]:x "
    "[fe80::1%25eth0] [1.2.3.4] [v1.x] xn-- \u00fc..de \uff05.de "
    "b\u00fc\uff3ccher.de \u2100.de a\uff1a80.de \u00fc_x.de".split(),
)
def test_an_impossible_host(host: str) -> None:
    """Hosts that clients would refuse, or read in different ways."""
    assert "host" in _reason(f"https://{host}/")


def test_length() -> None:
    """2,048 characters fit, whatever they are; one more or none do not, and the reason says how many there were."""
    longest = "https://example.com/" + "\u00e9" * (LENGTH_MAX - 20)
    assert check(longest, own_origins=OWN) == longest
    assert str(LENGTH_MAX + 1) in _reason(longest + "x")
    assert "has 0" in _reason("")


@pytest.mark.parametrize(
    "origin",
    "https://go.example http://go.example https://go.example:8443 https://GO.Example https://go.example. "
    "https://qr.example http://qr.example https://qr.example:443 http://qr.example:80 https://QR.example "
    "https://xn--bcher-kva.example https://XN--BCHER-KVA.example "
    "https://b\u00fccher.example https://B\u00dcCHER.example https://b\u0075\u0308cher.example "
    "https://\uff47\uff4f.example https://go\u3002example https://go.example\uff0e https://g\u00ado.example "
    "https://go\u200b.example https://\u24d6\u24de.example".split(),
)
def test_a_loop(origin: str) -> None:
    """The own short domains on any port and the public address on the usual ports, in every spelling."""
    for rest in ("", "/", "/abc", "?a", "#b"):
        assert "loop" in _reason(origin + rest)


@pytest.mark.parametrize(
    "host",
    "localhost LOCALHOST localhost. a.localhost 127.0.0.1 127.1 127.1.2.3 0x7f000001 2130706433 0.0.0.0 0 [::1] [::] "
    "[0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::FFFF:7f00:1] \u2460\u2461\u2466.1 \uff4c\uff4fcalhost".split(),
)
def test_a_loop_on_this_machine(host: str) -> None:
    """While Repoint is tried out on localhost, every name of this machine with its port is a loop; others are not."""
    assert "loop" in _reason(f"http://{host}:8000/r/abc", LOCAL)
    assert check(f"http://{host}:8001/", own_origins=LOCAL)
    assert check(f"http://{host}/", own_origins=LOCAL)


@pytest.mark.timeout(10)
@given(st.text("a-._!", max_size=300))
def test_no_host_is_slow_to_check(host: str) -> None:
    """However long and misleading a host is, there is an answer; none makes the check run away."""
    try:
        assert check(f"https://{host}/", own_origins=OWN)
    except Invalid as error:
        assert "host" in error.reason  # noqa: PT017
