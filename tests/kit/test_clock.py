"""Times are UTC in whole milliseconds, and their spelling reads back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.kit.clock import from_ms, rfc3339, to_ms, utc_now

MILLISECONDS = st.integers(-62_135_596_800_000, 253_402_300_799_999)


@given(MILLISECONDS)
def test_milliseconds_read_back(milliseconds: int) -> None:
    """Every millisecond of the calendar is a UTC moment that means it again."""
    moment = from_ms(milliseconds)
    assert moment.tzinfo is UTC
    assert to_ms(moment) == milliseconds


@given(MILLISECONDS)
def test_the_spelling_reads_back(milliseconds: int) -> None:
    """RFC 3339 with `Z` says the moment exactly."""
    spelled = rfc3339(from_ms(milliseconds))
    assert spelled.endswith("Z")
    assert datetime.fromisoformat(spelled) == from_ms(milliseconds)


@pytest.mark.parametrize(
    ("moment", "spelled"),
    [
        (datetime(2026, 11, 20, 10, tzinfo=UTC), "2026-11-20T10:00:00Z"),
        (datetime(2026, 11, 20, 10, 0, 0, 7000, tzinfo=UTC), "2026-11-20T10:00:00.007Z"),
        (datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=5, minutes=30))), "2026-11-20T04:30:00Z"),
    ],
)
def test_milliseconds_are_spelled_where_there_are_any(moment: datetime, spelled: str) -> None:
    """Whole seconds have no fraction, others three digits, and every offset is brought to UTC."""
    assert rfc3339(moment) == spelled


def test_the_present_is_what_the_database_keeps() -> None:
    """The present goes to the database and back without a change."""
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    now = utc_now()
    assert before <= now <= datetime.now(UTC)
    assert from_ms(to_ms(now)) == now
