"""A code's history, the way back, and what a visitor would get."""

from typing import Annotated

from fastapi import APIRouter, Body, Response

from repoint.codes.explain import explain
from repoint.codes.history import history_of
from repoint.codes.rollback import roll_back
from repoint.kit.clock import utc_now
from repoint.services import Services
from repoint.web.api.answers import answered
from repoint.web.api.caller import Caller, CodeId
from repoint.web.api.conditional import IfMatch
from repoint.web.api.once import Once
from repoint.web.api.paging import Paged
from repoint.web.api.problems import responses
from repoint.web.api.wire import CodeOut
from repoint.web.api.wire_library import ExplanationOut, HistoryPageOut, RollbackIn, VisitorIn


def routes(services: Services) -> APIRouter:
    """The routes `/qr-codes/{id}/history`, `/rollback` and `/resolve`."""
    router = APIRouter(prefix="/qr-codes", tags=["QR codes"])
    db, space = services.db, services.space

    @router.get(
        "/{code_id}/history",
        summary="List the changes of a QR code",
        response_model=HistoryPageOut,
        responses=responses(404),
    )
    async def list_changes(caller: Caller, code_id: CodeId, paged: Paged) -> Response:
        """List what was changed about a QR code, by whom and when, newest first."""
        page = await db.read(history_of, caller, code_id, paged)
        return answered(HistoryPageOut.of(page))

    @router.post(
        "/{code_id}/rollback",
        summary="Roll a QR code back",
        response_model=CodeOut,
        responses=responses(402, 404, 409, 412, 413),
    )
    async def roll_back_qr_code(
        caller: Caller, code_id: CodeId, body: RollbackIn, expected: IfMatch, once: Once
    ) -> Response:
        """Give a QR code back what it had after an entry of its history; that is an entry itself."""
        return await once.write(
            lambda tx: roll_back(tx, caller, code_id, to=body.to, space=space, expected=expected),
            lambda code: answered(CodeOut.of(code, space, utc_now()), version=code.version),
        )

    @router.post(
        "/{code_id}/resolve",
        summary="Explain what a visitor gets",
        response_model=ExplanationOut,
        responses=responses(404, 413),
    )
    async def resolve_qr_code(
        caller: Caller, code_id: CodeId, body: Annotated[VisitorIn | None, Body()] = None
    ) -> Response:
        """Explain what a visitor of this kind would get, and why. Nothing is counted."""
        visitor = (body or VisitorIn()).visitor()
        return answered(ExplanationOut.of(await db.read(explain, caller, code_id, visitor)))

    return router
