"""Pictures of anything, stored nowhere, and their scores."""

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from repoint.accounts.actor import Scope
from repoint.codes.draft import Styling
from repoint.codes.pictures import Look, look
from repoint.kit.errors import Invalid
from repoint.rendering import MEDIA_TYPES
from repoint.services import Services
from repoint.web.api.accept import format_for
from repoint.web.api.caller import Caller
from repoint.web.api.incoming_logos import logo_from_url
from repoint.web.api.picture_answers import Wish, checked_picture, judged, mended
from repoint.web.api.problems import responses
from repoint.web.api.wire_pictures import CheckRequest, PictureRequest, RenderRequest, VerdictOut

CHECKED_FORMAT = "png"


def routes(services: Services) -> APIRouter:
    """The routes below `/render`."""
    router = APIRouter(prefix="/render", tags=["Pictures"])

    async def looked(caller: Caller, body: PictureRequest) -> Look:
        caller.require(Scope.READ)
        if body.preset is not None and body.design_id is not None:
            raise Invalid("preset", "cannot stand beside design_id; give one of them")
        logo = await logo_from_url(services, body.logo_url)
        styling = Styling(body.design_id, body.design, logo)
        return await services.db.read(look, caller, styling, preset=body.preset)

    @router.post(
        "",
        summary="Draw a picture",
        response_class=Response,
        responses={
            200: {
                "content": {media_type: {} for media_type in MEDIA_TYPES.values()},
                "description": "The picture; checked ones with `Repoint-Score`, `Repoint-Grade`, `Repoint-Changes`.",
            },
            **responses(404, 406, 413),
        },
    )
    async def render_picture(caller: Caller, body: RenderRequest, request: Request) -> Response:
        """Draw a picture of any text; nothing is stored. `format`, else the Accept header, says as what file."""
        wish = Wish(
            payload=body.payload(),
            look=await looked(caller, body),
            size=body.picture_size(body.format or _accepted(request.headers.get("accept"))),
            title=body.title,
            options=body.options(),
            surround=body.surround,
        )
        answer = await checked_picture(services, wish, strict=body.strict, repair=body.repair, name="qr-code")
        answer.headers["cache-control"] = "no-store"
        return answer

    @router.post("/check", summary="Check a picture", responses=responses(404, 413))
    async def check_picture(caller: Caller, body: CheckRequest) -> VerdictOut:
        """Say how well a picture scans, what is wrong with it, and what would help; `repair` mends the design too."""
        wish = Wish(
            payload=body.payload(),
            look=await looked(caller, body),
            size=body.picture_size(body.format or CHECKED_FORMAT),
            options=body.options(),
            surround=body.surround,
        )
        verdict = await judged(services, wish)
        return VerdictOut.of(verdict, await mended(services, wish) if body.repair else None)

    return router


def _accepted(accept: str | None) -> str:
    fmt = format_for(accept)
    if fmt is None:
        raise HTTPException(406, f"None of {accept!r} is drawn; possible are {', '.join(MEDIA_TYPES.values())}.")
    return fmt
