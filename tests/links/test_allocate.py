"""A slug is given out once for each domain, and never again."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from repoint.accounts.actor import Actor
from repoint.kit.db import Database
from repoint.kit.errors import Conflict, Invalid
from repoint.links import slug as slugs
from repoint.links.allocate import Link
from repoint.links.change import bury
from repoint.links.slug import LENGTH
from repoint.links.space import LinkSpace
from repoint.links.table import links
from tests.conftest import Forgotten, MakeActor
from tests.links.allocating import allocate

GOAL = "https://example.com/"

Allocate = Callable[..., Link]


@pytest.fixture
def give(db: Database, actor: Actor, space: LinkSpace) -> Allocate:
    """Allocates with valid defaults."""

    def with_defaults(
        *, org: Actor = actor, destination: str = GOAL, wanted: str | None = None, domain: str | None = None
    ) -> Link:
        return db.write_now(allocate, org.org, destination=destination, wanted=wanted, domain=domain, space=space)

    return with_defaults


def _draws(monkeypatch: pytest.MonkeyPatch, *wanted: str) -> Iterator[str]:
    drawn = iter(wanted)
    monkeypatch.setattr(slugs, "draw", lambda: next(drawn))
    return drawn


def _stored(db: Database) -> list[tuple[str, str, str | None]]:
    rows = db.read_now(lambda tx: tx.execute(select(links).order_by(links.c.id)).all())
    return [(row.domain, row.slug, row.destination) for row in rows]


def test_a_drawn_slug(db: Database, give: Allocate, forgotten: Forgotten) -> None:
    """Without a wish a slug is drawn; the link is stored as returned, and announced once."""
    link = give()
    assert len(link.slug) == LENGTH
    assert (link.domain, link.destination) == ("", GOAL)
    assert _stored(db) == [("", link.slug, GOAL)]
    assert forgotten.links == [("", link.slug)]


def test_a_taken_slug_is_drawn_anew(give: Allocate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws that hit given-out slugs are repeated until one is free."""
    give(wanted="aaaaaaa")
    give(wanted="bbbbbbb")
    drawn = _draws(monkeypatch, "aaaaaaa", "bbbbbbb", "aaaaaaa", "ccccccc", "ddddddd")
    assert give().slug == "ccccccc"
    assert next(drawn) == "ddddddd"


def test_a_broken_generator_is_noticed(db: Database, give: Allocate, monkeypatch: pytest.MonkeyPatch) -> None:
    """A generator that gives the same slug for ever ends in an error, not in an endless loop."""
    give(wanted="aaaaaaa")
    monkeypatch.setattr(slugs, "draw", lambda: "aaaaaaa")
    with pytest.raises(AssertionError, match="generator is broken"):
        give()
    assert len(_stored(db)) == 1


def test_a_custom_slug_is_given_out_once(
    db: Database, actor: Actor, give: Allocate, make_actor: MakeActor, forgotten: Forgotten
) -> None:
    """A taken slug is `slug_taken`, for its owner and for every other organisation; its link stays as it is."""
    give(wanted="Spring")
    for owner in (actor, make_actor(name="Globex")):
        with pytest.raises(Conflict, match="never reused") as caught:
            give(org=owner, wanted="Spring", destination="https://other.example/")
        assert caught.value.code == "slug_taken"
    assert _stored(db) == [("", "Spring", GOAL)]
    assert forgotten.links == [("", "Spring")]


def test_a_buried_links_slug_stays_taken(
    db: Database, actor: Actor, space: LinkSpace, give: Allocate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by wish nor by chance is a deleted link's slug given out again."""
    link = give(wanted="Spring7")
    db.write_now(bury, actor.org, link.id, space=space)
    with pytest.raises(Conflict):
        give(wanted="Spring7")
    _draws(monkeypatch, "Spring7", "Summer7")
    assert give().slug == "Summer7"


def test_slugs_belong_to_their_domain(db: Database, give: Allocate) -> None:
    """The same slug on another domain is another link; case makes another slug, in a domain it makes none."""
    for domain, slug in ((None, "Spring"), ("go.example", "Spring"), (None, "spring")):
        assert give(wanted=slug, domain=domain).slug == slug
    with pytest.raises(Conflict):
        give(wanted="Spring", domain="GO.EXAMPLE")
    assert [(domain, slug) for domain, slug, _ in _stored(db)] == [
        ("", "Spring"),
        ("go.example", "Spring"),
        ("", "spring"),
    ]


@pytest.mark.parametrize(
    ("field", "wish"),
    [
        ("destination", {"destination": "ftp://example.com"}),
        ("destination", {"destination": "https://go.example/Spring"}),
        ("slug", {"wanted": "a b c"}),
        ("slug", {"wanted": "API"}),
        ("domain", {"domain": "other.example"}),
    ],
)
def test_what_cannot_be(db: Database, give: Allocate, forgotten: Forgotten, field: str, wish: dict[str, str]) -> None:
    """A bad destination, slug or domain is refused by name; nothing is stored or announced."""
    with pytest.raises(Invalid) as caught:
        give(**wish)
    assert caught.value.field == field
    assert _stored(db) == []
    assert forgotten.links == []
