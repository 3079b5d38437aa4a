"""The plan and how much of it is used."""

from fastapi import APIRouter, Response

from repoint.codes.usage import plan_of, usage_of
from repoint.services import Services
from repoint.web.api.answers import answered
from repoint.web.api.caller import Caller
from repoint.web.api.problems import responses
from repoint.web.api.wire_plan import PlanOut, UsageOut


def routes(services: Services) -> APIRouter:
    """`/plan` and `/usage`."""
    router = APIRouter(tags=["Plan"])
    db, limits = services.db, services.limits

    @router.get("/plan", summary="Get the plan", response_model=PlanOut, responses=responses())
    async def get_plan(caller: Caller) -> Response:
        """Get the organisation's plan: limits, windows, features, and when the subscription ends."""
        return answered(PlanOut.of(await db.read(plan_of, caller)))

    @router.get("/usage", summary="Get the usage", response_model=UsageOut, responses=responses())
    async def get_usage(caller: Caller) -> Response:
        """Get how much of each limit is used, and where this key stands in its windows."""
        usage = await db.read(usage_of, caller)
        return answered(UsageOut.of(usage, await limits.standings(caller, per_minute=caller.rate_limit_per_minute)))

    return router
