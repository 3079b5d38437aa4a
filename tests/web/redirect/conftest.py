"""One suite for both ways in: every test of a site runs on the fast way and on the plain one."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import get_args

import pytest

from repoint.scans import commit
from tests.web.redirect.phone import Phone
from tests.web.redirect.site import Site, Way

PATIENT_S = 8.0

# Loopback is the proxy here, and behind it are two more; everything else is the open network.
TRUSTED = ("127.0.0.0/8", "10.0.0.0/8", "fd00::/8")
SHORT_DOMAIN = "go.example"

NewSite = Callable[[], Site]


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redirects wait for the disk for as long as a test holds it, or the machine is busy with others."""
    monkeypatch.setattr(commit, "WAIT_MAX_S", PATIENT_S)


@pytest.fixture(scope="session", params=get_args(Way))
def way(request: pytest.FixtureRequest) -> Way:
    """One of the two ways in."""
    found: Way = request.param
    return found


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Way, Site]]:
    """A site for each way, for all tests that leave it as it was."""
    with ExitStack() as stack:
        yield {way: stack.enter_context(Site(way, tmp_path_factory.mktemp(way))) for way in get_args(Way)}


@pytest.fixture
def site(sites: dict[Way, Site], way: Way) -> Site:
    """The shared site of one way: it trusts no proxy and has no short domain."""
    return sites[way]


@pytest.fixture(scope="session")
def proxied(tmp_path_factory: pytest.TempPathFactory, way: Way) -> Iterator[Site]:
    """A shared site behind trusted proxies, with a short domain."""
    folder = tmp_path_factory.mktemp(f"{way}-proxied")
    with Site(way, folder, trusted=TRUSTED, domains=frozenset({SHORT_DOMAIN})) as site:
        yield site


@pytest.fixture
def new_site(tmp_path: Path, way: Way) -> Iterator[NewSite]:
    """Starts a site for a test that does not leave it as it was."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(Site(way, tmp_path))


@pytest.fixture
def phone(site: Site) -> Iterator[Phone]:
    """A connection to the shared site."""
    with Phone(site.port) as phone:
        yield phone
