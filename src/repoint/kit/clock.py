"""The time, and its spelling in milliseconds and RFC 3339."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present in UTC, cut to whole milliseconds (what the database keeps)."""
    return from_ms(time.time_ns() // 1_000_000)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970-01-01T00:00Z."""
    return (moment - EPOCH) // MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """The UTC moment that many milliseconds after 1970."""
    return EPOCH + MILLISECOND * milliseconds


def rfc3339(moment: datetime) -> str:
    """Spell a UTC moment as RFC 3339 with `Z`, with milliseconds only where there are any."""
    spec = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=spec).replace("+00:00", "Z")
