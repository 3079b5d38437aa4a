"""A plan: what an organisation may do and how much."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Feature(StrEnum):
    """What a plan can limit by a number."""

    ACTIVE_CODES = "active_codes"
    CODES_PER_MONTH = "codes_per_month"
    BULK_SIZE = "bulk_size"
    MEMBERS = "members"
    KEYS = "keys"
    WEBHOOK_ENDPOINTS = "webhook_endpoints"
    DOMAINS = "domains"
    SCANS_PER_MONTH = "scans_per_month"

    @property
    def is_monthly(self) -> bool:
        """Whether it begins at 0 with each UTC calendar month."""
        return self in (Feature.CODES_PER_MONTH, Feature.SCANS_PER_MONTH)

    @property
    def is_counted(self) -> bool:
        """Whether something adds up; the size of one bulk call does not."""
        return self is not Feature.BULK_SIZE


class Ability(StrEnum):
    """What a plan has or has not."""

    API = "api"
    BULK = "bulk"
    WEBHOOKS = "webhooks"
    GEOGRAPHY = "geography"
    HOURLY_SERIES = "hourly_series"
    EVENT_LOG = "event_log"


class AccountType(StrEnum):
    """What kind of account has the plan."""

    FREE = "free"
    TRIAL = "trial"
    PAID = "paid"


class Window(StrEnum):
    """A stretch of time in which a key's requests are counted; shortest first."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan; what `limits` and `windows` do not name is not limited, what `lacks` does not name is there.

    Attributes:
        title: the tier's name, for people.
        tier: the tier as the answers of its product's API spell it.
        windows: requests of one key in a window.
        counts_paused: whether paused codes count as active ones.
        retention_days: how many UTC days analytics show, today among them; None for all there is, 0 for none at all.
    """

    name: str
    title: str = ""
    tier: str = ""
    account_type: AccountType = AccountType.PAID
    limits: Mapping[Feature, int] = field(default_factory=dict)
    windows: Mapping[Window, int] = field(default_factory=dict)
    lacks: frozenset[Ability] = frozenset()
    counts_paused: bool = False
    retention_days: int | None = None

    def has(self, ability: Ability) -> bool:
        """Whether it includes the ability."""
        return ability not in self.lacks
