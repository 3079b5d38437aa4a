"""Redirects go on when the database or the journal's folder does not, and no scan is lost by it."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message

from repoint import bootstrap, worker
from repoint.accounts.actor import Actor, Scope
from repoint.codes.create import create_code
from repoint.codes.draft import DynamicDraft
from repoint.kit.datafolder import DataFolderBusy
from repoint.kit.db import Tx
from repoint.links.space import LinkSpace
from repoint.scans import commit as commit_module
from repoint.scans.tables import scans
from repoint.services import Services
from repoint.settings import Settings
from repoint.web import app
from repoint.web.redirect.app import Redirects

SCANS = 500
AT_ONCE = 50
WAIT_S = 20.0

OnLoop = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """Everything a server has, in this process, and not yet running."""
    monkeypatch.setattr(commit_module, "RETRY_AFTER_S", 0.05)
    monkeypatch.setattr(worker, "AFTER_ERROR_S", 0.1)
    monkeypatch.setattr(worker, "IDLE_S", 0.02)
    settings = Settings(data=tmp_path / "data")
    folder = bootstrap.claim(settings.data)
    db, _, _ = bootstrap.migrate_database(folder)
    db.write_now(bootstrap.first_key)
    services = bootstrap.open_services(settings, folder, db)
    yield services
    services.close()


@pytest.fixture
def slug(services: Services) -> str:
    """A code's slug."""
    org = services.db.write_now(bootstrap.found_installation)
    actor = Actor(org.id, "cli", Scope.ADMIN)
    space = LinkSpace("http://localhost:8000", frozenset(), forget=lambda _domain, _slug: None)

    def create(tx: Tx) -> str | None:
        return create_code(tx, actor, DynamicDraft("https://example.com/"), space=space).slug

    found = services.db.write_now(create)
    assert found is not None
    return found


async def _follow(redirects: Redirects, slug: str) -> int:
    """One GET through the ASGI way; gives the status."""
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    async def receive() -> Message:
        raise AssertionError("a scan has no body")

    scope = {
        "type": "http",
        "method": "GET",
        "raw_path": f"/r/{slug}".encode(),
        "headers": [(b"host", b"localhost"), (b"user-agent", b"Mozilla/5.0")],
        "client": ("192.0.2.7", 50_000),
    }
    await asyncio.wait_for(redirects(scope, receive, send), WAIT_S)
    return int(said[0]["status"])


async def _load(redirects: Redirects, slug: str) -> set[int]:
    statuses: set[int] = set()
    for _ in range(SCANS // AT_ONCE):
        statuses.update(await asyncio.gather(*(_follow(redirects, slug) for _ in range(AT_ONCE))))
    return statuses


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not is_so():  # noqa: ASYNC110 - figures raise no event
            await asyncio.sleep(0.01)


def _stored(services: Services) -> int:
    return services.db.read_now(lambda tx: len(tx.execute(scans.select()).all()))


def test_a_locked_database_stops_no_redirect(services: Services, slug: str, on_loop: OnLoop) -> None:
    """While another connection holds the lock, known links answer 302; once it is gone every scan is counted."""
    redirects = app.build_redirects(services)

    async def scenario() -> None:
        async with worker.running(services):
            assert await _follow(redirects, slug) == 302
            await _until(lambda: services.ingest.stats.stored == 1)
            with closing(sqlite3.connect(services.data / "repoint.sqlite3", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                assert await _load(redirects, slug) == {302}
                assert services.journal.stats.appended == SCANS + 1
                assert _stored(services) == 1
                other.execute("ROLLBACK")
            await _until(lambda: services.ingest.stats.stored == SCANS + 1)

    on_loop(scenario())
    assert _stored(services) == SCANS + 1


def test_a_missing_journal_folder_stops_no_redirect(services: Services, slug: str, on_loop: OnLoop) -> None:
    """While no segment can be made, links answer 302 and scans are held; when there is a folder they are counted."""
    redirects = app.build_redirects(services)
    journal = services.data / "journal"

    async def scenario() -> None:
        async with worker.running(services):
            shutil.rmtree(journal)
            assert await _load(redirects, slug) == {302}
            await _until(lambda: services.journal.stats.held == SCANS)
            assert services.journal.stats.last_error
            journal.mkdir()
            await _until(lambda: services.ingest.stats.stored == SCANS)

    on_loop(scenario())
    assert _stored(services) == SCANS
    assert services.journal.stats.lost == 0


def test_a_server_that_stops_has_counted_every_scan(services: Services, slug: str, on_loop: OnLoop) -> None:
    """On the way out the journal is drained, also when the last scan came a moment ago."""
    redirects = app.build_redirects(services)

    async def scenario() -> None:
        async with worker.running(services):
            assert await _load(redirects, slug) == {302}

    on_loop(scenario())
    assert _stored(services) == SCANS


def test_nobody_else_may_write_while_the_journals_process_lives(services: Services, on_loop: OnLoop) -> None:
    """The process that writes the journal holds the data folder's lock: a lock that is still there is respected."""

    async def scenario() -> None:
        async with worker.running(services):
            with pytest.raises(DataFolderBusy):
                bootstrap.claim(services.data)

    on_loop(scenario())
