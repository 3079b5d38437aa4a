"""Logos: upload, list, show, rename, delete."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from repoint.codes.logos import Logo, add_logo, delete_logo, get_logo, list_logos, logo_file, rename_logo
from repoint.services import Services
from repoint.web.api.answers import answered, created, unless_known
from repoint.web.api.caller import Caller
from repoint.web.api.conditional import NOT_MODIFIED, IfMatch, IfNoneMatch, is_known
from repoint.web.api.incoming_logos import FORM, logo_from_form
from repoint.web.api.once import Once
from repoint.web.api.paging import NamePart, Paged
from repoint.web.api.picture_answers import SAFE_HEADERS
from repoint.web.api.problems import responses
from repoint.web.api.wire_designs import LogoOut, LogoPageOut, LogoPatch

LogoId = Annotated[str, Path(max_length=100, examples=["logo_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])]


def routes(services: Services) -> APIRouter:
    """The routes below `/logos`."""
    router = APIRouter(tags=["Logos"])
    db, space = services.db, services.space

    @router.post(
        "/logos",
        summary="Upload a logo",
        status_code=201,
        response_model=LogoOut,
        responses={
            200: {"model": LogoOut, "description": "The same artwork is there already."},
            **responses(402, 409, 413),
        },
        openapi_extra=FORM,
    )
    async def upload_logo(caller: Caller, request: Request, once: Once) -> Response:
        """Upload a PNG, JPEG, WebP or SVG. What is kept is our own clean artwork of it, never the file itself."""
        new = await logo_from_form(services, request)

        def answer(added: tuple[Logo, bool]) -> Response:
            logo, is_new = added
            path = f"/logos/{logo.public_id}"
            return created(LogoOut.of(logo, space), path, version=logo.version, status=201 if is_new else 200)

        return await once.write(lambda tx: add_logo(tx, caller, new), answer)

    @router.get("/logos", summary="List logos", response_model=LogoPageOut, responses=responses())
    async def list_all_logos(caller: Caller, paged: Paged, q: NamePart = None) -> Response:
        """List logos, newest first."""
        page = await db.read(list_logos, caller, paged, q=q)
        return answered(LogoPageOut.of(page, space))

    @router.get(
        "/logos/{logo_id}",
        summary="Get a logo",
        response_model=LogoOut,
        responses={304: NOT_MODIFIED, **responses(404)},
    )
    async def get_one_logo(caller: Caller, logo_id: LogoId, if_none_match: IfNoneMatch = None) -> Response:
        """Get one logo."""
        logo = await db.read(get_logo, caller, logo_id)
        return unless_known(answered(LogoOut.of(logo, space), version=logo.version), if_none_match)

    @router.patch(
        "/logos/{logo_id}",
        summary="Rename a logo",
        response_model=LogoOut,
        responses=responses(402, 404, 409, 412, 413),
    )
    async def change_logo(caller: Caller, logo_id: LogoId, body: LogoPatch, expected: IfMatch) -> Response:
        """Rename a logo; its artwork never changes."""
        logo = await db.write(rename_logo, caller, logo_id, name=body.name, expected=expected)
        return answered(LogoOut.of(logo, space), version=logo.version)

    @router.get(
        "/logos/{logo_id}/image",
        summary="Show a logo",
        response_class=Response,
        responses={
            200: {"content": {"image/png": {}, "image/svg+xml": {}}, "description": "Our own artwork."},
            304: NOT_MODIFIED,
            **responses(404),
        },
    )
    async def show_logo(caller: Caller, logo_id: LogoId, if_none_match: IfNoneMatch = None) -> Response:
        """Show the artwork of a logo, as it is drawn into symbols."""
        file = await db.read(logo_file, caller, logo_id)
        headers = {"etag": f'"{file.sha256.hex()}"', "cache-control": "private, no-cache"}
        if is_known(headers["etag"], if_none_match):
            return Response(status_code=304, headers=headers)
        return Response(file.body, media_type=file.media_type, headers={**headers, **SAFE_HEADERS})

    @router.delete("/logos/{logo_id}", summary="Delete a logo", status_code=204, responses=responses(404, 409, 412))
    async def delete_one_logo(caller: Caller, logo_id: LogoId, expected: IfMatch) -> Response:
        """Delete a logo that no code and no design uses."""
        await db.write(delete_logo, caller, logo_id, expected=expected)
        return Response(status_code=204)

    return router
