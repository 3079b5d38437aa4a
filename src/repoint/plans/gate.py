"""Lets a change through while the plan has room."""

from collections.abc import Callable

from repoint.kit.errors import LimitReached
from repoint.plans.catalogue import Feature, Plan


def require(plan: Plan, feature: Feature, *, used: Callable[[], int]) -> None:
    """Let one more pass; `used` counts only where the plan has a limit at all.

    Raises:
        LimitReached: the limit is used up.
    """
    limit = plan.limits.get(feature)
    if limit is not None and (count := used()) >= limit:
        raise LimitReached(feature.value, plan=plan.name, limit=limit, used=count)
