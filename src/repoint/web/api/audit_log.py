"""The audit log of the organisation."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from repoint.accounts.audit import ACTION_MAX, SUBJECT_MAX, WHO_MAX
from repoint.accounts.log_reading import Filters, read_log
from repoint.services import Services
from repoint.web.api.answers import answered
from repoint.web.api.caller import Caller
from repoint.web.api.paging import Paged
from repoint.web.api.problems import responses
from repoint.web.api.wire_accounts import LogPageOut


def routes(services: Services) -> APIRouter:
    """The route at `/audit-log`."""
    router = APIRouter(prefix="/audit-log", tags=["Organisation"])
    db = services.db

    @router.get("", summary="Read the audit log", response_model=LogPageOut, responses=responses(404))
    async def read_audit_log(
        caller: Caller,
        paged: Paged,
        subject: Annotated[str | None, Query(max_length=SUBJECT_MAX)] = None,
        action: Annotated[str | None, Query(max_length=ACTION_MAX)] = None,
        who: Annotated[str | None, Query(max_length=WHO_MAX)] = None,
    ) -> Response:
        """Read what was changed, by whom and when, newest first; of one subject, action or author, or all."""
        filters = Filters(subject, action, who)
        page = await db.read(read_log, caller, filters, paged)
        return answered(LogPageOut.of(page))

    return router
