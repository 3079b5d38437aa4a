"""The running parts, typed, for whoever is handed them."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from repoint.accounts.known_keys import KnownKeys
from repoint.accounts.password_work import PasswordWork
from repoint.accounts.uses import Uses
from repoint.kit.cursor import Cursors
from repoint.kit.db import Database
from repoint.kit.dns_txt import TxtLookup
from repoint.kit.failures import Failures
from repoint.kit.heavy import HeavyWork
from repoint.kit.jail import Jail
from repoint.kit.outbound import Outbound
from repoint.links.resolve import Resolver
from repoint.links.space import LinkSpace
from repoint.plans.limits import Limits
from repoint.scans.capture import Capture
from repoint.scans.commit import GroupCommit
from repoint.scans.ingest import Ingest


@dataclass(frozen=True, slots=True)
class Services:
    """One of everything; made by `bootstrap`, and closed by it.

    Attributes:
        worker: which of several serving processes this is; None where it is the only one.
    """

    data: Path
    db: Database
    space: LinkSpace
    resolver: Resolver
    journal: GroupCommit
    capture: Capture
    ingest: Ingest
    worker: int | None
    cursors: Cursors
    drawing: HeavyWork
    logo_reader: Jail
    outbound: Outbound
    passwords: PasswordWork
    uses: Uses
    known_keys: KnownKeys
    limits: Limits
    failures: Failures
    dns: TxtLookup
    spool: Path
    import_bytes_max: int
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    close: Callable[[], None]
