"""Keep the scans beside the codes, which lists are sorted by."""

from sqlalchemy import select, update

from repoint.codes.library_tables import code_tags
from repoint.codes.table import codes
from repoint.kit.db import Tx
from repoint.scans.ingest import PeopleByHour
from repoint.scans.tables import totals

_AT_ONCE = 1_000


def carry(tx: Tx, people: PeopleByHour) -> None:
    """Write the totals of scanned links beside their codes, in the transaction that has counted them."""
    ordered = sorted({link for link, _ in people})
    for start in range(0, len(ordered), _AT_ONCE):
        some = ordered[start : start + _AT_ONCE]
        tx.execute(
            update(codes)
            .where(codes.c.link_id == totals.c.link_id, totals.c.link_id.in_(some), codes.c.scans != totals.c.people)
            .values(scans=totals.c.people)
        )
        scanned = select(codes.c.serial).where(codes.c.link_id.in_(some))
        tx.execute(
            update(code_tags)
            .where(code_tags.c.serial == codes.c.serial, code_tags.c.serial.in_(scanned))
            .where(code_tags.c.scans != codes.c.scans)
            .values(scans=codes.c.scans)
        )
