"""How often links were scanned since they were made."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from repoint.kit.db import Tx
from repoint.scans.tables import totals


@dataclass(frozen=True, slots=True)
class Totals:
    """Scans by people and bots, and how many different people."""

    people: int = 0
    bots: int = 0
    unique: int = 0


def of_links(tx: Tx, links: Collection[int]) -> dict[int, Totals]:
    """The totals of these links, but for those never scanned. The caller has checked whose links they are."""
    rows = tx.execute(select(totals).where(totals.c.link_id.in_(links)))
    return {row.link_id: Totals(row.people, row.bots, row.visitors) for row in rows}
