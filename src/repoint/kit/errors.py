"""What a caller can act on.

DomainError        an answer, never a bug
├── Invalid        malformed, or not allowed to say that   field, reason
├── NotFound       does not exist, or not for you          kind, id
├── Forbidden      you may not                             needs
├── Conflict       true, but not now                       code, reason
├── Stale          it has changed since you looked        kind, version
├── NotInPlan      the plan has no such thing               feature, plan
├── PlanExpired    the subscription is over, changes wait plan, ended_at
├── LimitReached   the plan ends here                      feature, plan, limit, used
└── TooMany        slow down                               window, retry_at
"""

import math
from datetime import datetime


class DomainError(Exception):
    """An answer to the caller; every surface maps every subclass."""


class Invalid(DomainError):
    """What was said is malformed or not allowed.

    Attributes:
        field: path of the field, dotted, as the native API names it.
        reason: one sentence that says what would be right.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class NotFound(DomainError):
    """It does not exist, or not for this actor; the two look the same on purpose."""

    def __init__(self, kind: str, wanted: str) -> None:
        super().__init__(f"There is no {kind} {wanted!r}.")
        self.kind = kind
        self.wanted = wanted


class Forbidden(DomainError):
    """The actor may not do this; `needs` names what it would take."""

    def __init__(self, needs: str) -> None:
        super().__init__(f"This needs {needs}.")
        self.needs = needs


class Conflict(DomainError):
    """Well said, but the present state does not allow it.

    Attributes:
        code: stable machine name, for example `slug_taken`.
        reason: one sentence for people.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Stale(DomainError):
    """The change was meant for another version of the thing than there is now."""

    def __init__(self, kind: str, version: int) -> None:
        super().__init__(f"The {kind} has changed since you looked: it has version {version} now. Get it again first.")
        self.kind = kind
        self.version = version


class NotInPlan(DomainError):
    """The plan does not include this."""

    def __init__(self, feature: str, *, plan: str) -> None:
        super().__init__(f"The plan {plan!r} does not include {feature!r}; another plan does.")
        self.feature = feature
        self.plan = plan


class PlanExpired(DomainError):
    """The subscription and its grace time are over: nothing can be changed, and what is printed goes on working."""

    def __init__(self, plan: str, *, ended_at: datetime) -> None:
        super().__init__(
            f"The plan {plan!r} ended on {ended_at:%Y-%m-%d}. Codes go on redirecting; to change anything, renew it."
        )
        self.plan = plan
        self.ended_at = ended_at


class LimitReached(DomainError):
    """The plan's limit for a feature is used up; of the size of one call, `used` are those that it asked for."""

    def __init__(self, feature: str, *, plan: str, limit: int, used: int, are: str = "used") -> None:
        super().__init__(f"The plan {plan!r} allows {limit} of {feature}; {used} are {are}.")
        self.feature = feature
        self.plan = plan
        self.limit = limit
        self.used = used


class TooMany(DomainError):
    """Too many requests in a window; `retry_at` is when the next one is welcome."""

    def __init__(self, window: str, *, retry_at: datetime, what: str = "requests") -> None:
        super().__init__(f"Too many {what} in one {window}.")
        self.window = window
        self.retry_at = retry_at

    def wait_s(self, now: datetime) -> int:
        """Whole seconds until the next one is welcome, rounded up: who waits as long is not too early."""
        return max(1, math.ceil((self.retry_at - now).total_seconds()))
