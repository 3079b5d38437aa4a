"""Many slugs are given out as one would be, whoever else is at it."""

import pytest

from repoint.accounts.actor import Actor
from repoint.kit.db import Database, Tx
from repoint.kit.errors import Conflict, DomainError
from repoint.links import slug as slugs
from repoint.links.allocate import Link, Place, Wish, find_places, occupy
from repoint.links.space import LinkSpace
from tests.links.allocating import allocate

GOAL = "https://example.com/"


def _give(tx: Tx, actor: Actor, wishes: list[Wish], space: LinkSpace) -> list[Link | DomainError]:
    places = find_places(tx, actor.org, wishes, space=space)
    good = iter(occupy(tx, actor.org, [each for each in places if isinstance(each, Place)], space=space))
    return [next(good) if isinstance(each, Place) else each for each in places]


def _draws(monkeypatch: pytest.MonkeyPatch, *wanted: str) -> None:
    drawn = iter(wanted)
    monkeypatch.setattr(slugs, "draw", lambda: next(drawn))


def _slugs(links: list[Link | DomainError]) -> list[str]:
    return [each.slug if isinstance(each, Link) else type(each).__name__ for each in links]


def test_drawn_slugs_that_are_taken_are_drawn_again(
    db: Database, actor: Actor, space: LinkSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slug that somebody has, or that came twice, is no mistake of anybody: another one is drawn."""
    db.write_now(allocate, actor.org, destination=GOAL, wanted="aaaaaaa", domain=None, space=space)
    _draws(monkeypatch, "aaaaaaa", "bbbbbbb", "bbbbbbb", "aaaaaaa", "ccccccc", "ddddddd")
    given = db.write_now(_give, actor, [Wish(GOAL)] * 3, space)
    assert sorted(_slugs(given)) == ["bbbbbbb", "ccccccc", "ddddddd"]


def test_refusals_stand_in_their_places(db: Database, actor: Actor, space: LinkSpace) -> None:
    """What cannot be is refused where it stands, and the others get what they want."""
    db.write_now(allocate, actor.org, destination=GOAL, wanted="had", domain=None, space=space)
    wishes = [Wish("nope"), Wish(GOAL, "had"), Wish(GOAL, "had", "go.example"), Wish(GOAL, "a b"), Wish(GOAL, "fresh")]
    given = db.write_now(_give, actor, wishes, space)
    assert _slugs(given) == ["Invalid", "Conflict", "had", "Invalid", "fresh"]


def test_a_faster_transaction_takes_only_what_was_wished(
    db: Database, actor: Actor, space: LinkSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and making another one can take a slug: a wished one is lost, a drawn one drawn again."""

    def race(tx: Tx) -> list[Link | Conflict]:
        places = find_places(tx, actor.org, [Wish(GOAL, "wish"), Wish(GOAL)], space=space)
        good = [each for each in places if isinstance(each, Place)]
        for place in good:
            occupy(tx, actor.org, [place], space=space)
        return occupy(tx, actor.org, good, space=space)

    _draws(monkeypatch, "aaaaaaa", "bbbbbbb")
    wished, drawn = db.write_now(race)
    assert isinstance(wished, Conflict)
    assert isinstance(drawn, Link)
    assert drawn.slug == "bbbbbbb"


def test_nothing_wished(db: Database, actor: Actor, space: LinkSpace) -> None:
    """No wishes, no links."""
    assert db.write_now(_give, actor, [], space) == []
