"""Password hashes on threads, a few at once, others refused."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

from repoint.accounts import passwords
from repoint.accounts.passwords import Verdict
from repoint.kit.clock import utc_now
from repoint.kit.errors import TooMany
from repoint.kit.heavy import HeavyWork, TooMuchWork

T = TypeVar("T")

THREADS = 2
WAITING_MAX = 30  # a few seconds; whoever comes later would have given up before
AGAIN_AFTER = timedelta(seconds=5)


class PasswordWork:
    """Hashes and compares beside the event loop; belongs to one event loop."""

    def __init__(self) -> None:
        self._work = HeavyWork(capacity=THREADS, threads=THREADS, waiting_max=WAITING_MAX, name="passwords")

    async def hashed(self, password: str) -> str:
        """The hash to keep.

        Raises:
            TooMany: too many wait already.
        """
        return await self._one(partial(passwords.hashed, password))

    async def verify(self, password_hash: str | None, password: str) -> Verdict:
        """Whether the password is right; without a hash it takes as long.

        Raises:
            TooMany: too many wait already.
        """
        return await self._one(partial(passwords.verify, password_hash, password))

    def close(self) -> None:
        """Wait for what runs."""
        self._work.close()

    async def _one(self, work: Callable[[], T]) -> T:
        try:
            return await self._work.run(1, work)
        except TooMuchWork as error:
            raise TooMany("moment", retry_at=utc_now() + AGAIN_AFTER) from error
