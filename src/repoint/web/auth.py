"""From a credential to the actor behind it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from repoint.accounts import keys, organisations, sessions
from repoint.accounts.actor import Actor
from repoint.accounts.known_keys import KnownKeys
from repoint.accounts.sessions import Session
from repoint.accounts.uses import Uses
from repoint.kit.clock import utc_now
from repoint.kit.db import Database
from repoint.kit.errors import Forbidden, NotFound
from repoint.kit.ids import prefixed

SCHEME = "bearer"
ORGANISATION_HEADER = "x-repoint-organisation"
SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))
_OWN_SITES = frozenset(("same-origin", "none"))


class Unauthenticated(Exception):
    """Nobody can be told from the credential; `code` is `missing_key`, `invalid_key`, `..._session` or `..._login`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from, as a browser says it; other clients say nothing."""

    method: str
    site: str | None
    origin: str | None
    host: str

    def require_own(self, public_url: str) -> None:
        """Refuse what a page of somebody else's makes a browser send (Fetch Metadata; RFC 6454, section 7).

        Raises:
            Forbidden: the request changes something and comes from another site.
        """
        if self.method not in SAFE_METHODS and not self._is_own(public_url):
            raise Forbidden("a page of this installation: the browser says that it comes from another site")

    def require_told(self) -> None:
        """Refuse a change with a cookie that does not say where it comes from, as every browser does.

        Raises:
            Forbidden: neither Sec-Fetch-Site nor Origin is there.
        """
        if self.method not in SAFE_METHODS and self.site is None and self.origin is None:
            raise Forbidden("the header `Sec-Fetch-Site` or `Origin` beside a cookie; programs use a key instead")

    def _is_own(self, public_url: str) -> bool:
        if self.site is not None:
            return self.site in _OWN_SITES
        if self.origin is None:
            return True
        # A proxy in front may end TLS, so the scheme is compared for the public address alone.
        return self.origin == _origin_of(public_url) or self.origin.partition("://")[2] == self.host != ""


async def actor_of(
    db: Database, known: KnownKeys, authorization: str | None, *, organisation: str | None, uses: Uses
) -> Actor:
    """Whose key the Authorization header holds; its use is noted in `uses`.

    Raises:
        Unauthenticated: no key, no key of ours, or one that was revoked or has expired.
        NotFound: the key is not of the organisation that is named.
    """
    token = token_in(authorization)
    if not token:
        raise Unauthenticated("missing_key", "Send your API key as `Authorization: Bearer rp_...`.")
    if not keys.is_well_formed(token):
        raise Unauthenticated("invalid_key", "This is no API key. Check that it was copied whole.")
    actor = await known.recognise(token)
    if actor is None:
        raise Unauthenticated("invalid_key", await db.read(keys.why_unusable, token))
    if organisation is not None and organisation != prefixed(organisations.PREFIX, actor.org):
        raise NotFound("organisation", organisation[:100])
    uses.of_key(actor, utc_now())
    return actor


def token_in(authorization: str | None) -> str:
    """The token of an Authorization header; empty where there is none."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == SCHEME else ""


async def session_of(db: Database, token: str, *, organisation: str | None, uses: Uses) -> Session:
    """The session whose token a cookie holds; its use is noted in `uses`.

    Raises:
        Unauthenticated: it is over, or was none.
        NotFound: the user is no member of the organisation that is named.
    """
    found = await db.read(sessions.recognise, token, organisation) if sessions.is_well_formed(token) else None
    if found is None:
        raise Unauthenticated("invalid_session", "The session is over. Sign in again.")
    uses.of_session(found.id, utc_now())
    return found


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
