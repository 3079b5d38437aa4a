"""Give out slugs, and bind each to its first destination.

In two steps, so that the caller decides in between: `find_places` says for each wish where its link can be, `occupy`
makes the links.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from repoint.kit.db import Tx
from repoint.kit.db.bulk import fetch_at_once, insert_new_rows, stored_id
from repoint.kit.errors import Conflict, Invalid
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


@dataclass(frozen=True, slots=True)
class Wish:
    """A link that is wanted; `slug` and `domain` None mean "choose for me" and "the default one"."""

    destination: str
    slug: str | None = None
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a link can be: nobody has the slug."""

    domain: str
    slug: str
    destination: str
    is_drawn: bool

    @property
    def key(self) -> tuple[str, str]:
        """What is given out once."""
        return self.domain, self.slug


def find_places(tx: Tx, org: UUID, wishes: Sequence[Wish], *, space: LinkSpace) -> list[Place | Invalid | Conflict]:
    """For each wish its place, or why it has none; two wishes for the same slug both get it here."""
    host_of = cache(lambda wanted: domains.for_new_link(tx, org, wanted, space=space))
    found: list[Place | Invalid | Conflict] = [_place(wish, host_of, space) for wish in wishes]
    for _ in range(DRAWS_MAX):
        used = _taken(tx, {each.key for each in found if isinstance(each, Place)})
        drawn: set[tuple[str, str]] = set()
        is_settled = True
        for number, each in enumerate(found):
            if not isinstance(each, Place):
                continue
            if each.key in used and not each.is_drawn:
                found[number] = taken(each.slug)
            elif each.is_drawn and (each.key in used or each.key in drawn):
                found[number] = _drawn(each)
                is_settled = False
            elif each.is_drawn:
                drawn.add(each.key)
        if is_settled:
            return found
    raise AssertionError(f"{DRAWS_MAX} random slugs were taken; the generator is broken")


def occupy(tx: Tx, org: UUID, places: Sequence[Place], *, space: LinkSpace) -> list[Link | Conflict]:
    """Make the links, each place once; where another transaction was faster, a drawn slug is drawn again."""
    now = list(places)
    made: dict[tuple[str, str], int] = {}
    for _ in range(DRAWS_MAX):
        made |= _insert(tx, org, [place for place in now if place.key not in made])
        lost = [number for number, place in enumerate(now) if place.is_drawn and place.key not in made]
        if not lost:
            break
        for number in lost:
            now[number] = _drawn(now[number])

    for key in made:
        space.announce(tx, *key)
    return [
        Link(made[place.key], place.domain, place.slug, place.destination) if place.key in made else taken(place.slug)
        for place in now
    ]


def taken(slug: str) -> Conflict:
    """What is said of a slug that somebody has, or had."""
    return Conflict("slug_taken", f"The slug {slug!r} is taken. Slugs are never reused; choose another.")


def _place(wish: Wish, host_of: Callable[[str | None], str], space: LinkSpace) -> Place | Invalid:
    try:
        destination = destinations.check(wish.destination, own_origins=space.own_origins)
        domain = host_of(wish.domain)
        slug = slugs.check_custom(wish.slug) if wish.slug is not None else slugs.draw()
    except Invalid as refusal:
        return refusal
    return Place(domain, slug, destination, is_drawn=wish.slug is None)


def _drawn(place: Place) -> Place:
    return Place(place.domain, slugs.draw(), place.destination, is_drawn=True)


def _taken(tx: Tx, keys: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those that somebody has, or had; of all organisations, because a slug is given out once on its domain."""
    return {
        (domain, slug)
        for domain, slug in fetch_at_once(tx, links, ("domain", "slug"), by=("domain", "slug"), keys=sorted(keys))
    }


def _insert(tx: Tx, org: UUID, places: Sequence[Place]) -> dict[tuple[str, str], int]:
    rows = [(stored_id(tx, org), place.domain, place.slug, place.destination) for place in places]
    inserted = insert_new_rows(
        tx, links, ("org_id", "domain", "slug", "destination"), rows, returning=("id", "domain", "slug")
    )
    return {(row.domain, row.slug): row.id for row in inserted}
