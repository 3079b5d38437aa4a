"""Domains are added as far as the plan has room for them, and changed while it allows changes."""

import asyncio
from datetime import timedelta

import pytest

from repoint.accounts.actor import Actor, Scope
from repoint.codes.short_domains import add_domain, set_default, settle_check
from repoint.codes.usage import usage_of
from repoint.kit.db import Database
from repoint.kit.dns_txt import Found
from repoint.kit.errors import Conflict, Forbidden, Invalid, LimitReached, PlanExpired
from repoint.links.domains import Domain, remove_domain
from repoint.links.space import LinkSpace
from repoint.plans import catalogue, subscriptions
from repoint.plans.catalogue import Catalogue
from repoint.plans.plan import Feature, Plan
from tests.conftest import START, FakeClock, MakeActor

TWO = Plan("two", limits={Feature.DOMAINS: 2})


@pytest.fixture
def limited(make_actor: MakeActor, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """The actor of an organisation that may have two domains."""
    monkeypatch.setattr(catalogue, "_present", Catalogue({**catalogue.SHIPPED, TWO.name: TWO}))
    return make_actor(name="Small", plan=TWO.name)


def test_the_limit(db: Database, limited: Actor, actor: Actor, space: LinkSpace) -> None:
    """Two fit, verified or not, and the third does not; a removed one makes room; others' domains take none."""
    first, _ = (db.write_now(add_domain, limited, host=f"{name}.example", space=space) for name in ("one", "two"))
    for name in ("one", "two", "three"):
        db.write_now(add_domain, actor, host=f"{name}.example", space=space)
    with pytest.raises(LimitReached) as caught:
        db.write_now(add_domain, limited, host="three.example", space=space)
    assert (caught.value.feature, caught.value.limit, caught.value.used) == ("domains", 2, 2)
    (used,) = (use for use in db.read_now(usage_of, limited).uses if use.feature is Feature.DOMAINS)
    assert (used.used, used.limit) == (2, 2)
    db.write_now(remove_domain, limited, first.public_id, expected=None, space=space)
    db.write_now(add_domain, limited, host="three.example", space=space)


def test_what_is_wrong_comes_first(db: Database, limited: Actor, space: LinkSpace) -> None:
    """Without room too, what cannot be or is there already is told as that; and who may not is told so."""
    for name in ("one", "two"):
        db.write_now(add_domain, limited, host=f"{name}.example", space=space)
    with pytest.raises(Conflict, match="added before"):
        db.write_now(add_domain, limited, host="ONE.example", space=space)
    with pytest.raises(Invalid):
        db.write_now(add_domain, limited, host="no host", space=space)
    with pytest.raises(Forbidden):
        db.write_now(add_domain, Actor(limited.org, "key_w", Scope.WRITE), host="three.example", space=space)


def test_nobody_slips_through_at_the_same_moment(db: Database, limited: Actor, space: LinkSpace) -> None:
    """Of ten that are added at once, two are."""

    async def story() -> list[object]:
        asked = (db.write(add_domain, limited, host=f"go{number}.example", space=space) for number in range(10))
        return [type(answer) for answer in await asyncio.gather(*asked, return_exceptions=True)]

    answers = asyncio.run(story())
    assert (answers.count(Domain), answers.count(LimitReached)) == (2, 8)


def test_after_the_end_of_the_plan(db: Database, actor: Actor, space: LinkSpace, clock: FakeClock) -> None:
    """Nothing is added, checked or made the default; removing goes on."""
    domain = db.write_now(add_domain, actor, host="go.acme.example", space=space)
    db.write_now(subscriptions.subscribe, actor.org, catalogue.SELFHOSTED, ends_at=START, who="cli")
    clock.forward(timedelta(days=91))
    proof = Found((domain.record[1],))
    with pytest.raises(PlanExpired):
        db.write_now(add_domain, actor, host="two.acme.example", space=space)
    with pytest.raises(PlanExpired):
        db.write_now(settle_check, actor, domain.public_id, proof, space=space)
    with pytest.raises(PlanExpired):
        db.write_now(set_default, actor, domain.public_id, is_default=True, expected=None, space=space)
    db.write_now(remove_domain, actor, domain.public_id, expected=None, space=space)
