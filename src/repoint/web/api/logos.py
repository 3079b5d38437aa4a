"""Logos: upload, list, show, delete, put into a code."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response

from repoint.accounts.actor import Scope
from repoint.codes.edit import Edit, edit_code
from repoint.codes.find import LIMIT_DEFAULT, LIMIT_MAX
from repoint.codes.logos import add_logo, delete_logo, get_logo, list_logos, logo_file
from repoint.kit.clock import utc_now
from repoint.kit.cursor import LENGTH_MAX
from repoint.services import Services
from repoint.web.api.caller import Caller, CodeId
from repoint.web.api.conditional import is_known
from repoint.web.api.incoming_logos import FORM, logo_from_form
from repoint.web.api.picture_answers import SAFE_HEADERS
from repoint.web.api.problems import responses
from repoint.web.api.wire import CodeOut
from repoint.web.api.wire_designs import LogoOut, LogoPageOut

LogoId = Annotated[str, Path(max_length=100, examples=["logo_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])]
NO_LOGO = Edit(design={"logo": {"name": None, "image": None}})


def routes(services: Services) -> APIRouter:
    """The routes below `/logos`, and `/qr-codes/{id}/logo`."""
    router = APIRouter(tags=["Logos"])
    db, space = services.db, services.space

    @router.post(
        "/logos",
        summary="Upload a logo",
        status_code=201,
        responses={200: {"model": LogoOut, "description": "The same artwork is there already."}, **responses(413)},
        openapi_extra=FORM,
    )
    async def upload_logo(caller: Caller, request: Request, response: Response) -> LogoOut:
        """Upload a PNG, JPEG, WebP or SVG. What is kept is our own clean artwork of it, never the file itself."""
        caller.require(Scope.WRITE)
        logo, is_new = await db.write(add_logo, caller, await logo_from_form(services, request))
        response.status_code = 201 if is_new else 200
        response.headers["location"] = f"/api/v1/logos/{logo.public_id}"
        return LogoOut.of(logo, space)

    @router.get("/logos", summary="List logos", responses=responses())
    async def list_all_logos(
        caller: Caller,
        cursor: Annotated[str | None, Query(max_length=LENGTH_MAX, pattern=r"^[A-Za-z0-9_-]+$")] = None,
        limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    ) -> LogoPageOut:
        """List logos, newest first."""
        page = await db.read(list_logos, caller, cursor=cursor, limit=limit, cursors=services.cursors)
        return LogoPageOut.of(page, space)

    @router.get("/logos/{logo_id}", summary="Get a logo", responses=responses(404))
    async def get_one_logo(caller: Caller, logo_id: LogoId) -> LogoOut:
        """Get one logo."""
        return LogoOut.of(await db.read(get_logo, caller, logo_id), space)

    @router.get(
        "/logos/{logo_id}/image",
        summary="Show a logo",
        response_class=Response,
        responses={
            200: {"content": {"image/png": {}, "image/svg+xml": {}}, "description": "Our own artwork."},
            304: {"description": "It is what `If-None-Match` names."},
            **responses(404),
        },
    )
    async def show_logo(
        caller: Caller, logo_id: LogoId, if_none_match: Annotated[str | None, Header()] = None
    ) -> Response:
        """Show the artwork of a logo, as it is drawn into symbols."""
        file = await db.read(logo_file, caller, logo_id)
        headers = {"etag": f'"{file.sha256.hex()}"', "cache-control": "private, no-cache"}
        if is_known(headers["etag"], if_none_match):
            return Response(status_code=304, headers=headers)
        return Response(file.body, media_type=file.media_type, headers={**headers, **SAFE_HEADERS})

    @router.delete("/logos/{logo_id}", summary="Delete a logo", status_code=204, responses=responses(404, 409))
    async def delete_one_logo(caller: Caller, logo_id: LogoId) -> Response:
        """Delete a logo that no code and no design uses."""
        await db.write(delete_logo, caller, logo_id)
        return Response(status_code=204)

    @router.put(
        "/qr-codes/{code_id}/logo",
        summary="Put a logo into a QR code",
        responses=responses(404, 409, 413),
        openapi_extra=FORM,
    )
    async def put_logo(caller: Caller, code_id: CodeId, request: Request) -> CodeOut:
        """Upload a logo and put it into a QR code; the logo stands among the others from then on."""
        caller.require(Scope.WRITE)
        edit = Edit(logo=await logo_from_form(services, request))
        return CodeOut.of(await db.write(edit_code, caller, code_id, edit, space=space), space, utc_now())

    @router.delete("/qr-codes/{code_id}/logo", summary="Take the logo out of a QR code", responses=responses(404, 409))
    async def remove_logo(caller: Caller, code_id: CodeId) -> CodeOut:
        """Take the logo out of a QR code, built-in or uploaded; an uploaded one stays among the others."""
        return CodeOut.of(await db.write(edit_code, caller, code_id, NO_LOGO, space=space), space, utc_now())

    return router
