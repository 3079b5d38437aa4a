"""Times are UTC in whole milliseconds, and their spelling reads back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.kit.clock import SteadyClock, from_ms, rfc3339, to_ms, utc_now

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


class _Ns:
    def __init__(self, ns: int) -> None:
        self.ns = ns

    def __call__(self) -> int:
        return self.ns


@given(st.lists(st.tuples(st.integers(0, 10**11), st.integers(-59 * 10**9, 10**11)), max_size=30))
def test_a_steady_clock_goes_on_as_long_as_one_waits(steps: list[tuple[int, int]]) -> None:
    """However the wall clock is set forward, or back by less than a minute in all: waiting is never for nothing."""
    wall, elapsed = _Ns(10**18), _Ns(5)
    clock = SteadyClock(wall, elapsed)
    behind = 0
    for waited, moved in steps:
        before = clock()
        if behind + moved < -59 * 10**9:
            moved = 0  # noqa: PLW2901 - set back no further
        behind = min(0, behind + moved)
        elapsed.ns += waited
        wall.ns += waited + moved
        assert clock() - before >= waited // 1_000
        assert clock() >= wall.ns // 1_000


def test_a_clock_that_was_far_wrong_is_believed_again() -> None:
    """Set back by more than a minute it is followed, or a day would end on the wrong day for ever."""
    wall, elapsed = _Ns(10**18), _Ns(0)
    clock = SteadyClock(wall, elapsed)
    wall.ns -= 3_600 * 10**9
    assert clock() == wall.ns // 1_000
