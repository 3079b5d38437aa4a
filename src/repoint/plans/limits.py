"""Holds the requests of every key against its windows.

Counting happens in memory, on the event loop; days and months are told to the database at most once a second and at
the end (`flush`), so a restart refills neither, and a `kill -9` at most one second of them. Where several processes
serve, each learns the others' counts with its own next flush. Seconds and minutes are counted by each process.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from repoint.kit.clock import SteadyClock
from repoint.kit.db import Database
from repoint.plans import gate, request_counts, subscriptions
from repoint.plans.entitlements import Entitlements
from repoint.plans.plan import Ability, Window
from repoint.plans.request_counts import Cell
from repoint.plans.windows import Count, Standing, Tally, Today, standings, take

# How long a process goes on with a plan it has read; then a plan that was changed elsewhere is noticed.
PLAN_KNOWN_US = 1_000_000
IDLE_US = 120_000_000


class Asking(Protocol):
    """Whose request it is."""

    @property
    def org(self) -> UUID:
        """The organisation."""

    @property
    def who(self) -> str:
        """The key."""


class Limits:
    """The tallies of all keys that asked lately."""

    def __init__(self, db: Database, *, clock: SteadyClock) -> None:
        self.clock = clock
        self._db = db
        self._entitled: dict[UUID, tuple[int, Entitlements]] = {}
        self._tallies: dict[tuple[UUID, str], Tally] = {}
        self._today = Today.of(clock())
        self._telling: asyncio.Task[int] | None = None

    async def entitlements(self, org: UUID) -> Entitlements:
        """The organisation's plan, as it was within the last second."""
        return self._known_plan(org, self.clock()) or await self._read_plan(org)

    async def admit(
        self, asking: Asking, *, per_minute: int | None = None, needs_api: bool = True
    ) -> Sequence[Standing]:
        """Let one request of a key through; `per_minute` is the key's own limit, beside those of the plan.

        Raises:
            NotInPlan: the plan has no API; who is signed in on the pages asks without `needs_api`.
            TooMany: a window has no room.
        """
        # What is known takes no further coroutine and no thread: this runs before every request.
        now = self.clock()
        entitlements = self._known_plan(asking.org, now) or await self._read_plan(asking.org)
        if needs_api:
            gate.require_feature(entitlements, Ability.API)
        windows = _with_own(entitlements.plan.windows, per_minute)
        tally = self._known_tally(asking, windows, self._day(now))
        if tally is None:
            tally = await self._read_tally(asking, windows)
            now = self.clock()
        return take(tally, windows, now, self._day(now))

    async def standings(self, asking: Asking, *, per_minute: int | None = None) -> Sequence[Standing]:
        """Where a key stands, without a request."""
        windows = _with_own((await self.entitlements(asking.org)).plan.windows, per_minute)
        tally = self._known_tally(asking, windows, self._day(self.clock())) or await self._read_tally(asking, windows)
        now = self.clock()
        return standings(tally, windows, now, self._day(now))

    async def flush(self) -> int:
        """Tell the database what was counted; gives how many counts were told. What fails is told the next time.

        A caller that goes away stops nothing, and who comes meanwhile waits: what is being told is told once.
        """
        while self._telling is not None and not self._telling.done():
            await asyncio.wait((self._telling,))
        self._telling = asyncio.create_task(self._tell())
        return await asyncio.shield(self._telling)

    async def forget_days(self) -> None:
        """Drop the counts of past days."""
        await self._db.write(request_counts.forget_days, before=self._day(self.clock()).day)

    async def _tell(self) -> int:
        pending = {
            (*key, period): count.pending
            for key, tally in self._tallies.items()
            for period, count in tally.counts.items()
            if count.pending
        }
        if pending:
            for cell, used in (await self._db.write(request_counts.add, pending)).items():
                self._settle(cell, used, told=pending[cell])
        self._forget_idle()
        return len(pending)

    def _known_plan(self, org: UUID, now: int) -> Entitlements | None:
        known = self._entitled.get(org)
        return known[1] if known is not None and 0 <= now - known[0] < PLAN_KNOWN_US else None

    async def _read_plan(self, org: UUID) -> Entitlements:
        entitlements = await self._db.read(subscriptions.current, org)
        self._entitled[org] = (self.clock(), entitlements)
        return entitlements

    def _known_tally(self, asking: Asking, windows: Mapping[Window, int], today: Today) -> Tally | None:
        tally = self._tallies.get((asking.org, asking.who))
        if (
            tally is None
            or today.month not in tally.counts
            or (Window.DAY in windows and today.day not in tally.counts)
        ):
            return None
        return tally

    async def _read_tally(self, asking: Asking, windows: Mapping[Window, int]) -> Tally:
        key = (asking.org, asking.who)
        today = self._day(self.clock())
        periods = [today.month, today.day] if Window.DAY in windows else [today.month]
        # Without a window on them the counts only go up, and need not be known.
        is_needed = Window.DAY in windows or Window.MONTH in windows
        stored = await self._db.read(request_counts.of_key, *key, periods=periods) if is_needed else {}
        tally = self._tallies.setdefault(key, Tally(last_us=self.clock()))  # another request may have been faster
        for period in periods:
            tally.counts.setdefault(period, Count(stored.get(period, 0)))
        return tally

    def _settle(self, cell: Cell, used: int, *, told: int) -> None:
        org, who, period = cell
        count = self._tallies[org, who].counts[period]
        count.stored = used
        count.pending -= told

    def _forget_idle(self) -> None:
        now = self.clock()
        today = self._day(now)
        for key, tally in list(self._tallies.items()):
            for period in [period for period in tally.counts if period not in (today.day, today.month)]:
                if not tally.counts[period].pending:
                    del tally.counts[period]
            if now - tally.last_us > IDLE_US and not any(count.pending for count in tally.counts.values()):
                del self._tallies[key]
        for org, (read_us, _) in list(self._entitled.items()):
            if now - read_us > IDLE_US:
                del self._entitled[org]

    def _day(self, now: int) -> Today:
        if not self._today.holds(now):
            self._today = Today.of(now)
        return self._today


def _with_own(windows: Mapping[Window, int], per_minute: int | None) -> Mapping[Window, int]:
    if per_minute is None:
        return windows
    return {**windows, Window.MINUTE: min(per_minute, windows.get(Window.MINUTE, per_minute))}
