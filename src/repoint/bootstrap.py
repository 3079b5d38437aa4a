"""The composition root: settings in, running services out."""

from dataclasses import dataclass
from pathlib import Path

from repoint.accounts import keys, organisations
from repoint.accounts.actor import Scope
from repoint.accounts.organisations import Organisation
from repoint.kit import datafolder
from repoint.kit.clock import utc_now
from repoint.kit.cursor import Cursors
from repoint.kit.datafolder import DataFolder
from repoint.kit.db import Database, Tx, migrate
from repoint.kit.secrets import load_or_make
from repoint.links import resolve
from repoint.links.resolve import Resolver, key_of
from repoint.links.space import LinkSpace
from repoint.plans.catalogue import SELFHOSTED
from repoint.scans.backlog import Backlog
from repoint.scans.capture import Capture
from repoint.scans.commit import GroupCommit
from repoint.scans.enrich import Enricher
from repoint.scans.ingest import Ingest
from repoint.scans.segment import BufferedDisk, SyncedDisk
from repoint.services import Services
from repoint.settings import Settings


@dataclass(frozen=True, slots=True)
class FirstStart:
    """What only the first start knows: the new organisation and its key, shown once."""

    org: Organisation
    token: str


def open_database(folder: DataFolder) -> Database:
    """The database of a claimed data folder, with the newest schema.

    Raises:
        SchemaTooNew: a newer Repoint wrote it.
    """
    db = Database.on_sqlite(folder.database, clock=utc_now)
    migrate.upgrade(db.engine)
    return db


def claim(path: Path) -> DataFolder:
    """Take the data folder for this process.

    Raises:
        DataFolderBusy: another process has it.
    """
    return datafolder.claim(path)


def first_start(tx: Tx) -> FirstStart | None:
    """Make the first organisation and its key; None where that has happened."""
    if organisations.first(tx) is not None:
        return None
    org = organisations.found(tx, "My organisation", plan=SELFHOSTED.name)
    _, token = keys.create(tx, org.id, label="First key", scope=Scope.ADMIN)
    return FirstStart(org, token)


def open_services(settings: Settings, folder: DataFolder, db: Database) -> Services:
    """Build every part of a server; nothing runs before the event loop starts it."""
    resolver = Resolver(lambda asked: db.read(resolve.load, asked))
    space = LinkSpace(
        settings.base_url,
        frozenset(settings.short_domains),
        forget=lambda domain, slug: resolver.forget(key_of(domain, slug)),
    )
    journal = GroupCommit(folder.journal, SyncedDisk() if settings.journal_sync == "fsync" else BufferedDisk())
    enricher = Enricher(db.write_now(load_or_make, "visitor"))

    def close() -> None:
        db.close()
        folder.release()

    return Services(
        data=folder.path,
        db=db,
        space=space,
        resolver=resolver,
        journal=journal,
        capture=Capture(enricher, journal),
        ingest=Ingest(Backlog(folder.journal, journal), db),
        cursors=Cursors(db.write_now(load_or_make, "cursor")),
        trusted_proxies=settings.trusted_proxies,
        close=close,
    )
