"""Members of the organisation."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from repoint.accounts.members import get_member, list_members, remove_member
from repoint.plans import upkeep
from repoint.services import Services
from repoint.web.api.answers import answered, unless_known
from repoint.web.api.caller import Caller
from repoint.web.api.conditional import NOT_MODIFIED, IfMatch, IfNoneMatch
from repoint.web.api.paging import Paged
from repoint.web.api.problems import responses
from repoint.web.api.wire_accounts import MemberOut, MemberPageOut, MemberPatch

MemberId = Annotated[str, Path(max_length=100, examples=["user_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])]


def routes(services: Services) -> APIRouter:
    """The routes below `/members`."""
    router = APIRouter(prefix="/members", tags=["Organisation"])
    db = services.db

    @router.get("", summary="List members", response_model=MemberPageOut, responses=responses(404))
    async def list_all_members(caller: Caller, paged: Paged) -> Response:
        """List the members of the organisation, newest user first."""
        return answered(MemberPageOut.of(await db.read(list_members, caller, paged)))

    @router.get(
        "/{member_id}",
        summary="Get a member",
        response_model=MemberOut,
        responses={304: NOT_MODIFIED, **responses(404)},
    )
    async def get_one_member(caller: Caller, member_id: MemberId, if_none_match: IfNoneMatch = None) -> Response:
        """Get one member."""
        member = await db.read(get_member, caller, member_id)
        return unless_known(answered(MemberOut.of(member), version=member.version), if_none_match)

    @router.patch(
        "/{member_id}",
        summary="Change a member's role",
        response_model=MemberOut,
        responses=responses(402, 404, 409, 412, 413),
    )
    async def change_member(caller: Caller, member_id: MemberId, body: MemberPatch, expected: IfMatch) -> Response:
        """Give a member another role; takes an admin, and an owner where an owner is made or changed."""
        member = await db.write(upkeep.change_role, caller, member_id, role=body.wanted(), expected=expected)
        return answered(MemberOut.of(member), version=member.version)

    @router.delete("/{member_id}", summary="Remove a member", status_code=204, responses=responses(404, 409, 412))
    async def remove_one_member(caller: Caller, member_id: MemberId, expected: IfMatch) -> Response:
        """Remove a member, or leave; the last owner cannot."""
        await db.write(remove_member, caller, member_id, expected=expected)
        return Response(status_code=204)

    return router
