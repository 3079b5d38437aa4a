"""When keys and sessions were last used, written beside the requests.

A use is noted in memory, rounded to its minute, and each minute of a key or session is written at most once, many in
one transaction. What was noted in the seconds before a kill is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Table, or_, update

from repoint.accounts.actor import Actor
from repoint.accounts.keys import PREFIX, keys
from repoint.accounts.sessions_table import sessions
from repoint.kit.db import Tx
from repoint.kit.ids import parse_prefixed

REMEMBERED_MAX = 100_000

Minutes = dict[UUID, datetime]


@dataclass(frozen=True, slots=True)
class Uses:
    """What has been used since it was written down last; belongs to one event loop."""

    keys: Minutes = field(default_factory=dict)
    sessions: Minutes = field(default_factory=dict)
    _written: Minutes = field(default_factory=dict)

    def of_key(self, actor: Actor, at: datetime) -> None:
        """A key was used."""
        self._note(self.keys, _key_id(actor.who), at)

    def of_session(self, session: UUID, at: datetime) -> None:
        """A session was used."""
        self._note(self.sessions, session, at)

    def take(self) -> tuple[Minutes, Minutes] | None:
        """What is to be written, of keys and of sessions; None where there is nothing."""
        if not self.keys and not self.sessions:
            return None
        taken = dict(self.keys), dict(self.sessions)
        self.keys.clear()
        self.sessions.clear()
        if len(self._written) > REMEMBERED_MAX:
            self._written.clear()
        self._written.update(taken[0])
        self._written.update(taken[1])
        return taken

    def put_back(self, taken: tuple[Minutes, Minutes]) -> None:
        """What could not be written waits for the next time."""
        for kept, failed in zip((self.keys, self.sessions), taken, strict=True):
            for used, minute in failed.items():
                self._written.pop(used, None)
                kept.setdefault(used, minute)

    def _note(self, kept: Minutes, used: UUID, at: datetime) -> None:
        minute = at.replace(second=0, microsecond=0)
        if self._written.get(used) != minute:
            kept[used] = minute


@lru_cache(1_024)
def _key_id(who: str) -> UUID:
    return parse_prefixed(PREFIX, who, kind="key")


def write_down(tx: Tx, used_keys: Mapping[UUID, datetime], used_sessions: Mapping[UUID, datetime]) -> None:
    """Keep when keys and sessions were used; of several processes the latest counts."""
    _keep(tx, keys, used_keys)
    _keep(tx, sessions, used_sessions)


def _keep(tx: Tx, table: Table, used: Mapping[UUID, datetime]) -> None:
    last_used = table.c.last_used_at
    for identity, minute in sorted(used.items()):
        # Named by whoever was recognised; the organisation was looked at then.
        tx.execute(
            update(table)
            .where(table.c.id == identity, or_(last_used.is_(None), last_used < minute))
            .values(last_used_at=minute)
        )
