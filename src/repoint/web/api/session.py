"""Sign in and out, and choose the organisation."""

from fastapi import APIRouter, Request, Response

from repoint.accounts import sessions, users
from repoint.kit.db import Tx
from repoint.kit.proxies import Proxies
from repoint.services import Services
from repoint.web.api.answers import SECRET, answered, unless_known
from repoint.web.api.caller import Proof, Signed
from repoint.web.api.conditional import NOT_MODIFIED, IfMatch, IfNoneMatch
from repoint.web.api.guesses import compare
from repoint.web.api.me import me_of
from repoint.web.api.problems import responses
from repoint.web.api.wire_session import SessionOut, SessionPatch, SignIn
from repoint.web.auth import Unauthenticated
from repoint.web.cookie import SessionCookie
from repoint.web.limits import client_of

WRONG = "The email or the password is wrong."


def routes(services: Services) -> APIRouter:
    """The routes at `/session`."""
    router = APIRouter(prefix="/session", tags=["Sign-in"])
    db = services.db
    cookie = SessionCookie.at(services.space.public_url)
    proxies = Proxies(services.trusted_proxies)

    @router.post("", summary="Sign in", status_code=201, response_model=SessionOut, responses=responses(413, 429))
    async def sign_in(request: Request, body: SignIn) -> Response:
        """Sign in with email and password; the answer sets a cookie."""
        token = await signed_in(services, body.email, body.password, client=client_of(proxies, request.scope))
        shown = await db.read(_begun, token)
        answer = answered(shown, status=201, version=shown.version, headers=SECRET)
        cookie.put(answer, token)
        return answer

    @router.get(
        "", summary="Get the session", response_model=SessionOut, responses={304: NOT_MODIFIED, **responses(404)}
    )
    async def get_session(signed: Signed, if_none_match: IfNoneMatch = None) -> Response:
        """Say who is signed in, and until when."""
        shown = SessionOut.of(signed, await db.read(me_of, signed.actor))
        return unless_known(answered(shown, version=shown.version), if_none_match)

    @router.patch("", summary="Choose the organisation", response_model=SessionOut, responses=responses(404, 412, 413))
    async def change_session(signed: Signed, proof: Proof, body: SessionPatch, expected: IfMatch) -> Response:
        """Work in another organisation of yours from now on; the header `X-Repoint-Organisation` does so once."""
        await db.write(sessions.switch, signed, body.organisation_id, expected=expected)
        shown = await db.read(_begun, proof.secret)
        return answered(shown, version=shown.version)

    @router.delete("", summary="Sign out", status_code=204, responses=responses(404, 412))
    async def sign_out(signed: Signed, expected: IfMatch) -> Response:
        """Sign out: the session ends at once."""
        await db.write(sessions.end, signed, expected=expected)
        response = Response(status_code=204)
        cookie.take_away(response)
        return response

    return router


async def signed_in(services: Services, email: str, password: str, *, client: str) -> str:
    """The token of a new session; takes the same time for emails that are nobody's.

    Raises:
        Unauthenticated: the email or the password is wrong.
        TooMany: too many sign in at once, or too many wrong ones have come from this address.
    """
    known = await services.db.read(users.credentials, email)
    verdict = await compare(services, known.password_hash if known else None, password, client=client)
    token = None
    if known is not None and verdict.is_right:
        token = await services.db.write(sessions.sign_in, known, stronger_hash=verdict.stronger_hash)
    if token is None:
        raise Unauthenticated("invalid_login", WRONG)
    return token


def _begun(tx: Tx, token: str) -> SessionOut:
    session = sessions.recognise(tx, token, None)
    if session is None:
        raise Unauthenticated("invalid_session", "The session is over. Sign in again.")
    return SessionOut.of(session, me_of(tx, session.actor))
