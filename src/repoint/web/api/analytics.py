"""Scans of a code: totals and a series."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from repoint.analytics.answer import analytics_of
from repoint.analytics.query import Interval
from repoint.services import Services
from repoint.web.api.answers import answered
from repoint.web.api.caller import Caller, CodeId
from repoint.web.api.problems import responses
from repoint.web.api.wire import AnalyticsOut


def routes(services: Services) -> APIRouter:
    """The route `/qr-codes/{id}/analytics`."""
    router = APIRouter(prefix="/qr-codes", tags=["Analytics"])

    @router.get(
        "/{code_id}/analytics",
        summary="Count the scans of a QR code",
        response_model=AnalyticsOut,
        responses=responses(404),
    )
    async def count_scans(
        caller: Caller,
        code_id: CodeId,
        start: Annotated[datetime | None, Query(alias="from", description="Rounded down to a whole interval.")] = None,
        end: Annotated[datetime | None, Query(alias="to", description="Rounded up to a whole interval.")] = None,
        interval: Interval = Interval.DAY,
        tz: Literal["UTC"] = "UTC",
    ) -> Response:
        """Count scans: by people, by bots, and how many different people; without a range, since creation.

        Where the plan shows fewer days, `range` begins later than was asked for.
        """
        del tz
        answer = await services.db.read(analytics_of, caller, code_id, start=start, end=end, interval=interval)
        return answered(AnalyticsOut.of(answer))

    return router
