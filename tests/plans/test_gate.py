"""A gate lets pass while there is room, and notes what comes near."""

import asyncio

import pytest

from repoint.accounts import audit, keys
from repoint.accounts.actor import Actor, Scope
from repoint.kit.db import Database, Tx
from repoint.kit.errors import LimitReached, NotInPlan
from repoint.plans import crossings, gate, seats, subscriptions, usage
from repoint.plans.plan import Ability, Feature
from tests.conftest import FakeClock
from tests.plans.conftest import OnPlan

AT_ONCE = 50


def _require(tx: Tx, actor: Actor, used: int, adding: int = 1) -> None:
    entitlements = subscriptions.current(tx, actor.org)
    gate.require(tx, entitlements, Feature.ACTIVE_CODES, used=lambda: used, adding=adding)


def _count(tx: Tx, actor: Actor, adding: int = 1) -> None:
    gate.count(tx, subscriptions.current(tx, actor.org), Feature.CODES_PER_MONTH, adding=adding)


@pytest.mark.parametrize(("limit", "used", "adding", "passes"), [
    (0, 0, 1, False), (1, 0, 1, True), (1, 1, 1, False), (5, 4, 1, True), (5, 4, 2, False), (5, 0, 5, True),
    (5, 9, 1, False),
])  # fmt: skip
def test_as_many_pass_as_fit(db: Database, on_plan: OnPlan, limit: int, used: int, adding: int, passes: bool) -> None:
    """With `used` of `limit` there, `adding` more pass exactly where they fit; the refusal names the numbers."""
    actor = on_plan(limits={Feature.ACTIVE_CODES: limit})
    if passes:
        db.write_now(_require, actor, used, adding)
        return
    with pytest.raises(LimitReached) as caught:
        db.write_now(_require, actor, used, adding)
    refusal = caught.value
    assert (refusal.feature, refusal.plan, refusal.limit, refusal.used) == ("active_codes", "small", limit, used)


def test_without_a_limit_nothing_is_counted(db: Database, actor: Actor) -> None:
    """A plan that does not limit a feature never asks how much of it is used."""

    def used() -> int:
        raise AssertionError("counted for nothing")

    def ask(tx: Tx) -> None:
        gate.require(tx, subscriptions.current(tx, actor.org), Feature.KEYS, used=used)

    db.write_now(ask)


def test_a_month_counts_what_was_made_in_it(db: Database, on_plan: OnPlan, clock: FakeClock) -> None:
    """Creations add up to the limit within a UTC calendar month, and begin at 0 with the next."""
    actor = on_plan(limits={Feature.CODES_PER_MONTH: 3})
    db.write_now(_count, actor, 2)
    db.write_now(_count, actor)
    with pytest.raises(LimitReached) as caught:
        db.write_now(_count, actor)
    assert (caught.value.used, caught.value.limit) == (3, 3)
    clock.now = clock.now.replace(month=12, day=1, hour=0)
    db.write_now(_count, actor, 3)
    months = [db.read_now(usage.by_month, actor.org, month=month) for month in ("2026-11", "2026-12")]
    assert months == [{"codes_per_month": 3}, {"codes_per_month": 3}]


def test_a_refused_creation_is_not_counted(db: Database, on_plan: OnPlan) -> None:
    """What did not fit leaves the counter as it was."""
    actor = on_plan(limits={Feature.CODES_PER_MONTH: 3})
    with pytest.raises(LimitReached):
        db.write_now(_count, actor, 4)
    assert db.read_now(usage.by_month, actor.org, month="2026-11") == {}


def test_nobody_slips_through_at_the_same_moment(db: Database, on_plan: OnPlan) -> None:
    """Of fifty that are counted at once with room for one, exactly one is."""
    actor = on_plan(limits={Feature.CODES_PER_MONTH: AT_ONCE})
    db.write_now(_count, actor, AT_ONCE - 1)

    async def story() -> list[object]:
        asked = (db.write(_count, actor) for _ in range(AT_ONCE))
        return await asyncio.gather(*asked, return_exceptions=True)

    answers = asyncio.run(story())
    assert answers.count(None) == 1
    assert sum(isinstance(answer, LimitReached) for answer in answers) == AT_ONCE - 1
    assert db.read_now(usage.by_month, actor.org, month="2026-11") == {"codes_per_month": AT_ONCE}


