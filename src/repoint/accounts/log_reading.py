"""Read an organisation's audit log, page by page."""

from dataclasses import asdict, dataclass
from uuid import UUID

from repoint.accounts import audit, roles
from repoint.accounts.actor import Actor
from repoint.accounts.audit import Entry
from repoint.accounts.roles import Permission
from repoint.kit.db import Tx
from repoint.kit.pages import Asked, Page
from repoint.kit.storable import storable


@dataclass(frozen=True, slots=True)
class Filters:
    """What entries are wanted; None for all."""

    subject: str | None = None
    action: str | None = None
    who: str | None = None


def read_log(tx: Tx, actor: Actor, filters: Filters, asked: Asked) -> Page[Entry]:
    """A page of the log, newest first.

    Raises:
        Forbidden: the actor may not read it.
        Invalid: the cursor is not one of this list, or no entry can have what is asked for.
    """
    roles.require(actor, Permission.READ_AUDIT_LOG)
    for field, text in asdict(filters).items():
        storable(field, text or "")
    return entries(tx, actor.org, filters, asked, listing=f"audit:{actor.org.hex}")


def entries(tx: Tx, org: UUID, filters: Filters, asked: Asked, *, listing: str) -> Page[Entry]:
    """A page of an organisation's entries, newest first, for whoever may see them.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    found = audit.newest(
        tx,
        org,
        subject=filters.subject,
        action=filters.action,
        who=filters.who,
        below=asked.after_number(listing),
        limit=asked.with_next,
    )
    return asked.page(listing, found, lambda entry: entry.number)
