"""A subscription has a plan, an end and a grace time; without one there is no limit."""

from datetime import UTC, datetime, timedelta

import pytest

from repoint.accounts import audit, organisations
from repoint.accounts.actor import Actor
from repoint.kit.db import Database
from repoint.kit.errors import Conflict, Invalid, PlanExpired
from repoint.plans import catalogue, subscriptions
from repoint.plans.entitlements import GRACE, State
from repoint.plans.plan import Plan
from tests.conftest import START, FakeClock
from tests.plans.conftest import OnPlan

SECOND = timedelta(seconds=1)


def test_who_was_given_no_plan_is_not_limited(db: Database) -> None:
    """An organisation without a subscription has the default plan, for ever."""
    org = db.write_now(organisations.found, "Acme")
    entitlements = db.read_now(subscriptions.for_change, org.id)
    assert (entitlements.plan, entitlements.ends_at, entitlements.state) == (
        catalogue.SELFHOSTED,
        None,
        State.ACTIVE,
    )


@pytest.mark.parametrize(
    ("after", "state"),
    [
        (-SECOND, State.ACTIVE),
        (timedelta(), State.GRACE),
        (GRACE - SECOND, State.GRACE),
        (GRACE, State.EXPIRED),
        (GRACE * 10, State.EXPIRED),
    ],
)
def test_the_end_and_the_grace_time(
    db: Database, actor: Actor, clock: FakeClock, after: timedelta, state: State
) -> None:
    """Changes are possible up to 90 days after the end, and not from then on; reading always is."""
    ends_at = START + timedelta(days=10)
    db.write_now(subscriptions.subscribe, actor.org, catalogue.find("abundera-team"), ends_at=ends_at, who="cli")
    clock.now = ends_at + after
    entitlements = db.read_now(subscriptions.current, actor.org)
    assert entitlements.state is state
    assert entitlements.grace_until == ends_at + timedelta(days=90)
    if state is not State.EXPIRED:
        db.read_now(subscriptions.for_change, actor.org)
        return
    with pytest.raises(PlanExpired) as caught:
        db.read_now(subscriptions.for_change, actor.org)
    assert (caught.value.plan, caught.value.ended_at) == ("abundera-team", ends_at)


def test_a_change_of_plan_is_in_the_audit_log(db: Database, actor: Actor) -> None:
    """The entry says what it was and what it is; the same again is no entry."""
    gold = catalogue.find("abundera-agency")
    for _ in range(2):
        db.write_now(subscriptions.subscribe, actor.org, gold, ends_at=START, who="cli")
    entries = db.read_now(audit.newest, actor.org, subject=None, below=None, limit=10)
    assert [(entry.action, entry.who, entry.before, entry.after) for entry in entries] == [
        (
            "plan.changed",
            "cli",
            {"plan": "selfhosted", "ends_at": None},
            {"plan": "abundera-agency", "ends_at": "2026-11-20T10:00:00Z"},
        )
    ]


def test_a_plan_that_the_catalogue_has_lost(db: Database, on_plan: OnPlan) -> None:
    """Reading goes on with its name and no limit; a change is refused with what to do; the operator can list it."""
    actor = on_plan("lost")
    catalogue._present = catalogue.Catalogue(catalogue.SHIPPED)
    entitlements = db.read_now(subscriptions.current, actor.org)
    assert (entitlements.plan, entitlements.is_known) == (Plan("lost", "lost", "lost"), False)
    with pytest.raises(Conflict, match="have the operator put the plan back") as caught:
        db.read_now(subscriptions.for_change, actor.org)
    assert caught.value.code == "plan_unknown"
    assert db.read_now(subscriptions.missing_plans) == ["lost"]
    assert db.read_now(subscriptions.counted_by_plan) == {"lost": 1}


def test_an_end_beyond_the_calendar(db: Database, actor: Actor) -> None:
    """The grace time has to fit behind it; the last day that may be is one like any other."""
    plan = catalogue.find("abundera-team")
    with pytest.raises(Invalid, match="before the year 9000"):
        db.write_now(subscriptions.subscribe, actor.org, plan, ends_at=datetime.max.replace(tzinfo=UTC), who="cli")
    last = datetime(8999, 12, 31, tzinfo=UTC)
    given = db.write_now(subscriptions.subscribe, actor.org, plan, ends_at=last, who="cli")
    assert given.grace_until == datetime(9000, 3, 31, tzinfo=UTC)


def test_how_far_back_analytics_reach(db: Database, on_plan: OnPlan) -> None:
    """So many UTC days, today the last of them; without a retention there is no first day."""
    assert db.read_now(subscriptions.current, on_plan().org).analytics_from is None
    short = db.read_now(subscriptions.current, on_plan("short", retention_days=30).org)
    assert short.analytics_from == datetime(2026, 10, 22, tzinfo=UTC)
    assert short.analytics_from == START.replace(hour=0) - timedelta(days=29)
