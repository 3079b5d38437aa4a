"""Give out a slug and bind it to its first destination."""

from dataclasses import dataclass
from uuid import UUID

from repoint.kit.db import Tx
from repoint.kit.errors import Conflict
from repoint.links import destination as destinations
from repoint.links import domains
from repoint.links import slug as slugs
from repoint.links.space import LinkSpace
from repoint.links.table import links

DRAWS_MAX = 20


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was just allocated."""

    id: int
    domain: str
    slug: str
    destination: str


def allocate(tx: Tx, org: UUID, *, destination: str, wanted: str | None, domain: str | None, space: LinkSpace) -> Link:
    """A new link of an organisation: with the wanted slug, or with one drawn at random.

    Raises:
        Invalid: the destination, the slug or the domain cannot be.
        Conflict: `slug_taken`; slugs are never given out twice, so a deleted code's slug stays taken.
    """
    destination = destinations.check(destination, own_origins=space.own_origins)
    host = domains.for_new_link(tx, org, domain, space=space)
    if wanted is not None:
        slug = slugs.check_custom(wanted)
        link = _insert(tx, org, host, slug, destination)
        if link is None:
            raise taken(slug)
    else:
        link = _draw(tx, org, host, destination)
    space.announce(tx, link.domain, link.slug)
    return link


def taken(slug: str) -> Conflict:
    """What is said of a slug that somebody has, or had."""
    return Conflict("slug_taken", f"The slug {slug!r} is taken. Slugs are never reused; choose another.")


def _draw(tx: Tx, org: UUID, host: str, destination: str) -> Link:
    for _ in range(DRAWS_MAX):
        link = _insert(tx, org, host, slugs.draw(), destination)
        if link is not None:
            return link
    raise AssertionError(f"{DRAWS_MAX} random slugs were taken; the generator is broken")


def _insert(tx: Tx, org: UUID, host: str, slug: str, destination: str) -> Link | None:
    number = tx.execute(
        tx.upsert(links)
        .values(org_id=org, domain=host, slug=slug, destination=destination)
        .on_conflict_do_nothing(index_elements=["domain", "slug"])
        .returning(links.c.id)
    ).scalar()
    return None if number is None else Link(number, host, slug, destination)
