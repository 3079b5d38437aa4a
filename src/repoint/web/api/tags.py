"""Tags: list, get, rename, merge, delete."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from repoint.codes.code import TAG_MAX
from repoint.codes.tags import delete_tag, get_tag, list_tags, merge_tag, rename_tag
from repoint.services import Services
from repoint.web.api.answers import answered, unless_known
from repoint.web.api.caller import Caller
from repoint.web.api.conditional import NOT_MODIFIED, IfMatch, IfNoneMatch
from repoint.web.api.once import Once
from repoint.web.api.paging import Paged
from repoint.web.api.problems import responses
from repoint.web.api.wire_library import TagMerge, TagOut, TagPageOut, TagPatch

TagPath = Annotated[str, Path(max_length=100, examples=["tag_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])]


def routes(services: Services) -> APIRouter:
    """The routes below `/tags`."""
    router = APIRouter(prefix="/tags", tags=["Tags"])
    db = services.db

    @router.get("", summary="List tags", response_model=TagPageOut, responses=responses())
    async def list_all_tags(
        caller: Caller,
        paged: Paged,
        q: Annotated[str | None, Query(max_length=TAG_MAX, description="Part of the name; any case.")] = None,
    ) -> Response:
        """List tags by name, with how many codes have each. A tag comes to be when a code is given it."""
        page = await db.read(list_tags, caller, paged, q=q)
        return answered(TagPageOut.of(page))

    @router.get(
        "/{tag_id}", summary="Get a tag", response_model=TagOut, responses={304: NOT_MODIFIED, **responses(404)}
    )
    async def get_one_tag(caller: Caller, tag_id: TagPath, if_none_match: IfNoneMatch = None) -> Response:
        """Get one tag."""
        tag = await db.read(get_tag, caller, tag_id)
        return unless_known(answered(TagOut.of(tag), version=tag.version), if_none_match)

    @router.patch(
        "/{tag_id}", summary="Rename a tag", response_model=TagOut, responses=responses(402, 404, 409, 412, 413)
    )
    async def change_tag(caller: Caller, tag_id: TagPath, body: TagPatch, expected: IfMatch) -> Response:
        """Rename a tag, for every code that has it."""
        tag = await db.write(rename_tag, caller, tag_id, name=body.name, expected=expected)
        return answered(TagOut.of(tag), version=tag.version)

    @router.post(
        "/{tag_id}/merge",
        summary="Merge a tag into another",
        response_model=TagOut,
        responses=responses(402, 404, 409, 412, 413),
    )
    async def merge_tags(caller: Caller, tag_id: TagPath, body: TagMerge, expected: IfMatch, once: Once) -> Response:
        """Give every code of this tag the other one instead, and remove this one; answers with the other."""
        return await once.write(
            lambda tx: merge_tag(tx, caller, tag_id, into=body.into, expected=expected),
            lambda tag: answered(TagOut.of(tag), version=tag.version),
        )

    @router.delete("/{tag_id}", summary="Delete a tag", status_code=204, responses=responses(404, 412))
    async def delete_one_tag(caller: Caller, tag_id: TagPath, expected: IfMatch) -> Response:
        """Take a tag from every code that has it; the codes stay."""
        await db.write(delete_tag, caller, tag_id, expected=expected)
        return Response(status_code=204)

    return router
