"""The picture of a code, drawn on request."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from repoint.codes.artwork import backup_of, payload_of
from repoint.codes.pictures import code_with_look
from repoint.rendering import MEDIA_TYPES
from repoint.services import Services
from repoint.web.api.caller import Caller, CodeId
from repoint.web.api.conditional import NOT_MODIFIED, IfNoneMatch, is_known
from repoint.web.api.picture_answers import Wish, checked_picture
from repoint.web.api.problems import responses
from repoint.web.api.wire_pictures import ImageQuery


def routes(services: Services) -> APIRouter:
    """The route `/qr-codes/{id}/image`."""
    router = APIRouter(prefix="/qr-codes", tags=["Pictures"])

    @router.get(
        "/{code_id}/image",
        summary="Draw the picture of a QR code",
        response_class=Response,
        responses={
            200: {"content": {media_type: {} for media_type in MEDIA_TYPES.values()}, "description": "The picture"},
            304: NOT_MODIFIED,
            **responses(404),
        },
    )
    async def draw_qr_code(
        caller: Caller,
        code_id: CodeId,
        wanted: Annotated[ImageQuery, Query()],
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        """Draw the picture of a QR code; its ETag is known before, so what did not change is not drawn again."""
        size = wanted.picture_size()
        code, look = await services.db.read(code_with_look, caller, code_id)
        wish = Wish(
            payload=backup_of(code) if wanted.static_backup else payload_of(code, services.space),
            look=look,
            size=size,
            title=code.title,
            options=wanted.options(),
        )
        headers = {"etag": wish.tag(is_checked=wanted.strict), "cache-control": "private, no-cache"}
        if is_known(headers["etag"], if_none_match):
            return Response(status_code=304, headers=headers)
        name = f"{code.public_id}-static-backup" if wanted.static_backup else code.public_id
        answer = await checked_picture(services, wish, strict=wanted.strict, repair=False, name=name)
        if answer.status_code == 200:
            answer.headers.update(headers)
        return answer

    return router
