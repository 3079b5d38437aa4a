"""Find codes: one by id, many by page."""

from collections.abc import Sequence
from dataclasses import dataclass

from repoint.accounts.actor import Actor, Scope
from repoint.codes import store
from repoint.codes.code import Code, id_of
from repoint.kit.cursor import Cursors
from repoint.kit.db import Tx
from repoint.kit.errors import Invalid

LIST = "codes"
LIMIT_MAX = 200
LIMIT_DEFAULT = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Codes, newest first, and the cursor of the page that follows; None on the last."""

    codes: Sequence[Code]
    next_cursor: str | None


def get_code(tx: Tx, actor: Actor, public_id: str) -> Code:
    """One code.

    Raises:
        NotFound: the organisation has no such code.
    """
    actor.require(Scope.READ)
    return store.get(tx, actor.org, id_of(public_id))


def list_codes(tx: Tx, actor: Actor, *, cursor: str | None, limit: int, cursors: Cursors) -> Page:
    """A page of codes.

    Raises:
        Invalid: the cursor is not one of this list, or the limit is out of bounds.
    """
    actor.require(Scope.READ)
    if not 1 <= limit <= LIMIT_MAX:
        raise Invalid("limit", f"must be 1 to {LIMIT_MAX}")
    listing = f"{LIST}:{actor.org.hex}"
    below = cursors.read(listing, cursor) if cursor is not None else None
    codes = store.page(tx, actor.org, below=int(below) if below is not None else None, limit=limit + 1)
    if len(codes) <= limit:
        return Page(codes, None)
    shown = codes[:limit]
    return Page(shown, cursors.write(listing, shown[-1].serial))
