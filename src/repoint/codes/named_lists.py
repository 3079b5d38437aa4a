"""Lists of few things, newest first, that are looked through by name."""

import hashlib
from typing import Any

from sqlalchemy import Row, Select, Table

from repoint.kit.db import Tx
from repoint.kit.folding import name_key
from repoint.kit.pages import Asked, Page

_READ_AT_ONCE = 500


def newest_named(
    tx: Tx, asked: Asked, query: Select[Any], source: Table, *, q: str | None, listing: str
) -> Page[Row[Any]]:
    """A page of things, newest first; with `q` of those whose name holds it, whatever the case.

    Names are compared here, because databases fold different letters; an organisation has hundreds, not millions.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    wanted = name_key(q) if q else ""
    if not wanted:
        return asked.newest(tx, query, source.c.id, listing=listing)
    listing += f":{hashlib.sha256(wanted.encode()).hexdigest()[:16]}"
    below = asked.after_id(listing)
    found: list[Row[Any]] = []
    while len(found) < asked.with_next:
        some = query if below is None else query.where(source.c.id < below)
        rows = tx.execute(some.order_by(source.c.id.desc()).limit(_READ_AT_ONCE)).all()
        found += [row for row in rows if wanted in name_key(row.name)]
        if len(rows) < _READ_AT_ONCE:
            break
        below = rows[-1].id
    return asked.page(listing, found, lambda row: row.id.hex)
