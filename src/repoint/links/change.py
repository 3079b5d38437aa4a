"""Change what an existing link does: retarget, pause, end, keep, bury."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from repoint.kit.db import Tx
from repoint.links import destination as destinations
from repoint.links.space import LinkSpace
from repoint.links.table import links


def retarget(tx: Tx, org: UUID, link: int, *, destination: str, space: LinkSpace) -> None:
    """Send the link somewhere else from the next scan on.

    Raises:
        Invalid: the destination cannot be one.
    """
    checked = destinations.check(destination, own_origins=space.own_origins)
    _change(tx, org, link, space, destination=checked)


def pause(tx: Tx, org: UUID, link: int, *, paused: bool, space: LinkSpace) -> None:
    """Stop the link, or let it go on."""
    _change(tx, org, link, space, paused=paused)


def end(tx: Tx, org: UUID, link: int, *, at: datetime, space: LinkSpace) -> None:
    """Let the link work until then, and answer "gone" afterwards."""
    _change(tx, org, link, space, ends_at=at)


def keep(tx: Tx, org: UUID, link: int, *, space: LinkSpace) -> None:
    """Take back that the link ends."""
    _change(tx, org, link, space, ends_at=None)


def bury(tx: Tx, org: UUID, link: int, *, space: LinkSpace) -> None:
    """Answer "gone" for ever; the destination is forgotten, the slug stays taken."""
    _change(tx, org, link, space, destination=None)


def _change(tx: Tx, org: UUID, link: int, space: LinkSpace, **values: object) -> None:
    changed = tx.execute(
        update(links)
        .where(links.c.org_id == org, links.c.id == link)
        .values(**values)
        .returning(links.c.domain, links.c.slug)
    ).one()
    space.announce(tx, changed.domain, changed.slug)
