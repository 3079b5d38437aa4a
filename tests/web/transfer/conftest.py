"""Installations in this process, to export from and to import into."""

import asyncio
import io
import json
import zipfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from repoint.accounts.actor import Actor, Scope
from repoint.codes import logo_upload
from repoint.codes.portability.pictures import Format
from repoint.codes.portability.progress import ImportState
from repoint.kit.db import Database
from repoint.kit.heavy import HeavyWork
from repoint.kit.jail import Jail
from repoint.links.space import LinkSpace
from repoint.web.transfer.incoming import Importer
from repoint.web.transfer.outgoing import Exporter
from tests.conftest import FakeClock, Forgotten
from tests.databases import Databases

T = TypeVar("T")


@dataclass
class Installation:
    """A database with what exports and imports it."""

    db: Database
    space: LinkSpace
    spool: Path
    jail: Jail
    forgotten: Forgotten
    made: list[HeavyWork] = field(default_factory=list)

    def org(self, name: str = "Acme", scope: Scope = Scope.ADMIN) -> Actor:
        """A new organisation's actor."""
        from repoint.accounts import organisations

        made = self.db.write_now(organisations.found, name)
        return Actor(made.id, "key_test", scope)

    def export(self, actor: Actor, fmt: Format | None = None) -> bytes:
        """An organisation's archive."""

        async def whole() -> bytes:
            drawing = HeavyWork(capacity=8192**2, threads=2, waiting_max=100, name="drawing")
            exporter = Exporter(self.db, self.space, drawing, self.spool)
            source = await exporter.begin(actor)
            body = b"".join([chunk async for chunk in exporter.stream(source, fmt=fmt)])
            drawing.close()
            return body

        return asyncio.run(whole())

    def take_in(self, actor: Actor, archive: bytes) -> ImportState:
        """Import an archive."""
        importer = Importer(self.db, self.space, self.jail, self.spool)
        return asyncio.run(importer.run(actor, io.BytesIO(archive)))

    def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """Something on an event loop."""

        async def running() -> T:
            return await work()

        return asyncio.run(running())


Install = Callable[[], Installation]


@pytest.fixture(scope="session")
def jail() -> Iterator[Jail]:
    """Reads logos in child processes."""
    made = Jail(*logo_upload.READER)
    yield made
    made.close()


@pytest.fixture
def install(tmp_path: Path, databases: Databases, clock: FakeClock, jail: Jail) -> Iterator[Install]:
    """Makes installations, each at https://qr.example with the short domain go.example."""
    with ExitStack() as stack:

        def made() -> Installation:
            folder = tmp_path / f"installation-{len(list(tmp_path.iterdir()))}"
            (folder / "spool").mkdir(parents=True)
            db = databases.new(folder, clock)
            stack.callback(db.close)
            forgotten = Forgotten()
            space = LinkSpace("https://qr.example", frozenset({"go.example"}), forget=forgotten)
            return Installation(db, space, folder / "spool", jail, forgotten)

        yield made


def rows_of(archive: bytes, name: str) -> list[dict[str, Any]]:
    """The rows of a file of an archive."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return [json.loads(line) for line in opened.read(name).decode().split("\n") if line]


def text_of(archive: bytes, name: str) -> str:
    """A file of an archive."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return opened.read(name).decode()
