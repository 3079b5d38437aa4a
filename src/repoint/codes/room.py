"""Room for another active code."""

from repoint.codes import store
from repoint.kit.db import Tx
from repoint.plans import gate
from repoint.plans.entitlements import Entitlements
from repoint.plans.plan import Feature


def require_active(tx: Tx, entitlements: Entitlements, *, adding: int = 1) -> None:
    """Let that many codes begin to redirect: made, or brought back from the grace time.

    Raises:
        LimitReached: the plan has no room for them.
    """
    gate.require(tx, entitlements, Feature.ACTIVE_CODES, used=lambda: taken(tx, entitlements), adding=adding)


def counts(entitlements: Entitlements, *, is_paused: bool, is_deleted: bool) -> bool:
    """Whether a code with a link counts as active on the organisation's plan."""
    return not is_deleted and (entitlements.plan.counts_paused or not is_paused)


def taken(tx: Tx, entitlements: Entitlements) -> int:
    """How many codes count as active on the organisation's plan."""
    return store.count_active(tx, entitlements.org, with_paused=entitlements.plan.counts_paused)


def require_unpaused(tx: Tx, entitlements: Entitlements) -> None:
    """Let one paused code redirect again; where the plan counts paused ones, it has its room already.

    Raises:
        LimitReached: the plan has no room for it.
    """
    if not entitlements.plan.counts_paused:
        require_active(tx, entitlements)
