"""Short domains: which host a request is for."""

import pytest

from tests.web.conftest import PHONE, Serve
from tests.web.redirect.conftest import SHORT_DOMAIN
from tests.web.redirect.phone import Phone
from tests.web.redirect.site import Site

OWN = (SHORT_DOMAIN, f"{SHORT_DOMAIN}:8000", f"{SHORT_DOMAIN}:", "GO.Example", "Go.EXAMPLE:443")
OTHER = (
    "",
    "example",
    f"www.{SHORT_DOMAIN}",
    f"{SHORT_DOMAIN}.evil.example",
    f"evil{SHORT_DOMAIN}",
    f"user@{SHORT_DOMAIN}",
    f"{SHORT_DOMAIN}:80:80",
    f"[{SHORT_DOMAIN}]",
    "[::1]:8000",
    "127.0.0.1",
)


@pytest.mark.parametrize("host", OWN)
def test_a_slug_at_the_root_of_a_short_domain(proxied: Site, host: str) -> None:
    """On a short domain `/SLUG` is the link, whatever the port and the case of its name; and it is counted."""
    link, slug = proxied.link(domain=SHORT_DOMAIN)
    with Phone(proxied.port) as phone:
        assert phone.ask(f"/{slug}?a=b", ("Host", host)).status == 302
        assert phone.ask(f"/{slug}", ("Host", host), method="HEAD").status == 302
        assert phone.ask(f"/{slug.upper()}", ("Host", host)).status == 404
        assert phone.ask("/", ("Host", host)).status == 404
    assert len(proxied.scans(link)) == 1


@pytest.mark.parametrize("host", OTHER)
def test_a_host_that_only_looks_like_one(proxied: Site, host: str) -> None:
    """On any other host `/SLUG` is no link, and `/r/SLUG` is one of the default domain's alone."""
    short, slug = proxied.link(domain=SHORT_DOMAIN)
    usual, other = proxied.link()
    with Phone(proxied.port) as phone:
        assert phone.ask(f"/{slug}", ("Host", host)).status == 404
        assert phone.ask(f"/r/{slug}", ("Host", host)).status == 404
        assert phone.ask(f"/r/{other}", ("Host", host)).status == 302
    assert (len(proxied.scans(short)), len(proxied.scans(usual))) == (0, 1)


def test_the_domains_do_not_mix(proxied: Site) -> None:
    """A slug of the default domain is none of the short domain's, and the key of one cannot be spelled as a path."""
    usual, slug = proxied.link()
    short, other = proxied.link(domain=SHORT_DOMAIN)
    with Phone(proxied.port) as phone:
        assert phone.ask(f"/{slug}", ("Host", SHORT_DOMAIN)).status == 404
        assert phone.ask(f"/r/{slug}", ("Host", SHORT_DOMAIN)).status == 404
        assert phone.ask(f"/r/{SHORT_DOMAIN}/{other}").status == 404
    assert proxied.scans(usual) == []
    assert proxied.scans(short) == []


def test_the_whole_server_by_host(serve: Serve) -> None:
    """A short domain serves short links and nothing else; the API stays where it was; both ways read one Host."""
    server = serve(REPOINT_SHORT_DOMAINS=f"{SHORT_DOMAIN}, Other.Example")
    with server.client() as client, Phone(client.base_url.port or 0) as phone:
        wanted = {"destination": "https://example.com/short", "domain": "GO.example", "slug": "spring"}
        code = client.post("/api/v1/qr-codes", json=wanted).json()
        assert (code["domain"], code["short_url"]) == (SHORT_DOMAIN, f"https://{SHORT_DOMAIN}/spring")
        for _ in range(2):
            assert phone.ask("/spring", ("Host", "Go.Example:8443"))["location"] == "https://example.com/short"
            assert phone.ask("/spring", ("Host", "127.0.0.1"), ("Host", SHORT_DOMAIN)).status == 302
            assert phone.ask("/spring", ("Host", SHORT_DOMAIN), ("Host", "127.0.0.1")).status == 404
            assert phone.ask("/spring", ("Host", "other.example")).status == 404
            assert phone.ask("/r/spring").status == 404
        for path in ("/healthz", "/api/v1/qr-codes", "/metrics", "/api/docs"):
            key = ("Authorization", f"Bearer {server.token}")
            assert phone.ask(path, ("Host", SHORT_DOMAIN), key).status == 404
            assert phone.ask(path, key, ("User-Agent", PHONE)).status == 200
