"""The time, and its spelling in milliseconds and RFC 3339."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from repoint.kit.errors import Invalid

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

Clock = Callable[[], datetime]


class SteadyClock:
    """The time in UTC as whole microseconds since 1970, which goes on as long as a client waits.

    A clock that is set back a little (by up to `BACK_S`) does not set this one back, or who was told to come again in
    ten seconds would be too early after ten. Set forward, or far back, it follows.
    """

    BACK_S = 60

    def __init__(
        self, wall_ns: Callable[[], int] = time.time_ns, elapsed_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._wall_ns = wall_ns
        self._elapsed_ns = elapsed_ns
        self._offset_ns = wall_ns() - elapsed_ns()

    def __call__(self) -> int:
        """The present."""
        elapsed_ns = self._elapsed_ns()
        offset_ns = self._wall_ns() - elapsed_ns
        if not 0 <= self._offset_ns - offset_ns <= self.BACK_S * 1_000_000_000:
            self._offset_ns = offset_ns
        return (elapsed_ns + self._offset_ns) // 1_000


def utc_now() -> datetime:
    """The present in UTC, cut to whole milliseconds (what the database keeps)."""
    return from_ms(time.time_ns() // 1_000_000)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970-01-01T00:00Z."""
    return (moment - EPOCH) // MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """The UTC moment that many milliseconds after 1970."""
    return EPOCH + MILLISECOND * milliseconds


def with_offset(moment: datetime) -> datetime:
    """A moment that somebody named; without an offset it is in UTC."""
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def in_utc(field: str, moment: datetime) -> datetime:
    """The same in UTC.

    Raises:
        Invalid: in UTC it is in no year from 1 to 9999.
    """
    try:
        return with_offset(moment).astimezone(UTC)
    except OverflowError:
        raise Invalid(field, "lies beyond the calendar") from None


def rfc3339(moment: datetime) -> str:
    """Spell a UTC moment as RFC 3339 with `Z`, with milliseconds only where there are any."""
    spec = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=spec).replace("+00:00", "Z")
