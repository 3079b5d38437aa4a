"""The composition root: settings in, running services out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from repoint.accounts import key_ring, keys, organisations, passwords, users
from repoint.accounts.actor import SERVER, Scope
from repoint.accounts.key_ring import NewKey
from repoint.accounts.known_keys import KnownKeys
from repoint.accounts.organisations import Organisation
from repoint.accounts.password_work import PasswordWork
from repoint.accounts.uses import Uses
from repoint.codes import logo_upload, scan_counts
from repoint.codes.artwork import LARGEST_LOAD_PX
from repoint.codes.scan_usage import count_scans
from repoint.kit import datafolder
from repoint.kit.clock import SteadyClock, utc_now
from repoint.kit.cursor import Cursors
from repoint.kit.datafolder import DataFolder, DataFolderBusy
from repoint.kit.db import Database, Tx, migrate
from repoint.kit.dns_txt import TxtLookup, server_of
from repoint.kit.failures import Failures
from repoint.kit.heavy import HeavyWork
from repoint.kit.jail import Jail
from repoint.kit.outbound import Outbound
from repoint.kit.secrets import load_or_make
from repoint.links import domains, resolve
from repoint.links.resolve import Resolver, key_of
from repoint.links.space import LINKS, LinkSpace
from repoint.plans import catalogue
from repoint.plans.catalogue import Catalogue
from repoint.plans.limits import Limits
from repoint.scans.backlog import Backlog, NobodyWrites
from repoint.scans.capture import Capture
from repoint.scans.commit import GroupCommit
from repoint.scans.enrich import Enricher
from repoint.scans.ingest import Ingest
from repoint.scans.launch import ScribeProcess
from repoint.services import Services
from repoint.settings import Settings

# In this order: what may lock an organisation comes before what changes its codes, as everywhere.
KEPT_OF_SCANS = (count_scans, scan_counts.carry)
DRAWING_THREADS = 2  # more would take turns with the event loop, on which phones wait
DRAWINGS_WAITING_MAX = 500  # about ten seconds of ordinary pictures

log = structlog.get_logger(__name__)


def migrate_database(folder: DataFolder) -> tuple[Database, str | None, str]:
    """The SQLite database of a claimed data folder, and its schema before and after it was brought to the newest.

    Raises:
        SchemaTooNew: a newer Repoint wrote it.
    """
    db = Database.on_sqlite(folder.database, clock=utc_now)
    return db, *migrate.upgrade(db.engine)


def migrate_server(settings: Settings, *, worker: int | None = None) -> tuple[Database, str | None, str]:
    """The database at REPOINT_DATABASE_URL, and its schema before and after.

    Raises:
        SchemaTooNew: a newer Repoint wrote it.
        DriverMissing: the driver is not installed.
    """
    application = f"repoint worker {worker}" if worker else "repoint"
    db = Database.on_postgresql(settings.database_url, clock=utc_now, application=application)
    return db, *migrate.upgrade(db.engine)


def present_database(settings: Settings) -> Database | None:
    """The database as it is, to look into it beside whoever owns it; None where there is none yet.

    Raises:
        DriverMissing: the driver is not installed.
    """
    if settings.database_url:
        return Database.on_postgresql(settings.database_url, clock=utc_now)
    file = settings.data / datafolder.DATABASE_NAME
    return Database.on_sqlite(file, clock=utc_now) if file.exists() else None


def claim(path: Path) -> DataFolder:
    """Take the data folder for this process.

    Raises:
        DataFolderBusy: another process has it.
    """
    return datafolder.claim(path)


def take_catalogue(settings: Settings) -> Catalogue:
    """Take the plans that ship and those of the operator's file."""
    return catalogue.use(settings.plans)


def claim_journal(path: Path, worker: int) -> DataFolder:
    """Take one of several journals of a data folder for this process.

    Raises:
        DataFolderBusy: another process has it.
    """
    return datafolder.claim_journal(path, worker)


