"""From a credential to the actor behind it."""

from repoint.accounts import keys
from repoint.accounts.actor import Actor
from repoint.kit.db import Database

SCHEME = "bearer"


class Unauthenticated(Exception):
    """Nobody can be told from the credential; `code` is `missing_key` or `invalid_key`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


async def actor_of(db: Database, authorization: str | None) -> Actor:
    """Whose key the Authorization header holds.

    Raises:
        Unauthenticated: no key, no key of ours, or one that was revoked.
    """
    scheme, _, token = (authorization or "").partition(" ")
    token = token.strip()
    if scheme.lower() != SCHEME or not token:
        raise Unauthenticated("missing_key", "Send your API key as `Authorization: Bearer rp_...`.")
    actor = await db.read(keys.recognise, token) if keys.is_well_formed(token) else None
    if actor is None:
        raise Unauthenticated(
            "invalid_key", "This API key does not exist or was revoked. Check that it was copied whole."
        )
    return actor
