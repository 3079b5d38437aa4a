"""Find codes: one by id, many by page."""

from collections.abc import Sequence
from dataclasses import dataclass

from repoint.accounts.actor import Actor, Scope
from repoint.codes import listing, store
from repoint.codes.code import Code, id_of
from repoint.codes.filters import EVERYTHING, Filter, Sort, fingerprint, sought
from repoint.kit.cursor import Cursors
from repoint.kit.db import Tx
from repoint.kit.errors import Invalid

LIST = "codes"
LIMIT_MAX = 200
LIMIT_DEFAULT = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Codes in the order asked for, and the cursor of the page that follows; None on the last.

    `total` is how many there are on all pages, at most `listing.TOTAL_MAX` + 1; None where it was not asked for.
    """

    codes: Sequence[Code]
    next_cursor: str | None
    total: int | None = None


def get_code(tx: Tx, actor: Actor, public_id: str) -> Code:
    """One code.

    Raises:
        NotFound: the organisation has no such code.
    """
    actor.require(Scope.READ)
    return store.get(tx, actor.org, id_of(public_id))


def list_codes(
    tx: Tx,
    actor: Actor,
    *,
    cursor: str | None,
    limit: int,
    cursors: Cursors,
    asked: Filter = EVERYTHING,
    sort: Sort = Sort.CREATED_DOWN,
    with_total: bool = False,
) -> Page:
    """A page of codes; by default of all that are not deleted, newest first.

    Raises:
        Invalid: the cursor is not one of this list with this filter and order, the limit is out of bounds, or
            something of the filter cannot be.
        NotFound: the organisation has no such folder.
    """
    actor.require(Scope.READ)
    if not 1 <= limit <= LIMIT_MAX:
        raise Invalid("limit", f"must be 1 to {LIMIT_MAX}")
    name = f"{LIST}:{actor.org.hex}:{fingerprint(asked, sort)}"
    after = listing.read_place(str(cursors.read(name, cursor))) if cursor is not None else None
    wanted = sought(tx, actor.org, asked)
    places = listing.serials(tx, wanted, sort, after=after, limit=limit + 1)
    codes = store.in_order(tx, actor.org, [place.serial for place in places[:limit]])
    total = listing.count(tx, wanted) if with_total else None
    return Page(codes, cursors.write(name, places[limit - 1].spelled()) if len(places) > limit else None, total)
