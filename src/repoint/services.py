"""The running parts, typed, for whoever is handed them."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from repoint.kit.cursor import Cursors
from repoint.kit.db import Database
from repoint.kit.heavy import HeavyWork
from repoint.kit.jail import Jail
from repoint.kit.outbound import Outbound
from repoint.links.resolve import Resolver
from repoint.links.space import LinkSpace
from repoint.scans.capture import Capture
from repoint.scans.commit import GroupCommit
from repoint.scans.ingest import Ingest


@dataclass(frozen=True, slots=True)
class Services:
    """One of everything; made by `bootstrap`, and closed by it."""

    data: Path
    db: Database
    space: LinkSpace
    resolver: Resolver
    journal: GroupCommit
    capture: Capture
    ingest: Ingest
    cursors: Cursors
    drawing: HeavyWork
    logo_reader: Jail
    outbound: Outbound
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    close: Callable[[], None]
