"""Which plan an organisation has, and until when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Column, ForeignKey, Row, String, Table, bindparam, func, select

from repoint.accounts import audit
from repoint.accounts.audit import Change
from repoint.accounts.organisations import PREFIX, organisations
from repoint.kit.clock import rfc3339
from repoint.kit.db import Identity, Instant, Tx, metadata
from repoint.kit.errors import Conflict, Invalid, PlanExpired
from repoint.kit.ids import prefixed
from repoint.plans import catalogue
from repoint.plans.catalogue import SELFHOSTED
from repoint.plans.catalogue_file import NAME_MAX
from repoint.plans.entitlements import Entitlements, State
from repoint.plans.plan import Plan

YEAR_MAX = 8_999

# Who has no row was never given a plan, and has `selfhosted`, which limits nothing and never ends.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("org_id", Identity, ForeignKey(organisations.c.id), primary_key=True),
    Column("plan", String(NAME_MAX), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ends_at", Instant),
)

_OF_ORG = select(subscriptions).where(subscriptions.c.org_id == bindparam("org"))

log = structlog.get_logger(__name__)


def current(tx: Tx, org: UUID) -> Entitlements:
    """What the organisation may do now, whatever it is; for reading, deleting and exporting."""
    row = _row(tx, org)
    if row is None:
        return Entitlements(org, SELFHOSTED, is_known=True, ends_at=None, at=tx.now)
    plan = catalogue.plans().get(row.plan)
    return Entitlements(
        org, plan or Plan(row.plan, row.plan, row.plan), is_known=plan is not None, ends_at=row.ends_at, at=tx.now
    )


def for_change(tx: Tx, org: UUID) -> Entitlements:
    """What the organisation may do now, for a use case that changes something.

    Raises:
        PlanExpired: the subscription and its grace time are over.
        Conflict: `plan_unknown`, the operator's catalogue has lost the plan.
    """
    entitlements = current(tx, org)
    require_changes(entitlements)
    return entitlements


def require_changes(entitlements: Entitlements) -> None:
    """Let pass whose subscription allows changes.

    Raises:
        PlanExpired: it and its grace time are over.
        Conflict: `plan_unknown`, the operator's catalogue has lost the plan.
    """
    name = entitlements.plan.name
    if not entitlements.is_known:
        log.error("plans.unknown_plan", org=prefixed(PREFIX, entitlements.org), plan=name)
        raise Conflict(
            "plan_unknown",
            f"This organisation has the plan {name!r}, which the catalogue of this installation does not hold. Codes "
            "go on redirecting; to change anything, have the operator put the plan back or set another one.",
        )
    if entitlements.ends_at is not None and entitlements.state is State.EXPIRED:
        raise PlanExpired(name, ended_at=entitlements.ends_at)


def subscribe(tx: Tx, org: UUID, plan: Plan, *, ends_at: datetime | None, who: str) -> Entitlements:
    """Give the organisation a plan, from now on; what it has beyond the plan's limits stays, and nothing is added.

    Setting the same plan again only moves its end.

    Raises:
        Invalid: the end lies too far ahead for a calendar to hold the grace time behind it.
    """
    if ends_at is not None and ends_at.year > YEAR_MAX:
        raise Invalid("ends_at", f"must lie before the year {YEAR_MAX + 1}; a plan without an end is given none")
    row = _row(tx, org)
    before = {"plan": SELFHOSTED.name, "ends_at": None} if row is None else _told(row.plan, row.ends_at)
    after = _told(plan.name, ends_at)
    started = tx.now if row is None or row.plan != plan.name else row.started_at
    values = {"plan": plan.name, "started_at": started, "ends_at": ends_at}
    tx.execute(
        tx.upsert(subscriptions)
        .values(org_id=org, **values)
        .on_conflict_do_update(index_elements=["org_id"], set_=values)
    )
    if before != after:
        audit.record(tx, org, who, Change("plan.changed", prefixed(PREFIX, org), before, after))
    return current(tx, org)


def counted_by_plan(tx: Tx) -> dict[str, int]:
    """How many organisations have each plan. Looks into every organisation, for the operator."""
    counts = {
        row.plan: row.orgs
        for row in tx.execute(select(subscriptions.c.plan, func.count().label("orgs")).group_by(subscriptions.c.plan))
    }
    everyone = int(tx.execute(select(func.count()).select_from(organisations)).scalar_one())
    unsubscribed = everyone - sum(counts.values())
    if unsubscribed:
        counts[SELFHOSTED.name] = counts.get(SELFHOSTED.name, 0) + unsubscribed
    return counts


def missing_plans(tx: Tx) -> Sequence[str]:
    """Plans that organisations have and the catalogue has not. Looks into every organisation, for the operator."""
    return sorted(counted_by_plan(tx).keys() - catalogue.plans().keys())


def _row(tx: Tx, org: UUID) -> Row[Any] | None:
    return tx.execute(_OF_ORG, {"org": org}).one_or_none()


def _told(plan: str, ends_at: datetime | None) -> dict[str, str | None]:
    return {"plan": plan, "ends_at": None if ends_at is None else rfc3339(ends_at)}
