"""What a short link answers now, from memory or from the store.

The cache belongs to the event loop: it is read, filled and emptied there and nowhere else. Lookups that miss while
the store is being asked wait for the next question, so an answer is never older than the request it serves; and a
link that changes while the store is being asked is not kept.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from repoint.kit.clock import to_ms
from repoint.kit.db import Tx
from repoint.links.destination import as_location
from repoint.links.table import links

KEPT_MAX = 200_000
UNKNOWN_KEPT_MAX = 20_000
ASKED_AT_ONCE_MAX = 500

_KEY = re.compile(rb"(?:[a-z0-9.-]{1,253}/)?[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Redirect:
    """Goes to `location` (ASCII, ready for a header); ends at `ends_ms` (milliseconds since 1970), 0 for never."""

    link: int
    location: bytes
    ends_ms: int = 0


@dataclass(frozen=True, slots=True)
class Paused:
    """Its owner stopped it for now; `ends_ms` as for a redirect."""

    ends_ms: int = 0


@dataclass(frozen=True, slots=True)
class Gone:
    """Deleted, and its grace time is over."""

    ends_ms: int = 0


@dataclass(frozen=True, slots=True)
class Unknown:
    """Never given out."""

    ends_ms: int = 0


Resolution = Redirect | Paused | Gone | Unknown
GONE = Gone()
UNKNOWN = Unknown()

Load = Callable[[Sequence[bytes]], Awaitable[dict[bytes, Resolution]]]


def key_of(domain: str, slug: str) -> bytes:
    """The cache's name for a short link: the slug, behind `domain/` where it is not on the default domain."""
    return f"{domain}/{slug}".encode() if domain else slug.encode()


class Resolver:
    """Answers short links; bounded, and as fresh as the last commit of this process."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._kept: dict[bytes, Resolution] = {}
        self._unknown: dict[bytes, Resolution] = {}
        self._asking: set[bytes] = set()
        self._changed: set[bytes] = set()
        self._next: dict[bytes, asyncio.Future[Resolution]] = {}
        self._task: asyncio.Task[None] | None = None

    def kept(self, key: bytes) -> Resolution | None:
        """What is known without asking; None where the store must be asked."""
        found = self._kept.get(key)
        if found is None:
            return self._unknown.get(key)
        return GONE if found.ends_ms and time.time() * 1000 >= found.ends_ms else found

    async def resolve(self, key: bytes) -> Resolution:
        """What the link answers now.

        Raises:
            DatabaseUnavailable: it is not in memory, and the store gives no answer.
        """
        found = self.kept(key)
        if found is not None:
            return found
        if not _KEY.fullmatch(key):
            return UNKNOWN
        waiting = self._next.get(key)
        if waiting is None:
            waiting = self._next[key] = asyncio.get_running_loop().create_future()
            if self._task is None:
                self._task = asyncio.create_task(self._ask())
        return await asyncio.shield(waiting)

    def forget(self, key: bytes) -> None:
        """The link has changed; the next resolve asks the store."""
        self._kept.pop(key, None)
        self._unknown.pop(key, None)
        if key in self._asking:
            self._changed.add(key)

    async def _ask(self) -> None:
        while self._next:
            asked = {key: self._next.pop(key) for key in list(self._next)[:ASKED_AT_ONCE_MAX]}
            self._asking = set(asked)
            try:
                answers = await self._load(list(asked))
            except Exception as error:  # noqa: BLE001 - every waiting request is told, whatever it is
                for waiting in asked.values():
                    waiting.set_exception(error)
                    waiting.exception()  # told, even where its request is gone by now
            else:
                for key, waiting in asked.items():
                    answer = answers.get(key, UNKNOWN)
                    self._keep(key, answer)
                    waiting.set_result(answer)
            self._asking.clear()
            self._changed.clear()
        self._task = None

    def _keep(self, key: bytes, answer: Resolution) -> None:
        if key in self._changed:
            return
        kept, bound = (self._unknown, UNKNOWN_KEPT_MAX) if isinstance(answer, Unknown) else (self._kept, KEPT_MAX)
        if len(kept) >= bound:
            del kept[next(iter(kept))]
        kept[key] = answer


def load(tx: Tx, keys: Sequence[bytes]) -> dict[bytes, Resolution]:
    """Ask the store; a key that it does not know is left out. Looks in every organisation: a scan names none."""
    wanted: dict[str, list[str]] = {}
    for key in keys:
        domain, _, slug = key.decode().rpartition("/")
        wanted.setdefault(domain, []).append(slug)
    found: dict[bytes, Resolution] = {}
    for domain, slugs in wanted.items():
        rows = tx.execute(
            select(links.c.id, links.c.slug, links.c.destination, links.c.paused, links.c.ends_at).where(
                links.c.domain == domain, links.c.slug.in_(slugs)
            )
        )
        for row in rows:
            found[key_of(domain, row.slug)] = _resolution(
                row.id,
                row.destination,
                is_paused=row.paused,
                ends_ms=to_ms(row.ends_at) if row.ends_at else 0,
                now_ms=to_ms(tx.now),
            )
    return found


def _resolution(link: int, destination: str | None, *, is_paused: bool, ends_ms: int, now_ms: int) -> Resolution:
    if destination is None or (ends_ms and now_ms >= ends_ms):
        return GONE
    return Paused(ends_ms) if is_paused else Redirect(link, as_location(destination), ends_ms)
