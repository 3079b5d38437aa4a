"""A host has one spelling to be compared by."""

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from repoint.links import host as hosts

LABELS = st.from_regex(r"[a-z][a-z0-9]{0,10}", fullmatch=True)
NAMES = st.lists(LABELS, min_size=1, max_size=4).map(".".join).filter(lambda name: not name.endswith("localhost"))


@pytest.mark.parametrize(
    "name",
    [
        "example.com",
        "EXAMPLE.com",
        "localhost",
        "a_b.example",
        "_dmarc.x",
        "x.example.",
        "127.0.0.1",
        "xn--bcher-kva.x",
    ],
)
def test_a_possible_name(name: str) -> None:
    """Letters, digits, hyphens and underscores in labels, in either case, a final dot allowed."""
    assert hosts.is_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        ".a",
        "a..b",
        "-a.b",
        "a-.b",
        "a b",
        "a%62",
        "a!",
        "a\n",
        "b\u00fccher.x",
        "a:80",
        "x" * 64 + ".com",
    ],
)
def test_an_impossible_name(name: str) -> None:
    """Empty labels, labels over 63 characters, hyphens at an edge and other characters are none."""
    assert not hosts.is_name(name)


def test_a_name_has_at_most_253_characters() -> None:
    """The final dot does not count."""
    longest = ".".join(["x" * 63] * 3 + ["x" * 61])
    assert len(longest) == 253
    assert hosts.is_name(longest)
    assert hosts.is_name(longest + ".")
    assert not hosts.is_name(longest + "x")


@pytest.mark.parametrize("name", ["a" * 62 + "!", "a-" * 31 + "!", "a." * 120 + "!", "a" * 100_000, "-" * 250])
def test_a_hopeless_name_is_refused_at_once(name: str) -> None:
    """No text makes the check run long: it does not try one way to cut labels after another."""
    began = time.perf_counter()
    assert not hosts.is_name(name)
    assert time.perf_counter() - began < 0.5


@given(
    NAMES, st.sampled_from([str.upper, str.title, lambda name: name + ".", lambda name: name.replace(".", "\u3002")])
)
def test_one_spelling_for_a_name(name: str, respell: object) -> None:
    """Case, a final dot and other scripts' dots make no difference; a canonical name stays as it is."""
    assert callable(respell)
    assert hosts.canonical(name) == name
    assert hosts.canonical(respell(name)) == name


@given(NAMES)
def test_full_width_and_invisible_characters_make_no_difference(name: str) -> None:
    """What UTS 46 maps to a name is that name."""
    wide = "".join(chr(ord(c) + 0xFEE0) if c != "." else c for c in name)
    assert hosts.canonical(wide) == name
    assert hosts.canonical(name[0] + "\u00ad" + name[1:]) == name
    assert hosts.canonical(name[0] + "\u200b" + name[1:]) == name


@pytest.mark.parametrize(
    ("host", "canonical"),
    [
        ("B\u00fccher.example", "xn--bcher-kva.example"),
        ("xn--BCHER-kva.example", "xn--bcher-kva.example"),
        ("\u212aelvin.example", "kelvin.example"),
        ("203.0.113.9", "203.0.113.9"),
        ("0xcb007109", "203.0.113.9"),
        ("203.0.28937", "203.0.113.9"),
        ("::FFFF:203.0.113.9", "203.0.113.9"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
    ],
)
def test_names_and_addresses_in_other_notations(host: str, canonical: str) -> None:
    """International names go into their ASCII form, addresses into their usual one."""
    assert hosts.canonical(host) == canonical


@pytest.mark.parametrize(
    "host",
    (
        "localhost LOCALHOST. a.localhost 127.0.0.1 127.1 127.8.9.10 0x7f.1 2130706433 017700000001 0.0.0.0 0 "
        "::1 0:0:0:0:0:0:0:1 :: ::ffff:127.0.0.1 \uff11\uff12\uff17.1"
    ).split(),
)
def test_every_way_back_to_this_machine_is_localhost(host: str) -> None:
    """Names and addresses in every notation that a browser takes for this machine are one host."""
    assert hosts.canonical(host) == "localhost"


@given(st.text(max_size=30))
def test_any_text_has_a_spelling_or_none(text: str) -> None:
    """Whatever the text, it either has a canonical form, which is its own canonical form, or none."""
    try:
        canonical = hosts.canonical(text)
    except UnicodeError:
        return
    assume(canonical.isascii())
    assert hosts.canonical(canonical) == canonical
