"""One slug for one test."""

from uuid import UUID

from repoint.kit.db import Tx
from repoint.kit.errors import DomainError
from repoint.links.allocate import Link, Place, Wish, find_places, occupy
from repoint.links.space import LinkSpace


def allocate(tx: Tx, org: UUID, *, destination: str, wanted: str | None, domain: str | None, space: LinkSpace) -> Link:
    """A new link of an organisation; a refusal is raised."""
    [place] = find_places(tx, org, [Wish(destination, wanted, domain)], space=space)
    if not isinstance(place, Place):
        raise place
    [link] = occupy(tx, org, [place], space=space)
    if isinstance(link, DomainError):
        raise link
    return link
