"""Read an organisation's audit log, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass

from repoint.accounts import audit, roles
from repoint.accounts.actor import Actor
from repoint.accounts.audit import Entry
from repoint.accounts.roles import Permission
from repoint.kit.cursor import Cursors
from repoint.kit.db import Tx


@dataclass(frozen=True, slots=True)
class Filters:
    """What entries are wanted; None for all."""

    subject: str | None = None
    action: str | None = None
    who: str | None = None


@dataclass(frozen=True, slots=True)
class LogPage:
    """Entries, newest first, and the cursor of the page that follows; None on the last."""

    entries: Sequence[Entry]
    next_cursor: str | None


def read_log(tx: Tx, actor: Actor, filters: Filters, *, cursor: str | None, limit: int, cursors: Cursors) -> LogPage:
    """A page of the log.

    Raises:
        Forbidden: the actor may not read it.
        Invalid: the cursor is not one of this list.
    """
    roles.require(actor, Permission.READ_AUDIT_LOG)
    listing = f"audit:{actor.org.hex}"
    below = int(cursors.read(listing, cursor)) if cursor is not None else None
    found = audit.newest(
        tx,
        actor.org,
        subject=filters.subject,
        action=filters.action,
        who=filters.who,
        below=below,
        limit=limit + 1,
    )
    if len(found) <= limit:
        return LogPage(found, None)
    return LogPage(found[:limit], cursors.write(listing, found[limit - 1].number))
