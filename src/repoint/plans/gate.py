"""Lets a change through while the plan has room.

Whoever adds something calls `require` (what is there now) or `count` (what was made this month) in the transaction
that adds it; both hold the organisation's lock until that ends, so that nobody slips through at the same moment.
"""

from collections.abc import Callable

from repoint.accounts import organisations
from repoint.kit.db import Tx
from repoint.kit.errors import LimitReached, NotInPlan
from repoint.plans import crossings, usage
from repoint.plans.entitlements import Entitlements
from repoint.plans.plan import Ability, Feature


def require(tx: Tx, entitlements: Entitlements, feature: Feature, *, used: Callable[[], int], adding: int = 1) -> None:
    """Let `adding` more pass; `used` counts what is there, and only where the plan has a limit at all.

    Raises:
        LimitReached: there is no room for them.
    """
    if entitlements.limit(feature) is None:
        return
    organisations.lock(tx, entitlements.org)
    before = used()
    fit(entitlements, feature, used=before, adding=adding)
    crossings.note(tx, entitlements, feature, used=before + adding)


def count(tx: Tx, entitlements: Entitlements, feature: Feature, *, adding: int = 1) -> None:
    """Count `adding` more in this calendar month, and let them pass; what is taken away later stays counted.

    Raises:
        LimitReached: there is no room for them.
    """
    # Always in this order, the organisation and then its counter, or two transactions could wait for each other.
    organisations.lock(tx, entitlements.org)
    after = usage.add(tx, entitlements.org, feature, month=usage.month_of(tx.now), more=adding)
    fit(entitlements, feature, used=after - adding, adding=adding)
    crossings.note(tx, entitlements, feature, used=after)


def require_feature(entitlements: Entitlements, ability: Ability) -> None:
    """Let pass whose plan includes it.

    Raises:
        NotInPlan: it does not.
    """
    if not entitlements.has(ability):
        raise NotInPlan(ability.value, plan=entitlements.plan.name)


def require_analytics(entitlements: Entitlements) -> None:
    """Let pass whose plan shows analytics at all.

    Raises:
        NotInPlan: it keeps them for no day.
    """
    if entitlements.plan.retention_days == 0:
        raise NotInPlan("analytics", plan=entitlements.plan.name)


def require_bulk(entitlements: Entitlements, size: int) -> None:
    """Let one call with that many items pass.

    Raises:
        NotInPlan: the plan has no bulk calls.
        LimitReached: it allows fewer items in one.
    """
    require_feature(entitlements, Ability.BULK)
    limit = entitlements.limit(Feature.BULK_SIZE)
    if limit is not None and size > limit:
        name = entitlements.plan.name
        raise LimitReached(Feature.BULK_SIZE.value, plan=name, limit=limit, used=size, are="asked for")


def fit(entitlements: Entitlements, feature: Feature, *, used: int, adding: int) -> None:
    """Let `adding` more pass beside `used`; whoever counts for many at once calls `require` or `count` for all of them.

    Raises:
        LimitReached: there is no room for them.
    """
    limit = entitlements.limit(feature)
    if limit is not None and used + adding > limit:
        raise LimitReached(feature.value, plan=entitlements.plan.name, limit=limit, used=used)
