"""Who is asking."""

from fastapi import APIRouter, Request, Response

from repoint.accounts import passwords, sessions, users
from repoint.accounts.actor import Actor
from repoint.accounts.sessions import Session
from repoint.accounts.users import Credentials
from repoint.accounts.whoami import KeyAtWork, whoami
from repoint.kit.db import Tx
from repoint.kit.errors import Invalid
from repoint.kit.proxies import Proxies
from repoint.kit.versions import Expected
from repoint.services import Services
from repoint.web.api.answers import answered, unless_known
from repoint.web.api.caller import Caller, Signed
from repoint.web.api.conditional import NOT_MODIFIED, IfMatch, IfNoneMatch
from repoint.web.api.guesses import compare
from repoint.web.api.problems import responses
from repoint.web.api.wire_session import MeOut, MePatch
from repoint.web.cookie import SessionCookie
from repoint.web.limits import client_of


def routes(services: Services) -> APIRouter:
    """The routes at `/me`."""
    router = APIRouter(prefix="/me", tags=["Sign-in"])
    db = services.db
    cookie = SessionCookie.at(services.space.public_url)
    proxies = Proxies(services.trusted_proxies)

    @router.get("", summary="Say who is asking", response_model=MeOut, responses={304: NOT_MODIFIED, **responses(404)})
    async def get_me(caller: Caller, if_none_match: IfNoneMatch = None) -> Response:
        """Say who is asking: the key or user, the organisation, the scope and the role."""
        me = await db.read(me_of, caller)
        return unless_known(answered(me, version=_version(me)), if_none_match)

    @router.patch("", summary="Change yourself", response_model=MeOut, responses=responses(404, 409, 412, 413, 429))
    async def change_me(request: Request, signed: Signed, body: MePatch, expected: IfMatch) -> Response:
        """Change your name or password as a signed-in user; a new password ends every session but a fresh one."""
        given = body.model_dump(exclude_unset=True)
        verified, password_hash = await _passwords(services, signed, given, client=client_of(proxies, request.scope))
        token = await db.write(_change, signed, given.get("name"), verified, password_hash, expected)
        me = await db.read(me_of, signed.actor)
        answer = answered(me, version=_version(me))
        if token is not None:
            cookie.put(answer, token)
        return answer

    return router


def me_of(tx: Tx, actor: Actor) -> MeOut:
    """The answer to who is asking."""
    found = whoami(tx, actor)
    if isinstance(found, KeyAtWork):
        return MeOut.of_key(actor, found.org, found.key)
    return MeOut.of_user(actor, found.org, found.user, list(found.memberships))


async def _passwords(
    services: Services, session: Session, given: dict[str, str], *, client: str
) -> tuple[Credentials | None, str | None]:
    """The credentials whose password was right, and the hash of the new one; None where none is to be set."""
    if "password" not in given:
        return None, None
    new = passwords.check(given["password"])
    if "present_password" not in given:
        raise Invalid("present_password", "is required for a new password")
    verified = await services.db.read(users.credentials_of, session.user)
    if not (await compare(services, verified.password_hash, given["present_password"], client=client)).is_right:
        raise Invalid("present_password", "is not your present password")
    return verified, await services.passwords.hashed(new)


def _change(
    tx: Tx,
    session: Session,
    name: str | None,
    verified: Credentials | None,
    password_hash: str | None,
    expected: Expected,
) -> str | None:
    """Both changes, or none; gives the token of a fresh session where the password changed."""
    who = session.actor.who
    token = None
    if verified is not None and password_hash is not None:
        users.replace_password(tx, verified, password_hash=password_hash, who=who, expected=expected)
        token = sessions.begin(tx, session.user, org=session.org)
        expected = None
    if name is not None:
        users.rename(tx, session.user, name=name, who=who, expected=expected)
    return token


def _version(me: MeOut) -> int:
    """The version of the key or the user who asks."""
    shown = me.user or me.key
    assert shown is not None
    return shown.version
