"""What tests of the domain start from: a database, an actor, a link space."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from repoint.accounts import keys, organisations
from repoint.accounts.actor import Actor, Scope
from repoint.kit.db import Database, Tx
from repoint.links.space import LinkSpace
from repoint.plans import catalogue, subscriptions
from repoint.plans.catalogue import SELFHOSTED
from tests.databases import Databases, PostgresServer, SqliteFiles, server_of_environment

START = datetime(2026, 11, 20, 10, tzinfo=UTC)


# Who uses one of these runs on both databases.
ON_BOTH = {"databases", "db", "api", "serve", "server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--db`."""
    parser.addoption("--db", choices=("sqlite", "postgres"), default="sqlite", help="what database tests run on")


def pytest_configure(config: pytest.Config) -> None:
    """Marks."""
    config.addinivalue_line("markers", "sqlite: of a database in a file; runs on SQLite alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what runs against a database, by its fixtures; what is of SQLite alone is left out on PostgreSQL."""
    for item in items:
        if ON_BOTH & set(getattr(item, "fixturenames", ())) and item.get_closest_marker("sqlite") is None:
            item.add_marker("database")
    if config.getoption("--db") == "postgres":
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("sqlite")])
        items[:] = [item for item in items if not item.get_closest_marker("sqlite")]


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
def postgres() -> Iterator[PostgresServer]:
    """The PostgreSQL server, for tests of what it alone can do; they are skipped where there is none."""
    with server_of_environment() as server:
        yield server


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Where databases come from, as `--db` says."""
    if request.config.getoption("--db") == "postgres":
        yield request.getfixturevalue("postgres")
    else:
        yield SqliteFiles(tmp_path_factory.mktemp("migrated"))


@pytest.fixture
def db(tmp_path: Path, clock: FakeClock, databases: Databases) -> Iterator[Database]:
    """An empty database with the newest schema."""
    database = databases.empty(tmp_path, clock)
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
        org = organisations.found(tx, name)
        subscriptions.subscribe(tx, org.id, catalogue.find(plan), ends_at=None, who="cli")
        key, _ = keys.create(tx, org.id, label="test", scope=scope)
        return Actor(org.id, key.public_id, scope)

    def actor(*, name: str = "Acme", scope: Scope = Scope.ADMIN, plan: str = SELFHOSTED.name) -> Actor:
        return db.write_now(make, name=name, scope=scope, plan=plan)

    return actor


@pytest.fixture
def actor(make_actor: MakeActor) -> Actor:
    """An admin key's actor."""
    return make_actor()
