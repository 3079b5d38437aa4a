"""What happened to a code, and to the things beside it."""

from datetime import datetime
from functools import cache

from repoint.accounts import audit
from repoint.accounts.actor import Actor, Scope
from repoint.accounts.audit import Change, Entry
from repoint.accounts.log_reading import Filters, entries
from repoint.codes import store
from repoint.codes.artwork import check_design
from repoint.codes.code import Code, id_of
from repoint.codes.differences import Written, difference
from repoint.codes.folders import public_id_of
from repoint.kit.db import Tx
from repoint.kit.pages import Asked, Page


def history_of(tx: Tx, actor: Actor, public_id: str, asked: Asked) -> Page[Entry]:
    """A page of what was changed about a code, newest first.

    Raises:
        NotFound: the organisation has no such code.
        Invalid: the cursor is not one of this list.
    """
    actor.require(Scope.READ)
    code = store.get(tx, actor.org, id_of(public_id))
    listing = f"history:{actor.org.hex}:{code.id.hex}"
    return entries(tx, actor.org, Filters(subject=code.public_id), asked, listing=listing)


def written(code: Code, now: datetime) -> Written:
    """A code as the history writes it down; the scans, which nobody changes, are left out."""
    seen: Written = {
        "title": code.title,
        "tags": list(code.tags),
        "folder_id": None if code.folder_id is None else public_id_of(code.folder_id),
        "status": code.status(now),
        "design": dict(code.design),
    }
    if code.link_id is None:
        return seen | {"text": code.text}
    return seen | {"destination": code.destination, "slug": code.slug, "domain": code.domain or None}


def record_new(tx: Tx, actor: Actor, *made: Code) -> None:
    """Write down all of new codes, and of their designs what is not a default."""
    changes = []
    for code in made:
        plain = written(code, tx.now)
        _, styled = difference({"design": _default_design()}, {"design": plain.pop("design")})
        changes.append(Change("code.created", code.public_id, None, plain | styled))
    audit.record(tx, actor.org, actor.who, *changes)


def record(tx: Tx, actor: Actor, action: str, *, before: Code, after: Code) -> None:
    """Write down what is different."""
    was, now = difference(written(before, tx.now), written(after, tx.now))
    audit.record(tx, actor.org, actor.who, Change(action, after.public_id, was, now))


@cache
def _default_design() -> Written:
    return check_design({})