def drain_left_behind(path: Path, db: Database, *, workers: int) -> None:
    """Store what stands in journals that none of that many workers owns: those of an earlier start with more.

    What cannot be stored now stays for the next start; serving goes on.
    """
    for number in datafolder.journals(path):
        if number <= workers:
            continue
        try:
            folder = datafolder.claim_journal(path, number)
        except DataFolderBusy:
            continue
        ingest = Ingest(Backlog(folder.journal, NobodyWrites()), db, also=KEPT_OF_SCANS, journal=folder.journal_id)
        try:
            ingest.resume()
            while ingest.drain():
                pass
        except Exception:
            log.exception("journal.left_behind", journal=number)
        finally:
            folder.release()


def found_installation(tx: Tx) -> Organisation:
    """The first organisation; made where there is none."""
    present = organisations.first(tx)
    if present is None:
        tx.lock("first start")
        present = organisations.first(tx)
    return present or organisations.found(tx, "My organisation")


def first_key(tx: Tx) -> str | None:
    """The token of the first key, which is to be shown now and never again; None where there has been a key before."""
    tx.lock("first start")
    org = found_installation(tx)
    if keys.listed(tx, org.id):
        return None
    server = organisations.operator_of(org, who=SERVER)
    return key_ring.make_key(tx, server, NewKey("First key", Scope.ADMIN))[1]


@dataclass(frozen=True, slots=True)
class Login:
    """What somebody signs in with."""

    email: str
    password: str


def first_login(db: Database) -> Login | None:
    """The first owner's login, which is to be shown now and never again; None where somebody can sign in already."""
    if not db.read_now(users.nobody_signs_in):
        return None
    password = passwords.made()
    password_hash = passwords.hashed(password)  # slow, so before the transaction

    def equip(tx: Tx) -> str | None:
        tx.lock("first start")
        owner = users.equip_first_owner(tx, org=found_installation(tx).id, password_hash=password_hash)
        return owner.email if owner else None

    email = db.write_now(equip)
    return Login(email, password) if email else None


def txt_lookup(settings: Settings) -> TxtLookup:
    """Who is asked whether a domain is proven."""
    return TxtLookup(server_of(settings.dns_server) if settings.dns_server else None)


def link_space(settings: Settings, *, forget: Callable[[str, str], None] = lambda *_: None) -> LinkSpace:
    """Where short links live; without a server nobody has to `forget` anything."""
    return LinkSpace(settings.base_url, frozenset(settings.short_domains), forget=forget)


def open_services(settings: Settings, folder: DataFolder, db: Database, *, worker: int | None = None) -> Services:
    """Build every part of a server; nothing runs before the event loop starts it. `worker`: which of several."""
    resolver = Resolver(lambda asked: db.read(resolve.load, asked))
    space = link_space(settings, forget=lambda domain, slug: resolver.forget(key_of(domain, slug)))
    space.served.load(*db.read_now(domains.load_served))
    db.feed.listen(LINKS, changed=lambda link: resolver.forget(key_of(*link.split("/"))), missed=resolver.forget_all)
    domains.follow(db, space)
    scribe = ScribeProcess(settings.journal_sync, inherited=[folder.lock_fd])
    journal = GroupCommit(folder.journal, scribe)
    enricher = Enricher(db.write_now(load_or_make, "visitor"))

    clock = SteadyClock()
    drawing = HeavyWork(
        capacity=LARGEST_LOAD_PX, threads=DRAWING_THREADS, waiting_max=DRAWINGS_WAITING_MAX, name="drawing"
    )
    logo_reader = Jail(*logo_upload.READER)
    password_work = PasswordWork()
    dns = txt_lookup(settings)

    def close() -> None:
        drawing.close()
        password_work.close()
        logo_reader.close()
        dns.close()
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
        ingest=Ingest(Backlog(folder.journal, journal), db, also=KEPT_OF_SCANS, journal=folder.journal_id),
        worker=worker,
        cursors=Cursors(db.write_now(load_or_make, "cursor")),
        drawing=drawing,
        logo_reader=logo_reader,
        outbound=Outbound(),
        passwords=password_work,
        uses=Uses(),
        known_keys=KnownKeys(db, clock=clock),
        limits=Limits(db, clock=clock),
        failures=Failures(settings.failed_attempts_per_minute, clock=clock),
        dns=dns,
        spool=folder.emptied_spool(),
        import_bytes_max=settings.import_bytes_max,
        trusted_proxies=settings.trusted_proxies,
        close=close,
    )
