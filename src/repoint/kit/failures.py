"""How often somebody failed lately.

Kept in memory: a restart forgets. Only the latest `REMEMBERED` clients are known, so that nobody can fill the memory
with addresses.
"""

from collections import OrderedDict
from datetime import datetime

from repoint.kit.clock import SteadyClock, from_ms
from repoint.kit.gcra import Bucket

REMEMBERED = 10_000


class Failures:
    """Lets a client fail `per_minute` times at once, and again as steadily as that."""

    def __init__(self, per_minute: int, *, clock: SteadyClock) -> None:
        self._bucket = Bucket(per_minute, 60_000_000)
        self._clock = clock
        self._tats: OrderedDict[str, int] = OrderedDict()

    def barred_until(self, client: str) -> datetime | None:
        """Until when the client should not try again; None where it may."""
        ready_at = self._bucket.ready_at(self._tats.get(client, 0))
        return _moment(ready_at) if ready_at > self._clock() else None

    def note(self, client: str) -> datetime | None:
        """Note one failure; gives until when the client is barred where it had no more to spare."""
        barred_until = self.barred_until(client)
        if barred_until is None:
            self._tats[client] = self._bucket.take(self._tats.get(client, 0), self._clock())
            self._tats.move_to_end(client)
            if len(self._tats) > REMEMBERED:
                self._tats.popitem(last=False)
        return barred_until


def _moment(us: int) -> datetime:
    """Rounded up to what a moment holds, so that who comes then is not too early."""
    return from_ms(-(-us // 1_000))
