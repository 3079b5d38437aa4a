"""Scans of the month are counted for their organisation, and stop nothing."""

from repoint.accounts import audit, organisations
from repoint.accounts.actor import Actor, Scope
from repoint.codes.code import Code
from repoint.codes.scan_usage import count_scans
from repoint.codes.usage import usage_of
from repoint.kit.clock import to_ms
from repoint.kit.db import Database
from repoint.plans import catalogue, crossings, subscriptions, usage
from repoint.plans.catalogue import Catalogue
from repoint.plans.plan import Feature, Plan
from tests.codes.conftest import MakeCode
from tests.conftest import START, MakeActor

HOUR = to_ms(START) // 3_600_000
CAPPED = Plan("capped", limits={Feature.SCANS_PER_MONTH: 100})


def _link(code: Code) -> int:
    assert code.link_id is not None
    return code.link_id


def test_scans_are_counted_by_organisation_and_month(
    db: Database, actor: Actor, make_actor: MakeActor, make_code: MakeCode
) -> None:
    """People of all links of an organisation add up, each in the month of their hour; unknown links are nobody's."""
    other = make_actor(name="Globex")
    mine, second, theirs = make_code(), make_code(), make_code(other)
    october = HOUR - 24 * 30
    for _ in range(2):
        db.write_now(
            count_scans,
            {
                (_link(mine), HOUR): 3,
                (_link(second), HOUR + 1): 4,
                (_link(mine), october): 5,
                (_link(theirs), HOUR): 7,
                (999, HOUR): 100,
                (_link(second), HOUR): 0,
            },
        )
    assert db.read_now(usage.used, actor.org, Feature.SCANS_PER_MONTH, month="2026-11") == 14
    assert db.read_now(usage.used, actor.org, Feature.SCANS_PER_MONTH, month="2026-10") == 10
    assert db.read_now(usage.used, other.org, Feature.SCANS_PER_MONTH, month="2026-11") == 14
    shown = {use.feature: use for use in db.read_now(usage_of, actor).uses}[Feature.SCANS_PER_MONTH]
    assert (shown.used, shown.limit, shown.share) == (14, None, None)


def test_a_cap_is_told_and_stops_nothing(db: Database, actor: Actor, make_code: MakeCode) -> None:
    """Scans go on past the cap; 75 % and 100 % of it are told once."""
    before = catalogue.present()
    catalogue._present = Catalogue({**catalogue.SHIPPED, CAPPED.name: CAPPED})
    try:
        db.write_now(subscriptions.subscribe, actor.org, CAPPED, ends_at=None, who="cli")
        code = make_code()
        for _ in range(5):
            db.write_now(count_scans, {(_link(code), HOUR): 40})
    finally:
        catalogue._present = before
    noted = db.read_now(crossings.of_month, actor.org, month="2026-11")
    assert [(each.kind, each.used) for each in noted] == [("limit.approached", 80), ("limit.reached", 120)]
    entries = db.read_now(audit.newest, actor.org, subject=None, below=None, limit=10)
    assert [entry.action for entry in entries if entry.action.startswith("limit.")] == [
        "limit.reached",
        "limit.approached",
    ]
    assert db.read_now(usage.used, actor.org, Feature.SCANS_PER_MONTH, month="2026-11") == 200


def test_an_organisation_without_a_plan(db: Database, make_code: MakeCode) -> None:
    """Scans of organisations that were never given a plan are counted like all others."""
    org = db.write_now(organisations.found, "Bare")
    code = make_code(Actor(org.id, "cli", Scope.ADMIN))
    db.write_now(count_scans, {(_link(code), HOUR): 2})
    assert db.read_now(usage.used, org.id, Feature.SCANS_PER_MONTH, month="2026-11") == 2
