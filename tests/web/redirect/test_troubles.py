"""What breaks behind a redirect does not break the redirect."""

import errno
from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from repoint.kit.db import DatabaseUnavailable
from repoint.links.resolve import Paused
from repoint.scans import commit
from tests.web.redirect.conftest import NewSite
from tests.web.redirect.phone import Phone
from tests.web.redirect.site import Site, until

Log = list[MutableMapping[str, Any]]

TROUBLES = (DatabaseUnavailable("database is locked"), RuntimeError("a damaged row"))


@pytest.fixture
def log() -> Iterator[Log]:
    """What the operator is told."""
    with capture_logs() as log:
        yield log


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal tries again sooner than it would."""
    monkeypatch.setattr(commit, "RETRY_AFTER_S", 0.1)


@pytest.fixture
def troubled(site: Site) -> Iterator[Site]:
    """The shared site, put right afterwards."""
    yield site
    site.trouble = None
    site.enricher.fails = False
    site.disk.errno = 0


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("trouble", TROUBLES, ids=repr)
def test_without_the_store(troubled: Site, phone: Phone, log: Log, trouble: Exception, method: str) -> None:
    """Links in memory redirect and are counted; the others are asked to come again, and work once the store does."""
    link, kept = troubled.link()
    _, paused = troubled.link(Paused())
    _, new = troubled.link(is_kept=False)
    troubled.trouble = trouble
    for _ in range(3):
        heard = phone.ask(f"/r/{new}", method=method)
        assert (heard.status, heard["retry-after"], heard["cache-control"]) == (503, "1", "no-store")
        assert (b"<h1>Please try again</h1>" in heard.body) == (method == "GET")
        assert phone.ask(f"/r/{kept}").status == 302
        assert phone.ask(f"/r/{paused}").status == 410
    assert len(log) == 3
    troubled.trouble = None
    assert phone.ask(f"/r/{new}").status == 302
    assert len(troubled.scans(link)) == 3


def test_a_failing_enricher(troubled: Site, phone: Phone, log: Log) -> None:
    """A scan that cannot be described is lost and told of; whoever made it goes on to the destination."""
    link, slug = troubled.link()
    lost = troubled.commit.stats.lost
    troubled.enricher.fails = True
    assert [phone.ask(f"/r/{slug}").status for _ in range(3)] == [302, 302, 302]
    assert troubled.commit.stats.lost - lost == 3
    assert [event["event"] for event in log] == ["capture.failed"] * 3
    troubled.enricher.fails = False
    assert phone.ask(f"/r/{slug}").status == 302
    assert len(troubled.scans(link)) == 1


def test_a_full_disk(troubled: Site, phone: Phone, log: Log) -> None:
    """A disk that takes nothing keeps nobody waiting; the scans are kept, and written once it takes them."""
    link, slug = troubled.link()
    troubled.disk.errno = errno.ENOSPC
    assert [phone.ask(f"/r/{slug}").status for _ in range(5)] == [302] * 5
    assert troubled.scans(link) == []
    assert troubled.commit.stats.last_error == "No space left on device"
    assert [event["event"] for event in log] == ["journal.write_failed"]
    troubled.disk.errno = 0
    until(lambda: len(troubled.scans(link)) == 5)
    assert phone.ask(f"/r/{slug}").status == 302


def test_a_lost_journal(new_site: NewSite) -> None:
    """While the journal's process is gone redirects go on at once; what they count is written by the next one."""
    site = new_site()
    link, slug = site.link()
    with Phone(site.port) as phone:
        assert phone.ask(f"/r/{slug}").status == 302
        site.on_loop(lambda: site.commit._transport.abort() if site.commit._transport else None)
        assert [phone.ask(f"/r/{slug}").status for _ in range(5)] == [302] * 5
        until(lambda: len(site.scans(link)) == 6)


def test_no_scan_waits_for_ever(new_site: NewSite) -> None:
    """A server whose journal never came up redirects all the same."""
    site = new_site()
    _, slug = site.link()
    site.on_loop(lambda: setattr(site.commit, "_launch", _no_process))
    site.on_loop(lambda: site.commit._transport.abort() if site.commit._transport else None)
    with Phone(site.port) as phone:
        assert [phone.ask(f"/r/{slug}").status for _ in range(20)] == [302] * 20
    assert site.commit.stats.held == 20


def _no_process(*_: object) -> None:
    raise OSError(errno.EAGAIN, "Resource temporarily unavailable")