def test_features_that_a_plan_has_not(db: Database, on_plan: OnPlan) -> None:
    """What a plan lacks is refused by its name; the rest passes."""
    actor = on_plan(lacks=frozenset({Ability.WEBHOOKS}))
    entitlements = db.read_now(subscriptions.current, actor.org)
    gate.require_feature(entitlements, Ability.GEOGRAPHY)
    with pytest.raises(NotInPlan) as caught:
        gate.require_feature(entitlements, Ability.WEBHOOKS)
    assert (caught.value.feature, caught.value.plan) == ("webhooks", "small")


def test_the_size_of_one_call(db: Database, on_plan: OnPlan) -> None:
    """A bulk call passes up to the plan's size, and not at all where the plan has none."""
    entitlements = db.read_now(subscriptions.current, on_plan(limits={Feature.BULK_SIZE: 50}).org)
    gate.require_bulk(entitlements, 50)
    with pytest.raises(LimitReached, match="allows 50 of bulk_size; 51 are asked for"):
        gate.require_bulk(entitlements, 51)
    without = db.read_now(subscriptions.current, on_plan("none", lacks=frozenset({Ability.BULK})).org)
    with pytest.raises(NotInPlan):
        gate.require_bulk(without, 1)


def test_limits_that_come_near_are_noted_once(db: Database, on_plan: OnPlan, clock: FakeClock) -> None:
    """75 % and 100 % are one entry each for a limit and a month, in the audit log and as an event; next month anew."""
    actor = on_plan(limits={Feature.ACTIVE_CODES: 4})

    def actions() -> list[tuple[str, str]]:
        entries = db.read_now(audit.newest, actor.org, subject=None, below=None, limit=50)
        return [(entry.action, entry.who) for entry in reversed(entries) if entry.action.startswith("limit.")]

    db.write_now(_require, actor, 1)
    assert actions() == []
    db.write_now(_require, actor, 2)
    db.write_now(_require, actor, 2)
    assert actions() == [("limit.approached", "system")]
    db.write_now(_require, actor, 3)
    db.write_now(_require, actor, 3)
    assert actions() == [("limit.approached", "system"), ("limit.reached", "system")]
    noted = db.read_now(crossings.of_month, actor.org, month="2026-11")
    assert [(each.kind, each.used, each.allowed) for each in noted] == [
        ("limit.approached", 3, 4),
        ("limit.reached", 4, 4),
    ]
    assert noted[1].event() == {
        "limit": "active_codes",
        "percent": 100,
        "used": 4,
        "allowed": 4,
        "period": "2026-11",
        "plan": "small",
        "at": "2026-11-20T10:00:00Z",
    }
    clock.now = clock.now.replace(month=12)
    db.write_now(_require, actor, 2)
    assert actions()[2:] == [("limit.approached", "system")]
    assert db.read_now(audit.broken_at, actor.org) is None


def test_both_shares_at_once(db: Database, on_plan: OnPlan) -> None:
    """A large step over both shares notes both."""
    actor = on_plan(limits={Feature.ACTIVE_CODES: 4})
    db.write_now(_require, actor, 0, 4)
    assert [each.percent for each in db.read_now(crossings.of_month, actor.org, month="2026-11")] == [75, 100]


def test_room_for_keys_and_members(db: Database, on_plan: OnPlan) -> None:
    """The key and the owner that are there from the start count; a revoked key makes room."""
    actor = on_plan(limits={Feature.KEYS: 2, Feature.MEMBERS: 1})
    db.write_now(seats.require_key, actor.org)
    key, _ = db.write_now(keys.create, actor.org, label="second", scope=Scope.READ)
    with pytest.raises(LimitReached):
        db.write_now(seats.require_key, actor.org)
    db.write_now(keys.revoke, actor.org, key.public_id)
    db.write_now(seats.require_key, actor.org)
    with pytest.raises(LimitReached):
        db.write_now(seats.require_member, actor.org)
