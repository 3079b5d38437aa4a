"""Counts an organisation's scans of the month, as they are stored.

In the transaction that stores them, so that none is missed or counted twice; a scan's redirect was answered long ago,
and no plan stops one.
"""

from collections import Counter
from datetime import timedelta
from uuid import UUID

from repoint.kit.clock import EPOCH
from repoint.kit.db import Tx
from repoint.kit.db.bulk import rows_with_keys
from repoint.links.table import links
from repoint.plans import crossings, subscriptions, usage
from repoint.plans.plan import Feature
from repoint.scans.ingest import PeopleByHour


def count_scans(tx: Tx, people: PeopleByHour) -> None:
    """Add scans by people to their organisations' months, and note which limits they come to."""
    owners = _owners(tx, {link for link, _ in people})
    # Organisations as the driver gives them: many links have few, and each is made an id once.
    more: Counter[tuple[UUID | bytes, str]] = Counter()
    months = {hour: usage.month_of(EPOCH + timedelta(hours=hour)) for hour in {hour for _, hour in people}}
    for (link, hour), scans in people.items():
        if scans and (owner := owners.get(link)) is not None:
            more[owner, months[hour]] += scans
    # In one order, or two processes that store scans could wait for each other.
    cells = [(_id(owner), month, scans) for (owner, month), scans in more.items()]
    for org, month, scans in sorted(cells, key=lambda cell: (cell[0].bytes, cell[1])):
        used = usage.add(tx, org, Feature.SCANS_PER_MONTH, month=month, more=scans)
        entitlements = subscriptions.current(tx, org)
        crossings.note(tx, entitlements, Feature.SCANS_PER_MONTH, used=used, month=month)


def _owners(tx: Tx, wanted: set[int]) -> dict[int, UUID | bytes]:
    rows = rows_with_keys(tx, links, ("id",), [(link,) for link in sorted(wanted)])
    return {row.id: row.org_id for row in rows}


def _id(owner: UUID | bytes) -> UUID:
    return owner if isinstance(owner, UUID) else UUID(bytes=owner)
