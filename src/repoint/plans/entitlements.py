"""What one organisation may do at one moment."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from repoint.plans.plan import Ability, Feature, Plan, Window

GRACE = timedelta(days=90)


class State(StrEnum):
    """Where a subscription stands."""

    ACTIVE = "active"
    GRACE = "grace"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Entitlements:
    """An organisation's plan, seen at the moment `at`.

    Attributes:
        is_known: whether the catalogue has the plan; where it has not, `plan` has its name and limits nothing.
        ends_at: when the subscription ends; None for never.
    """

    org: UUID
    plan: Plan
    is_known: bool
    ends_at: datetime | None
    at: datetime

    @property
    def grace_until(self) -> datetime | None:
        """Until when changes are possible."""
        return None if self.ends_at is None else self.ends_at + GRACE

    @property
    def state(self) -> State:
        """Active until the end, in grace for 90 days from then on, expired after that."""
        if self.ends_at is None or self.at < self.ends_at:
            return State.ACTIVE
        return State.GRACE if self.at < self.ends_at + GRACE else State.EXPIRED

    @property
    def analytics_from(self) -> datetime | None:
        """The beginning of the first of the UTC days that analytics may show, today the last; None for all there is."""
        days = self.plan.retention_days
        if days is None:
            return None
        today = self.at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return today - timedelta(days=days - 1)

    def limit(self, feature: Feature) -> int | None:
        """The most there may be; None without a limit."""
        return self.plan.limits.get(feature)

    def window(self, window: Window) -> int | None:
        """The most requests of one key in a window; None without a limit."""
        return self.plan.windows.get(window)

    def has(self, ability: Ability) -> bool:
        """Whether the plan includes it."""
        return self.plan.has(ability)
