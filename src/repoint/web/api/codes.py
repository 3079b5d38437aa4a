"""QR codes: create, list, get, change, delete."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Response

from repoint.accounts.actor import Scope
from repoint.codes.create import create_code
from repoint.codes.delete import delete_code, delete_for_good
from repoint.codes.edit import edit_code
from repoint.codes.find import LIMIT_DEFAULT, LIMIT_MAX, get_code, list_codes
from repoint.kit.clock import utc_now
from repoint.kit.cursor import LENGTH_MAX
from repoint.services import Services
from repoint.web.api.caller import Caller, CodeId
from repoint.web.api.incoming_logos import logo_from_url
from repoint.web.api.problems import responses
from repoint.web.api.wire import CodeIn, CodeOut, CodePatch, PageOut


def routes(services: Services) -> APIRouter:
    """The routes below `/qr-codes`."""
    router = APIRouter(prefix="/qr-codes", tags=["QR codes"])
    db, space = services.db, services.space

    @router.post("", summary="Create a QR code", status_code=201, responses=responses(402, 404, 409, 413))
    async def create_qr_code(caller: Caller, body: CodeIn, response: Response) -> CodeOut:
        """Create a QR code."""
        caller.require(Scope.WRITE)
        # No call to somewhere else fits into a transaction, so the logo is there before it begins.
        draft = replace(body.draft(), logo=await logo_from_url(services, body.logo_url))
        code = await db.write(create_code, caller, draft, space=space)
        response.headers["location"] = f"/api/v1/qr-codes/{code.public_id}"
        return CodeOut.of(code, space, utc_now())

    @router.get("", summary="List QR codes", responses=responses())
    async def list_qr_codes(
        caller: Caller,
        cursor: Annotated[str | None, Query(max_length=LENGTH_MAX, pattern=r"^[A-Za-z0-9_-]+$")] = None,
        limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    ) -> PageOut:
        """List QR codes, newest first."""
        page = await db.read(list_codes, caller, cursor=cursor, limit=limit, cursors=services.cursors)
        return PageOut.of(page, space, utc_now())

    @router.get("/{code_id}", summary="Get a QR code", responses=responses(404))
    async def get_qr_code(caller: Caller, code_id: CodeId) -> CodeOut:
        """Get one QR code."""
        return CodeOut.of(await db.read(get_code, caller, code_id), space, utc_now())

    @router.patch("/{code_id}", summary="Change a QR code", responses=responses(402, 404, 409, 413))
    async def change_qr_code(caller: Caller, code_id: CodeId, body: CodePatch) -> CodeOut:
        """Change a QR code; the next scan sees it."""
        caller.require(Scope.WRITE)
        edit = replace(body.edit(), logo=await logo_from_url(services, body.logo_url))
        return CodeOut.of(await db.write(edit_code, caller, code_id, edit, space=space), space, utc_now())

    @router.delete(
        "/{code_id}",
        summary="Delete a QR code",
        response_model=CodeOut,
        responses={204: {"description": "Gone for good; it was asked for with `permanent=true`."}, **responses(404)},
    )
    async def delete_qr_code(caller: Caller, code_id: CodeId, *, permanent: bool = False) -> CodeOut | Response:
        """Delete a QR code: it redirects for 90 more days and then answers 410; with `permanent=true` at once."""
        if permanent:
            await db.write(delete_for_good, caller, code_id, space=space)
            return Response(status_code=204)
        return CodeOut.of(await db.write(delete_code, caller, code_id, space=space), space, utc_now())

    return router
