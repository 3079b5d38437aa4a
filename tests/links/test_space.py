"""A link space knows its domains and the short links on them."""

from uuid import UUID

import pytest

from repoint.kit.errors import Invalid
from repoint.links.space import LinkSpace
from tests.conftest import Forgotten

ORG, OTHER = UUID(int=1), UUID(int=2)


def _space(public_url: str, *domains: str) -> LinkSpace:
    return LinkSpace(public_url, frozenset(domains), forget=Forgotten())


def test_short_links() -> None:
    """On a short domain the slug is the whole path, on the public URL it stands behind /r/, deep paths kept."""
    assert _space("https://x.example", "go.example").short_url("go.example", "abc") == "https://go.example/abc"
    assert _space("https://x.example").short_url("", "abc") == "https://x.example/r/abc"
    assert _space("http://localhost:8000/qr").short_url("", "abc") == "http://localhost:8000/qr/r/abc"


def test_a_domain_is_kept_in_one_spelling() -> None:
    """Any case of a known domain is that domain; none means the default."""
    space = _space("https://x.example", "go.example")
    assert space.domain(None, org=ORG) == ""
    assert space.domain("go.example", org=ORG) == space.domain("GO.Example", org=ORG) == "go.example"


@pytest.mark.parametrize("wanted", ["", "other.example", "go.example.", "go.example:443", "go.example/"])
def test_an_unknown_domain(wanted: str) -> None:
    """What is not configured is refused, and the reason lists what is."""
    with pytest.raises(Invalid, match=r"go\.example, link\.example") as caught:
        _space("https://x.example", "link.example", "go.example").domain(wanted, org=ORG)
    assert caught.value.field == "domain"
    with pytest.raises(Invalid, match="none is configured"):
        _space("https://x.example").domain(wanted, org=ORG)


@pytest.mark.parametrize(
    ("public_url", "origins"),
    [
        ("https://qr.example", {"qr.example:443", "qr.example:80"}),
        ("http://qr.example", {"qr.example:443", "qr.example:80"}),
        ("https://qr.example:443", {"qr.example:443", "qr.example:80"}),
        ("https://QR.example:8443/path", {"qr.example:8443"}),
        ("http://127.0.0.1:8000", {"localhost:8000"}),
        ("http://[::1]:8000", {"localhost:8000"}),
        ("http://[2001:db8::1]", {"2001:db8::1:443", "2001:db8::1:80"}),
    ],
)
def test_own_origins(public_url: str, origins: set[str]) -> None:
    """Both usual ports lead to an address on one of them; another port is an origin of its own."""
    assert _space(public_url).own_origins == origins
    assert _space(public_url, "go.example").own_origins == origins | {"go.example"}


def test_domains_of_organisations() -> None:
    """A verified domain is its organisation's alone, counts as an own origin, and can be its default."""
    space = _space("https://x.example", "go.example")
    space.served.add("acme.example", ORG)
    space.served.set_default(ORG, "acme.example")
    assert (space.domain(None, org=ORG), space.domain(None, org=OTHER)) == ("acme.example", "")
    assert space.domain("Acme.Example", org=ORG) == "acme.example"
    with pytest.raises(Invalid, match=r"\(go\.example\)"):
        space.domain("acme.example", org=OTHER)
    assert "acme.example" in space.own_origins
    space.served.remove("acme.example")
    assert space.domain(None, org=ORG) == ""
    assert space.served.hosts == {b"go.example"}


def test_the_public_host_names_no_domain() -> None:
    """Whoever has a default can still make a link below the public URL, by naming its host."""
    assert _space("https://x.example", "go.example").domain("X.example", org=ORG) == ""
