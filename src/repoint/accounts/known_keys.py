"""Keys recognised a moment ago, which need no look-up for each request."""

from repoint.accounts import keys, tokens
from repoint.accounts.actor import Actor
from repoint.kit.clock import SteadyClock
from repoint.kit.db import Database

# A change of a key is heard of at once, in other processes too; what could not be heard is forgotten after this.
KNOWN_US = 500_000
REMEMBERED_MAX = 10_000


class KnownKeys:
    """Belongs to the event loop."""

    def __init__(self, db: Database, *, clock: SteadyClock) -> None:
        self._db = db
        self._clock = clock
        self._known: dict[bytes, tuple[int, Actor]] = {}
        self._changes = 0
        db.feed.listen(keys.TOPIC, changed=lambda _: self._forget(), missed=self._forget)

    async def recognise(self, token: str) -> Actor | None:
        """Whose key this is; None for one that does not work.

        Raises:
            DatabaseUnavailable: it is not known, and cannot be looked up.
        """
        digest = tokens.sha256(token)
        known = self._known.get(digest)
        if known is not None and 0 <= self._clock() - known[0] < KNOWN_US:
            return known[1]
        asked, before = self._clock(), self._changes
        actor = await self._db.read(keys.recognise, token)
        if actor is not None and self._changes == before:  # or it may have been revoked while it was looked up
            if len(self._known) >= REMEMBERED_MAX:
                self._known.clear()
            self._known[digest] = asked, actor
        return actor

    def _forget(self) -> None:
        self._changes += 1
        self._known.clear()
