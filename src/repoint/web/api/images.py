"""The picture of a code, drawn on request."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from repoint.codes.artwork import PictureSize, draw, payload_of
from repoint.codes.find import get_code
from repoint.rendering import MEDIA_TYPES
from repoint.services import Services
from repoint.web.api.caller import Caller, CodeId
from repoint.web.api.problems import responses


def routes(services: Services) -> APIRouter:
    """The route `/qr-codes/{id}/image`."""
    router = APIRouter(prefix="/qr-codes", tags=["Pictures"])

    @router.get(
        "/{code_id}/image",
        summary="Draw the picture of a QR code",
        response_class=Response,
        responses={
            200: {"content": {media_type: {} for media_type in MEDIA_TYPES.values()}, "description": "The picture"},
            **responses(404),
        },
    )
    async def draw_qr_code(
        caller: Caller,
        code_id: CodeId,
        fmt: Annotated[Literal["svg", "png", "pdf", "eps", "jpg", "webp"], Query(alias="format")] = "svg",
        size: Annotated[int | None, Query(ge=32, le=8192, description="Pixels, quiet zone included.")] = None,
        width_mm: Annotated[float | None, Query(ge=5, le=2000, description="Millimetres, quiet zone included.")] = None,
        dpi: Annotated[
            int | None, Query(ge=72, le=1200, description="Pixels in an inch, for a PNG in millimetres.")
        ] = None,
    ) -> Response:
        """Draw the picture of a QR code."""
        code = await services.db.read(get_code, caller, code_id)
        picture = await asyncio.to_thread(
            draw,
            payload_of(code, services.space),
            code.design,
            PictureSize(fmt, size_px=size, width_mm=width_mm, dpi=dpi),
            title=code.title,
        )
        return Response(
            picture.body,
            media_type=picture.media_type,
            headers={
                "content-disposition": f'inline; filename="{code.public_id}.{picture.extension}"',
                "cache-control": "private, no-cache",
                "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
            },
        )

    return router
