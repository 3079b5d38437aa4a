"""Find codes: one by id, many by page."""

from collections.abc import Sequence
from dataclasses import dataclass

from repoint.accounts.actor import Actor, Scope
from repoint.codes import listing, store
from repoint.codes.code import Code, id_of
from repoint.codes.filters import EVERYTHING, Filter, Sort, fingerprint, sought
from repoint.codes.listing import Place
from repoint.kit.db import Tx
from repoint.kit.pages import Asked

LIST = "codes"


@dataclass(frozen=True, slots=True)
class CodePage:
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
    asked: Asked,
    *,
    wanted: Filter = EVERYTHING,
    sort: Sort = Sort.CREATED_DOWN,
    with_total: bool = False,
) -> CodePage:
    """A page of codes; by default of all that are not deleted, newest first.

    Raises:
        Invalid: the cursor is not one of this list with this filter and order, or something of the filter cannot be.
        NotFound: the organisation has no such folder.
    """
    actor.require(Scope.READ)
    name = f"{LIST}:{actor.org.hex}:{fingerprint(wanted, sort)}"
    after = asked.after(name)
    place = None if after is None else listing.read_place(str(after))
    known = sought(tx, actor.org, wanted)
    places = listing.serials(tx, known, sort, after=place, limit=asked.with_next)
    page = asked.page(name, places, Place.spelled)
    codes = store.in_order(tx, actor.org, [place.serial for place in page.items])
    return CodePage(codes, page.next_cursor, listing.count(tx, known) if with_total else None)
