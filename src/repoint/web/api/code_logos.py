"""The logo of one code: put in, take out."""

from fastapi import APIRouter, Request, Response

from repoint.codes.edit import Edit, edit_code
from repoint.kit.clock import utc_now
from repoint.services import Services
from repoint.web.api.answers import answered
from repoint.web.api.caller import Caller, CodeId
from repoint.web.api.conditional import IfMatch
from repoint.web.api.incoming_logos import FORM, logo_from_form
from repoint.web.api.problems import responses
from repoint.web.api.wire import CodeOut

NO_LOGO = Edit(design={"logo": {"name": None, "image": None}})


def routes(services: Services) -> APIRouter:
    """The routes `/qr-codes/{id}/logo`."""
    router = APIRouter(prefix="/qr-codes", tags=["Logos"])
    db, space = services.db, services.space

    @router.put(
        "/{code_id}/logo",
        summary="Put a logo into a QR code",
        response_model=CodeOut,
        responses=responses(402, 404, 409, 412, 413),
        openapi_extra=FORM,
    )
    async def put_logo(caller: Caller, code_id: CodeId, request: Request, expected: IfMatch) -> Response:
        """Upload a logo and put it into a QR code; the logo stands among the others from then on."""
        edit = Edit(logo=await logo_from_form(services, request))
        code = await db.write(edit_code, caller, code_id, edit, space=space, expected=expected)
        return answered(CodeOut.of(code, space, utc_now()), version=code.version)

    @router.delete(
        "/{code_id}/logo",
        summary="Take the logo out of a QR code",
        response_model=CodeOut,
        responses=responses(402, 404, 409, 412),
    )
    async def remove_logo(caller: Caller, code_id: CodeId, expected: IfMatch) -> Response:
        """Take the logo out of a QR code, built-in or uploaded; an uploaded one stays among the others."""
        code = await db.write(edit_code, caller, code_id, NO_LOGO, space=space, expected=expected)
        return answered(CodeOut.of(code, space, utc_now()), version=code.version)

    return router
