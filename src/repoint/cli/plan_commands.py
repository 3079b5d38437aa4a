"""What `repoint plan` asks of an installation, running or not."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from repoint.accounts import organisations
from repoint.kit.clock import rfc3339
from repoint.kit.db import Tx
from repoint.plans import catalogue, subscriptions
from repoint.plans.entitlements import Entitlements
from repoint.plans.plan import Ability, Plan


def list_plans(tx: Tx) -> dict[str, Any]:
    """Every plan of the catalogue, and how many organisations have it; those it has lost too."""
    counts = subscriptions.counted_by_plan(tx)
    present = catalogue.present()
    return {
        "plans": [{**told(plan), "organisations": counts.get(name, 0)} for name, plan in present.plans.items()],
        "missing": [{"name": name, "organisations": counts[name]} for name in subscriptions.missing_plans(tx)],
        "trouble": present.trouble,
    }


def show_plan(_: Tx, *, plan: str) -> dict[str, Any]:
    """One plan."""
    return told(catalogue.find(plan))


def set_plan(tx: Tx, *, org: str, plan: str, ends_at: str | None) -> dict[str, Any]:
    """Give an organisation a plan."""
    owner = organisations.get(tx, org)
    end = None if ends_at is None else datetime.fromisoformat(ends_at)
    entitlements = subscriptions.subscribe(
        tx, owner.id, catalogue.find(plan), ends_at=end, who=organisations.operator_of(owner).who
    )
    return {"org": owner.public_id, "name": owner.name, **subscription(entitlements)}


def reload_plans(tx: Tx) -> dict[str, Any]:
    """Read the operator's file again, in every process that serves; one that cannot be used changes nothing."""
    present = catalogue.reload()
    tx.announce(catalogue.CHANGES, "")
    return {
        "file": None if present.file is None else str(present.file),
        "plans": len(present.plans),
        "missing": list(subscriptions.missing_plans(tx)),
    }


CHANGING: Mapping[str, Callable[..., dict[str, Any]]] = {"plan.set": set_plan, "plan.reload": reload_plans}
READING: Mapping[str, Callable[..., dict[str, Any]]] = {"plan.list": list_plans, "plan.show": show_plan}


def told(plan: Plan) -> dict[str, Any]:
    """A plan as JSON."""
    return {
        "name": plan.name,
        "title": plan.title,
        "tier": plan.tier,
        "account_type": plan.account_type.value,
        "counts_paused": plan.counts_paused,
        "limits": {feature.value: limit for feature, limit in plan.limits.items()},
        "windows": {f"per_{window.value}": limit for window, limit in plan.windows.items()},
        "features": {ability.value: plan.has(ability) for ability in Ability},
        "analytics_retention_days": plan.retention_days,
    }


def subscription(entitlements: Entitlements) -> dict[str, Any]:
    """A subscription as JSON."""
    ends_at, grace_until = entitlements.ends_at, entitlements.grace_until
    return {
        "plan": entitlements.plan.name,
        "state": entitlements.state.value,
        "ends_at": None if ends_at is None else rfc3339(ends_at),
        "grace_until": None if grace_until is None else rfc3339(grace_until),
    }
