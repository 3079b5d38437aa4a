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
from repoint.kit.db.bulk import fetch_at_once
from repoint.links.destination import as_location
from repoint.links.table import links

KEPT_MAX = 200_000
LEARNED_MAX = 100_000  # of these before anybody asks; the other half of the room is for what is scanned
UNKNOWN_KEPT_MAX = 20_000
ASKED_AT_ONCE_MAX = 500
GATHER_S = 0.001  # what a scan of a link not in memory waits for others to share its question

_COLUMNS = ("domain", "slug", "id", "destination", "paused", "ends_at")
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


def is_key(key: bytes) -> bool:
    """Whether any short link can have this key."""
    return _KEY.fullmatch(key) is not None


class Resolver:
    """Answers short links; bounded, and as fresh as the last change that was announced to this process."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._kept: dict[bytes, Resolution] = {}
        self._unknown: dict[bytes, Resolution] = {}
        self._questions = 0
        self._changed: set[bytes] = set()
        self._all_changed = False
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
        return found if found is not None else await asyncio.shield(self.ask(key))

    def ask(self, key: bytes) -> asyncio.Future[Resolution]:
        """The store's answer for a link that is not in memory; many who ask share one, and nobody may cancel it."""
        waiting = self._next.get(key)
        if waiting is None:
            waiting = asyncio.get_running_loop().create_future()
            if not is_key(key):
                waiting.set_result(UNKNOWN)
                return waiting
            self._next[key] = waiting
            if self._task is None:
                self._task = asyncio.create_task(self._ask())
        return waiting

    def forget(self, key: bytes) -> None:
        """The link has changed; the next resolve asks the store."""
        self._kept.pop(key, None)
        self._unknown.pop(key, None)
        if self._questions:
            self._changed.add(key)

    def forget_all(self) -> None:
        """Any link may have changed; every next resolve asks the store."""
        self._kept.clear()
        self._unknown.clear()
        self._all_changed = self._questions > 0

    async def learn(self, answering: Awaitable[dict[bytes, Resolution]]) -> int:
        """Keep answers before anybody asks, as far as there is room; gives how many were kept."""
        self._questions += 1
        try:
            answers = await answering
            room = max(0, LEARNED_MAX - len(self._kept))
            for key, answer in list(answers.items())[:room]:
                self._keep(key, answer)
        finally:
            self._close_question()
        return min(room, len(answers))

    async def _ask(self) -> None:
        while self._next:
            await asyncio.sleep(GATHER_S)
            asked = {key: self._next.pop(key) for key in list(self._next)[:ASKED_AT_ONCE_MAX]}
            self._questions += 1
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
            self._close_question()
        self._task = None

    def _close_question(self) -> None:
        self._questions -= 1
        if not self._questions:
            self._changed.clear()
            self._all_changed = False

    def _keep(self, key: bytes, answer: Resolution) -> None:
        if self._all_changed or key in self._changed:
            return
        kept, bound = (self._unknown, UNKNOWN_KEPT_MAX) if isinstance(answer, Unknown) else (self._kept, KEPT_MAX)
        if len(kept) >= bound:
            del kept[next(iter(kept))]
        kept[key] = answer


def load(tx: Tx, keys: Sequence[bytes]) -> dict[bytes, Resolution]:
    """Ask the store; a key that it does not know is left out. Looks in every organisation: a scan names none."""
    now_ms = to_ms(tx.now)
    rows = fetch_at_once(tx, links, _COLUMNS, by=("domain", "slug"), keys=[_domain_and_slug(key) for key in keys])
    return {
        key_of(domain, slug): _resolution(
            link, destination, is_paused=bool(paused), ends_ms=ends_ms or 0, now_ms=now_ms
        )
        for domain, slug, link, destination, paused, ends_ms in rows
    }


def load_newest(tx: Tx, *, below: int | None, limit: int) -> tuple[dict[bytes, Resolution], int | None]:
    """The newest links with numbers below `below`, and where to go on; None where there are no more."""
    query = select(links.c.id, links.c.domain, links.c.slug).order_by(links.c.id.desc()).limit(limit)
    rows = tx.execute(query if below is None else query.where(links.c.id < below)).all()
    answers = load(tx, [key_of(row.domain, row.slug) for row in rows])
    return answers, rows[-1].id if len(rows) == limit else None


def _domain_and_slug(key: bytes) -> tuple[str, str]:
    domain, _, slug = key.decode().rpartition("/")
    return domain, slug


def _resolution(link: int, destination: str | None, *, is_paused: bool, ends_ms: int, now_ms: int) -> Resolution:
    if destination is None or (ends_ms and now_ms >= ends_ms):
        return GONE
    return Paused(ends_ms) if is_paused else Redirect(link, as_location(destination), ends_ms)
