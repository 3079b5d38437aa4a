"""Invitations into the organisation."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from repoint.accounts import invitations, passwords, sessions, users
from repoint.accounts.actor import Role
from repoint.accounts.invitations import Joining
from repoint.accounts.members import Member
from repoint.accounts.users import Credentials
from repoint.kit.db import Tx
from repoint.kit.errors import Invalid
from repoint.kit.proxies import Proxies
from repoint.plans import seats, upkeep
from repoint.services import Services
from repoint.web.api.answers import SECRET, answered
from repoint.web.api.caller import Caller
from repoint.web.api.conditional import IfMatch
from repoint.web.api.guesses import compare
from repoint.web.api.once import Once
from repoint.web.api.paging import Paged
from repoint.web.api.problems import responses
from repoint.web.api.session import WRONG
from repoint.web.api.wire_accounts import InvitationMadeOut, InvitationPageOut, MemberOut, NewInvitation
from repoint.web.api.wire_session import Acceptance
from repoint.web.auth import Unauthenticated, session_of
from repoint.web.cookie import SessionCookie
from repoint.web.credential import origin_of
from repoint.web.limits import client_of

InvitationId = Annotated[str, Path(max_length=100, examples=["invitation_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])]


def routes(services: Services) -> APIRouter:
    """The routes below `/invitations`."""
    router = APIRouter(prefix="/invitations", tags=["Organisation"])
    db, space = services.db, services.space
    cookie = SessionCookie.at(space.public_url)
    proxies = Proxies(services.trusted_proxies)

    @router.post(
        "",
        summary="Invite somebody",
        status_code=201,
        response_model=InvitationMadeOut,
        responses=responses(402, 404, 409, 413),
    )
    async def create_invitation(caller: Caller, body: NewInvitation, once: Once) -> Response:
        """Make a link that lets somebody join; it is shown this once, and nothing is sent."""
        role, days = Role(body.role), body.expires_in_days
        return await once.write(
            lambda tx: upkeep.invite(tx, caller, email=body.email, role=role, days=days),
            lambda made: answered(
                InvitationMadeOut.made(*made, space), status=201, version=made[0].version, headers=SECRET
            ),
            is_secret=True,
        )

    @router.get("", summary="List invitations", response_model=InvitationPageOut, responses=responses(404))
    async def list_open_invitations(caller: Caller, paged: Paged) -> Response:
        """List invitations that nobody has accepted, newest first, expired ones too."""
        return answered(InvitationPageOut.of(await db.read(invitations.list_invitations, caller, paged)))

    @router.post(
        "/accept",
        summary="Accept an invitation",
        status_code=201,
        response_model=MemberOut,
        responses=responses(402, 404, 409, 413, 429),
    )
    async def accept_invitation(request: Request, body: Acceptance) -> Response:
        """Join with an invitation's token: signed in, with your password, or as a new user, who is signed in by it."""
        if body.password is None and (token := request.cookies.get(cookie.name)):
            session = await session_of(db, token, organisation=None, uses=services.uses)
            origin_of(request).require_told()
            member = await db.write(seats.accept_as, body.token, session.user)
            return answered(MemberOut.of(member), status=201, version=member.version, headers=SECRET)
        joining = await _joining(services, body, client=client_of(proxies, request.scope))
        member, begun = await db.write(_join_and_begin, body.token, joining)
        answer = answered(MemberOut.of(member), status=201, version=member.version, headers=SECRET)
        cookie.put(answer, begun)
        return answer

    @router.delete("/{invitation_id}", summary="Withdraw an invitation", status_code=204, responses=responses(404, 412))
    async def withdraw_invitation(caller: Caller, invitation_id: InvitationId, expected: IfMatch) -> Response:
        """Make an invitation's link worthless."""
        await db.write(invitations.withdraw, caller, invitation_id, expected=expected)
        return Response(status_code=204)

    return router


async def _joining(services: Services, body: Acceptance, *, client: str) -> Joining:
    """Who joins; nobody without a token that is good has a password hashed here."""
    known = await services.db.read(_known, body.token)
    if body.password is None:
        raise Invalid("password", "is required: your own, or a new one; or sign in and send the token alone")
    if known is not None:
        if not (await compare(services, known.password_hash, body.password, client=client)).is_right:
            raise Unauthenticated("invalid_login", WRONG)
        return Joining(known=known)
    if body.name is None:
        raise Invalid("name", "is required of a new user")
    password = passwords.check(body.password)
    return Joining(name=body.name, password_hash=await services.passwords.hashed(password))


def _known(tx: Tx, token: str) -> Credentials | None:
    return users.credentials(tx, invitations.to_be_accepted(tx, token).email)


def _join_and_begin(tx: Tx, token: str, joining: Joining) -> tuple[Member, str]:
    member, org = seats.accept(tx, token, joining)
    return member, sessions.begin(tx, member.user_id, org=org)
