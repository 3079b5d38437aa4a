"""The composition root: settings in, running services out."""

from pathlib import Path

from repoint.accounts import keys, organisations
from repoint.accounts.actor import Scope
from repoint.accounts.organisations import Organisation
from repoint.codes import logo_upload
from repoint.codes.artwork import LARGEST_LOAD_PX
from repoint.kit import datafolder
from repoint.kit.clock import utc_now
from repoint.kit.cursor import Cursors
from repoint.kit.datafolder import DataFolder
from repoint.kit.db import Database, Tx, migrate
from repoint.kit.heavy import HeavyWork
from repoint.kit.jail import Jail
from repoint.kit.outbound import Outbound
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
from repoint.scans.launch import ScribeProcess
from repoint.services import Services
from repoint.settings import Settings

DRAWING_THREADS = 2  # more would take turns with the event loop, on which phones wait


def migrate_database(folder: DataFolder) -> tuple[Database, str | None, str]:
    """The database of a claimed data folder, and its schema before and after it was brought to the newest.

    Raises:
        SchemaTooNew: a newer Repoint wrote it.
    """
    db = Database.on_sqlite(folder.database, clock=utc_now)
    return db, *migrate.upgrade(db.engine)


def claim(path: Path) -> DataFolder:
    """Take the data folder for this process.

    Raises:
        DataFolderBusy: another process has it.
    """
    return datafolder.claim(path)


def found_installation(tx: Tx) -> Organisation:
    """The first organisation; made where there is none."""
    return organisations.first(tx) or organisations.found(tx, "My organisation", plan=SELFHOSTED.name)


def first_key(tx: Tx) -> str | None:
    """The token of the first key, which is to be shown now and never again; None where there has been a key before."""
    org = found_installation(tx)
    if keys.listed(tx, org.id):
        return None
    return keys.create(tx, org.id, label="First key", scope=Scope.ADMIN)[1]


def open_services(settings: Settings, folder: DataFolder, db: Database) -> Services:
    """Build every part of a server; nothing runs before the event loop starts it."""
    resolver = Resolver(lambda asked: db.read(resolve.load, asked))
    space = LinkSpace(
        settings.base_url,
        frozenset(settings.short_domains),
        forget=lambda domain, slug: resolver.forget(key_of(domain, slug)),
    )
    scribe = ScribeProcess(settings.journal_sync, inherited=[folder.lock_fd])
    journal = GroupCommit(folder.journal, scribe)
    enricher = Enricher(db.write_now(load_or_make, "visitor"))

    drawing = HeavyWork(capacity=LARGEST_LOAD_PX, threads=DRAWING_THREADS, name="drawing")
    logo_reader = Jail(*logo_upload.READER)

    def close() -> None:
        drawing.close()
        logo_reader.close()
        scribe.wait()
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
        drawing=drawing,
        logo_reader=logo_reader,
        outbound=Outbound(),
        trusted_proxies=settings.trusted_proxies,
        close=close,
    )
