"""How the native API writes plans and usage down."""

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import BaseModel, Field

from repoint.codes.usage import Usage, Use
from repoint.kit.clock import from_ms
from repoint.plans.entitlements import Entitlements, State
from repoint.plans.plan import Ability, AccountType, Feature, Window
from repoint.plans.windows import Standing
from repoint.web.api.wire import Time


class SubscriptionOut(BaseModel):
    """Until when changes are possible: `ends_at` and 90 days of grace; null for ever. Redirects never end with it."""

    state: State
    ends_at: Time | None
    grace_until: Time | None


class PlanOut(BaseModel):
    """A plan; null is no limit."""

    name: str = Field(examples=["selfhosted"])
    title: str
    tier: str = Field(examples=["selfhosted"])
    account_type: AccountType
    limits: dict[Feature, int | None]
    windows: dict[Window, int | None] = Field(description="Requests of one key in a window.")
    features: dict[Ability, bool]
    counts_paused: bool = Field(description="Whether paused codes count as active ones.")
    analytics_retention_days: int | None
    subscription: SubscriptionOut

    @classmethod
    def of(cls, entitlements: Entitlements) -> Self:
        """A plan as an organisation has it."""
        plan = entitlements.plan
        return cls(
            name=plan.name,
            title=plan.title,
            tier=plan.tier,
            account_type=plan.account_type,
            limits={feature: entitlements.limit(feature) for feature in Feature},
            windows={window: entitlements.window(window) for window in Window},
            features={ability: entitlements.has(ability) for ability in Ability},
            counts_paused=plan.counts_paused,
            analytics_retention_days=plan.retention_days,
            subscription=SubscriptionOut(
                state=entitlements.state, ends_at=entitlements.ends_at, grace_until=entitlements.grace_until
            ),
        )


class UseOut(BaseModel):
    """How much of one limit is used; `limit` and `share` are null without a limit."""

    feature: Feature
    used: int
    limit: int | None
    share: float | None = Field(description="Used of the limit; 1.0 is all of it.")
    period: Literal["now", "month"] = Field(description="What there is now, or what was made this UTC calendar month.")
    resets_at: Time | None

    @classmethod
    def of(cls, use: Use) -> Self:
        """One limit."""
        return cls(
            feature=use.feature,
            used=use.used,
            limit=use.limit,
            share=use.share,
            period="month" if use.feature.is_monthly else "now",
            resets_at=use.resets_at,
        )


class StandingOut(BaseModel):
    """Where the key stands in one window."""

    window: Window
    limit: int
    remaining: int
    resets_at: Time

    @classmethod
    def of(cls, standing: Standing) -> Self:
        """One window."""
        return cls(
            window=standing.window,
            limit=standing.limit,
            remaining=standing.remaining,
            resets_at=from_ms(-(-standing.resets_at_us // 1_000)),
        )


class RequestsOut(BaseModel):
    """Requests: of all keys this month, and this key's windows."""

    this_month: int
    windows: list[StandingOut]


class UsageOut(BaseModel):
    """What is used of a plan."""

    plan: str = Field(examples=["selfhosted"])
    period: str = Field(description="The UTC calendar month.", examples=["2026-11"])
    period_ends_at: Time
    limits: list[UseOut]
    requests: RequestsOut

    @classmethod
    def of(cls, usage: Usage, standings: Sequence[Standing]) -> Self:
        """An organisation's usage, asked for by one of its keys."""
        return cls(
            plan=usage.entitlements.plan.name,
            period=usage.month,
            period_ends_at=usage.month_ends_at,
            limits=[UseOut.of(use) for use in usage.uses],
            requests=RequestsOut(
                this_month=usage.requests, windows=[StandingOut.of(standing) for standing in standings]
            ),
        )
