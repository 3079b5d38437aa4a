"""Who asks: a key in a header, or a session's cookie."""

from dataclasses import dataclass

from fastapi import Request

from repoint.accounts.actor import Actor
from repoint.accounts.sessions import Session
from repoint.services import Services
from repoint.web.auth import ORGANISATION_HEADER, Origin, actor_of, session_of, token_in
from repoint.web.cookie import SessionCookie


@dataclass(frozen=True, slots=True)
class Credential:
    """Who asks, the session where it is one, and the secret that proved it."""

    actor: Actor
    session: Session | None
    secret: str


async def credential_of(services: Services, request: Request) -> Credential:
    """Whose key or session a request holds; where it has both, the key counts.

    Raises:
        Unauthenticated: neither is there, or it is over.
        NotFound: it is not of the organisation that is named.
        Forbidden: a change with a cookie comes from another site, or does not say from where.
    """
    header, organisation = request.headers.get("authorization"), request.headers.get(ORGANISATION_HEADER)
    cookie = None if header else request.cookies.get(SessionCookie.at(services.space.public_url).name)
    if not cookie:
        actor = await actor_of(services.db, services.known_keys, header, organisation=organisation, uses=services.uses)
        return Credential(actor, None, token_in(header))
    session = await session_of(services.db, cookie, organisation=organisation, uses=services.uses)
    origin = origin_of(request)
    origin.require_told()
    origin.require_own(services.space.public_url)
    return Credential(session.actor, session, cookie)


def origin_of(request: Request) -> Origin:
    """Where a request comes from, as its browser says it."""
    headers = request.headers
    return Origin(request.method, headers.get("sec-fetch-site"), headers.get("origin"), headers.get("host", ""))
