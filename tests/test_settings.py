"""Settings come from the environment; what cannot be is refused."""

import os
from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import ValidationError

from repoint.links.space import LinkSpace
from repoint.settings import ENV_PREFIX, Settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(ENV_PREFIX):
            monkeypatch.delenv(name)


def test_nothing_has_to_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """The defaults are safe: this machine only, nobody's headers believed, every scan on the disk first."""
    monkeypatch.setenv("DATA", "elsewhere")
    settings = Settings()
    assert (settings.data, settings.host, settings.port) == (Path("data"), "127.0.0.1", 8000)
    assert (settings.trusted_proxies, settings.short_domains) == ((), ())
    assert (settings.journal_sync, settings.log_format) == ("fsync", "json")
    assert settings.base_url == "http://localhost:8000"


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every setting is the variable `REPOINT_` and its name; lists are separated by commas, blanks allowed."""
    environment = {
        "REPOINT_DATA": "/srv/repoint",
        "REPOINT_HOST": "0.0.0.0",  # noqa: S104
        "REPOINT_PORT": "9000",
        "REPOINT_PUBLIC_URL": "https://qr.example/",
        "REPOINT_SHORT_DOMAINS": "Go.Example, xn--bcher-kva.example,",
        "REPOINT_DATABASE_URL": "postgres://me:secret@db.example/repoint",
        "REPOINT_TRUSTED_PROXIES": "10.0.0.0/8, ::1,192.168.1.7/24",
        "REPOINT_JOURNAL_SYNC": "os",
        "REPOINT_DNS_SERVER": "127.0.0.1:5353",
        "REPOINT_IMPORT_BYTES_MAX": "5000",
        "REPOINT_FAILED_ATTEMPTS_PER_MINUTE": "7",
        "REPOINT_LOG_FORMAT": "text",
        "REPOINT_PLANS": "/etc/repoint/plans.toml",
    }
    assert set(environment) == {ENV_PREFIX + name.upper() for name in Settings.model_fields}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.model_dump() == {
        "data": Path("/srv/repoint"),
        "host": "0.0.0.0",  # noqa: S104
        "port": 9000,
        "public_url": "https://qr.example",
        "short_domains": ("go.example", "xn--bcher-kva.example"),
        "database_url": "postgresql://me:secret@db.example/repoint",
        "trusted_proxies": tuple(map(ip_network, ("10.0.0.0/8", "::1/128", "192.168.1.0/24"))),
        "journal_sync": "os",
        "dns_server": "127.0.0.1:5353",
        "import_bytes_max": 5000,
        "failed_attempts_per_minute": 7,
        "log_format": "text",
        "plans": Path("/etc/repoint/plans.toml"),
    }
    assert settings.base_url == "https://qr.example"


def test_empty_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list variable that is set to nothing is an empty list, and an empty public URL is the stand-in."""
    for name in ("SHORT_DOMAINS", "TRUSTED_PROXIES", "PUBLIC_URL"):
        monkeypatch.setenv(ENV_PREFIX + name, "")
    monkeypatch.setenv("REPOINT_PORT", "81")
    settings = Settings()
    assert (settings.short_domains, settings.trusted_proxies, settings.base_url) == ((), (), "http://localhost:81")


def test_arguments_go_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command line says counts, as values or as text."""
    monkeypatch.setenv("REPOINT_PORT", "9000")
    settings = Settings(port=9001, short_domains=("go.example",), trusted_proxies=(ip_network("10.0.0.0/8"),))
    assert settings.port == 9001
    assert settings.short_domains == ("go.example",)
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"),)


def test_settings_do_not_change() -> None:
    """They are read once and frozen."""
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "http"),
        ("JOURNAL_SYNC", "never"),
        ("LOG_FORMAT", "xml"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("TRUSTED_PROXIES", "proxy.example"),
        ("PUBLIC_URL", "qr.example"),
        ("PUBLIC_URL", "ftp://qr.example"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https:///qr"),
        ("PUBLIC_URL", "https://qr.example:port"),
        ("PUBLIC_URL", "https://user:secret@qr.example"),
        ("PUBLIC_URL", "https://qr.example/?a=b"),
        ("PUBLIC_URL", "https://qr.example/#a"),
        ("PUBLIC_URL", "https://b\u00fccher.example"),
        ("PUBLIC_URL", "https://qr.example/a b"),
        ("DNS_SERVER", "dns.example"),
        ("DNS_SERVER", "192.0.2.1:port"),
        ("IMPORT_BYTES_MAX", "0"),
        ("IMPORT_BYTES_MAX", "3000000000"),
        ("SHORT_DOMAINS", "https://go.example"),
        ("SHORT_DOMAINS", "go.example/"),
        ("SHORT_DOMAINS", "go.example:8080"),
        ("SHORT_DOMAINS", "go.example."),
        ("SHORT_DOMAINS", "b\u00fccher.example"),
        ("SHORT_DOMAINS", "ok.example, go example"),
    ],
)
def test_what_cannot_be(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A value that would only fail later, at the first code or never, is refused under its name at the start."""
    monkeypatch.setenv(ENV_PREFIX + name, value)
    with pytest.raises(ValidationError) as caught:
        Settings()
    (error,) = caught.value.errors()
    assert error["loc"][0] == name.lower()


@pytest.mark.parametrize("url", ["", "http://localhost:8000", "https://qr.example/deep/", "http://[2001:db8::1]:8080"])
def test_an_accepted_address_makes_a_link_space(url: str) -> None:
    """Every accepted public URL has an origin, and short links below it without a double slash."""
    space = LinkSpace(Settings(public_url=url).base_url, frozenset(), forget=lambda *_: None)
    assert space.own_origins
    assert space.short_url("", "abc").endswith("/r/abc")
    assert "//" not in space.short_url("", "abc").partition("://")[2]


def test_a_short_domain_is_not_the_public_host() -> None:
    """On a short domain every path is a link, so the API could not be reached there."""
    with pytest.raises(ValidationError, match="cannot hold the host of REPOINT_PUBLIC_URL"):
        Settings(public_url="https://qr.example", short_domains=("qr.example",))


@pytest.mark.parametrize(("value", "file"), [("", None), ("/etc/repoint/plans.toml", Path("/etc/repoint/plans.toml"))])
def test_the_file_of_plans(monkeypatch: pytest.MonkeyPatch, value: str, file: Path | None) -> None:
    """A path is taken as it is; an empty variable names no file."""
    monkeypatch.setenv("REPOINT_PLANS", value)
    assert Settings().plans == file
