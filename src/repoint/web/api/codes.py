"""QR codes: create, list, get, change, delete, restore."""

from dataclasses import replace

from fastapi import APIRouter, Response

from repoint.codes.create import create_code
from repoint.codes.delete import delete_code, delete_for_good, restore_code
from repoint.codes.edit import edit_code
from repoint.codes.find import get_code, list_codes
from repoint.kit.clock import utc_now
from repoint.services import Services
from repoint.web.api import code_lists
from repoint.web.api.answers import answered, created, unless_known
from repoint.web.api.caller import Caller, CodeId
from repoint.web.api.code_lists import ListAsked
from repoint.web.api.conditional import NOT_MODIFIED, IfMatch, IfNoneMatch
from repoint.web.api.incoming_logos import logo_from_url
from repoint.web.api.once import Once
from repoint.web.api.problems import responses
from repoint.web.api.wire import CodeIn, CodeOut, CodePatch, PageOut, SparsePageOut


def routes(services: Services) -> APIRouter:
    """The routes below `/qr-codes`."""
    router = APIRouter(prefix="/qr-codes", tags=["QR codes"])
    db, space = services.db, services.space

    @router.post(
        "", summary="Create a QR code", status_code=201, response_model=CodeOut, responses=responses(402, 404, 409, 413)
    )
    async def create_qr_code(caller: Caller, body: CodeIn, once: Once) -> Response:
        """Create a QR code."""
        # No call to somewhere else fits into a transaction, so the logo is there before it begins.
        draft = replace(body.draft(), logo=await logo_from_url(services, body.logo_url))
        return await once.write(
            lambda tx: create_code(tx, caller, draft, space=space),
            lambda code: created(
                CodeOut.of(code, space, utc_now()), f"/qr-codes/{code.public_id}", version=code.version
            ),
        )

    @router.get("", summary="List QR codes", response_model=PageOut | SparsePageOut, responses=responses(404))
    async def list_qr_codes(caller: Caller, asked: ListAsked) -> Response:
        """List QR codes, or search them; newest first where no other order is asked for."""
        page = await db.read(
            list_codes,
            caller,
            asked.page,
            wanted=asked.filter,
            sort=asked.sort,
            with_total="total" in asked.include,
        )
        return code_lists.answer(page, asked, space, utc_now())

    @router.get(
        "/{code_id}", summary="Get a QR code", response_model=CodeOut, responses={304: NOT_MODIFIED, **responses(404)}
    )
    async def get_qr_code(caller: Caller, code_id: CodeId, if_none_match: IfNoneMatch = None) -> Response:
        """Get one QR code."""
        code = await db.read(get_code, caller, code_id)
        return unless_known(answered(CodeOut.of(code, space, utc_now()), version=code.version), if_none_match)

    @router.patch(
        "/{code_id}", summary="Change a QR code", response_model=CodeOut, responses=responses(402, 404, 409, 412, 413)
    )
    async def change_qr_code(caller: Caller, code_id: CodeId, body: CodePatch, expected: IfMatch) -> Response:
        """Change a QR code; the next scan sees it."""
        edit = replace(body.edit(), logo=await logo_from_url(services, body.logo_url))
        code = await db.write(edit_code, caller, code_id, edit, space=space, expected=expected)
        return answered(CodeOut.of(code, space, utc_now()), version=code.version)

    @router.delete(
        "/{code_id}",
        summary="Delete a QR code",
        response_model=CodeOut,
        responses={
            204: {"description": "Gone for good; it was asked for with `permanent=true`."},
            **responses(404, 412),
        },
    )
    async def delete_qr_code(
        caller: Caller, code_id: CodeId, expected: IfMatch, *, permanent: bool = False
    ) -> Response:
        """Delete a QR code: it redirects for 90 more days and then answers 410; with `permanent=true` at once."""
        if permanent:
            await db.write(delete_for_good, caller, code_id, space=space, expected=expected)
            return Response(status_code=204)
        code = await db.write(delete_code, caller, code_id, space=space, expected=expected)
        return answered(CodeOut.of(code, space, utc_now()), version=code.version)

    @router.post(
        "/{code_id}/restore",
        summary="Restore a QR code",
        response_model=CodeOut,
        responses=responses(402, 404, 409, 412),
    )
    async def restore_qr_code(caller: Caller, code_id: CodeId, expected: IfMatch, once: Once) -> Response:
        """Bring a deleted QR code back while its grace time lasts."""
        return await once.write(
            lambda tx: restore_code(tx, caller, code_id, space=space, expected=expected),
            lambda code: answered(CodeOut.of(code, space, utc_now()), version=code.version),
        )

    return router
