"""What tests of the domain start from: a database, an actor, a link space."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from repoint.accounts import keys, organisations
from repoint.accounts.actor import Actor, Scope
from repoint.kit.db import Database, Tx, migrate, sqlite
from repoint.links.space import LinkSpace
from repoint.plans.catalogue import SELFHOSTED

START = datetime(2026, 11, 20, 10, tzinfo=UTC)


@dataclass
class FakeClock:
    """A clock that stands until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        """The time it was set to."""
        return self.now

    def forward(self, step: timedelta) -> None:
        """Move on."""
        self.now += step


@dataclass
class Forgotten:
    """Collects the links that were announced as changed."""

    links: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, domain: str, slug: str) -> None:
        """Remember one."""
        self.links.append((domain, slug))


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands."""
    return FakeClock()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with an empty database of the newest schema, to be copied: that takes a tenth of the time."""
    path = tmp_path_factory.mktemp("migrated") / "repoint.sqlite3"
    engine = sqlite.writer(path)
    migrate.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def db(tmp_path: Path, clock: FakeClock, migrated: Path) -> Iterator[Database]:
    """An empty database with the newest schema."""
    path = shutil.copyfile(migrated, tmp_path / "repoint.sqlite3")
    database = Database.on_sqlite(path, clock=clock)
    yield database
    database.close()


@pytest.fixture
def forgotten() -> Forgotten:
    """What the link space was told to forget."""
    return Forgotten()


@pytest.fixture
def space(forgotten: Forgotten) -> LinkSpace:
    """Short links at https://qr.example and on the short domain go.example."""
    return LinkSpace("https://qr.example", frozenset({"go.example"}), forget=forgotten)


MakeActor = Callable[..., Actor]


@pytest.fixture
def make_actor(db: Database) -> MakeActor:
    """Makes an organisation with a key, and gives the key's actor."""

    def make(tx: Tx, *, name: str, scope: Scope, plan: str) -> Actor:
        org = organisations.found(tx, name, plan=plan)
        key, _ = keys.create(tx, org.id, label="test", scope=scope)
        return Actor(org.id, key.id, scope, plan)

    def actor(*, name: str = "Acme", scope: Scope = Scope.ADMIN, plan: str = SELFHOSTED.name) -> Actor:
        return db.write_now(make, name=name, scope=scope, plan=plan)

    return actor


@pytest.fixture
def actor(make_actor: MakeActor) -> Actor:
    """An admin key's actor."""
    return make_actor()
