"""Lists of few things, newest first, that are looked through by name."""

import hashlib
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Table

from repoint.kit.db import Tx
from repoint.kit.folding import name_key

_READ_AT_ONCE = 500


def name_listing(q: str | None) -> str:
    """What the name of a list ends with, so that a cursor of another search does not fit."""
    return f":{hashlib.sha256(name_key(q).encode()).hexdigest()[:16]}" if q else ""


def newest_named(
    tx: Tx, query: Select[Any], source: Table, *, q: str | None, below: UUID | None, limit: int
) -> list[Row[Any]]:
    """Up to `limit` rows with ids below `below`, newest first, whose name holds `q`.

    Names are compared here, because databases fold different letters; an organisation has hundreds, not millions.
    """
    wanted = name_key(q) if q else ""
    size = _READ_AT_ONCE if wanted else limit
    found: list[Row[Any]] = []
    while len(found) < limit:
        some = query if below is None else query.where(source.c.id < below)
        rows = tx.execute(some.order_by(source.c.id.desc()).limit(size)).all()
        found += [row for row in rows if wanted in name_key(row.name)]
        if len(rows) < size:
            break
        below = rows[-1].id
    return found[:limit]
