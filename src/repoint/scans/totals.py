"""How often links were scanned since they were made."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from repoint.kit.db import Tx
from repoint.scans.tables import totals

_OF_LINKS = select(totals).where(totals.c.link_id.in_(bindparam("links", expanding=True)))


@dataclass(frozen=True, slots=True)
class Totals:
    """Scans by people and bots, and how many different people."""

    people: int = 0
    bots: int = 0
    unique: int = 0


def of_links(tx: Tx, links: Collection[int]) -> dict[int, Totals]:
    """The totals of these links, but for those never scanned. The caller has checked whose links they are."""
    rows = tx.execute(_OF_LINKS, {"links": list(links)})
    return {row.link_id: Totals(row.people, row.bots, row.visitors) for row in rows}
