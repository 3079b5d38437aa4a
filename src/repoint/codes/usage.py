"""How much of its plan an organisation uses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from repoint.accounts import keys, organisations
from repoint.accounts.actor import Actor, Scope
from repoint.codes import store
from repoint.kit.db import Tx
from repoint.links import domains
from repoint.plans import request_counts, subscriptions, usage
from repoint.plans.entitlements import Entitlements
from repoint.plans.plan import Feature


@dataclass(frozen=True, slots=True)
class Use:
    """How much of one feature is used; `limit` is None without one, `resets_at` where it does not begin anew."""

    feature: Feature
    used: int
    limit: int | None
    resets_at: datetime | None

    @property
    def share(self) -> float | None:
        """Used of the limit, 1.0 for all of it; None without a limit."""
        if self.limit is None:
            return None
        return round(self.used / self.limit, 4) if self.limit else 1.0


@dataclass(frozen=True, slots=True)
class Usage:
    """Everything that is counted, in the UTC calendar month `month`; `requests` by all keys in it."""

    entitlements: Entitlements
    month: str
    month_ends_at: datetime
    uses: Sequence[Use]
    requests: int


def plan_of(tx: Tx, actor: Actor) -> Entitlements:
    """What the organisation may do."""
    actor.require(Scope.READ)
    return subscriptions.current(tx, actor.org)


def usage_of(tx: Tx, actor: Actor) -> Usage:
    """What the organisation uses now and has used this month."""
    actor.require(Scope.READ)
    entitlements = subscriptions.current(tx, actor.org)
    month, ends_at = usage.month_of(tx.now), usage.month_end(tx.now)
    monthly = usage.by_month(tx, actor.org, month=month)
    uses = []
    for feature in Feature:
        if feature.is_counted:
            used = monthly.get(feature.value, 0) if feature.is_monthly else _count(tx, entitlements, feature)
            uses.append(Use(feature, used, entitlements.limit(feature), ends_at if feature.is_monthly else None))
    return Usage(entitlements, month, ends_at, uses, request_counts.of_org(tx, actor.org, month=month))


# What is there at this moment. Features whose things cannot be made yet have none of them, and no counter here.
COUNTERS: Mapping[Feature, Callable[[Tx, UUID], int]] = {
    Feature.MEMBERS: organisations.count_members,
    Feature.KEYS: keys.count_working,
    Feature.DOMAINS: domains.count,
}


def _count(tx: Tx, entitlements: Entitlements, feature: Feature) -> int:
    if feature is Feature.ACTIVE_CODES:
        return store.count_active(tx, entitlements.org, with_paused=entitlements.plan.counts_paused)
    counter = COUNTERS.get(feature)
    return 0 if counter is None else counter(tx, entitlements.org)
