"""Requests fit into their windows, and who waits as told is not refused again."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repoint.kit.clock import EPOCH, from_ms
from repoint.kit.errors import TooMany
from repoint.plans.plan import Window
from repoint.plans.windows import SECOND_US, Tally, Today, standings, take, tightest

WINDOWS = st.dictionaries(st.sampled_from(Window), st.integers(1, 6), min_size=1)
# From any moment of some years on, steps from nothing to weeks.
STARTS = st.integers(int(datetime(2023, 12, 1, tzinfo=UTC).timestamp()) * 10**6, 1_900_000_000 * 10**6)
STEPS = st.lists(
    st.one_of(
        st.just(0), st.integers(0, 2 * 10**6), st.integers(0, 7_200 * 10**6), st.integers(0, 40 * 86_400 * 10**6)
    ),
    max_size=40,
)


def _at(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * SECOND_US  # type: ignore[misc, arg-type]  # year to second


def _moment(now: int) -> datetime:
    return EPOCH + timedelta(microseconds=now)


def _period(window: Window, now: int) -> str:
    pattern = {Window.MINUTE: "%Y-%m-%d %H:%M", Window.DAY: "%Y-%m-%d", Window.MONTH: "%Y-%m"}[window]
    return f"{_moment(now):{pattern}}"


def _refusal(tally: Tally, limits: Mapping[Window, int], now: int) -> TooMany | None:
    try:
        take(tally, limits, now, Today.of(now))
    except TooMany as refusal:
        return refusal
    return None


@settings(max_examples=300)
@given(WINDOWS, STARTS, STEPS)
def test_who_obeys_is_never_refused_again(limits: Mapping[Window, int], start: int, steps: list[int]) -> None:
    """After a refusal, a wait of `wait_s` whole seconds is enough, whatever window it was and whatever the clock."""
    tally, now = Tally(), start
    for step in steps:
        now += step
        refusal = _refusal(tally, limits, now)
        if refusal is not None:
            assert refusal.retry_at > _moment(now)
            now += refusal.wait_s(from_ms(now // 1_000)) * SECOND_US
            assert _refusal(tally, limits, now) is None


@settings(max_examples=200)
@given(WINDOWS, STARTS, STEPS)
def test_no_window_lets_more_through(limits: Mapping[Window, int], start: int, steps: list[int]) -> None:
    """In no minute, day or month pass more than its limit; `remaining` is what is left; a refusal takes nothing."""
    tally, now = Tally(), start
    passed: dict[tuple[Window, str], int] = {}
    for step in steps:
        now += step
        before = standings(tally, limits, now, Today.of(now))
        refusal = _refusal(tally, limits, now)
        after = standings(tally, limits, now, Today.of(now))
        if refusal is not None:
            assert after == before
            assert any(each.remaining == 0 and each.window.value == refusal.window for each in before)
            continue
        for standing in after:
            assert standing.limit == limits[standing.window]
            assert 0 <= standing.remaining < standing.limit
            assert standing.resets_at_us > now
            if standing.window is not Window.SECOND:
                cell = standing.window, _period(standing.window, now)
                passed[cell] = passed.get(cell, 0) + 1
                assert standing.remaining == standing.limit - passed[cell]
                assert _period(standing.window, standing.resets_at_us) != cell[1]
                assert _period(standing.window, standing.resets_at_us - 1) == cell[1]


@pytest.mark.parametrize(
    ("now", "day_end", "month_end", "days"),
    [
        (_at(2026, 11, 20, 10), _at(2026, 11, 21), _at(2026, 12, 1), 30),
        (_at(2026, 12, 31, 23, 59, 59), _at(2027, 1, 1), _at(2027, 1, 1), 31),
        (_at(2028, 2, 29), _at(2028, 3, 1), _at(2028, 3, 1), 29),
        (_at(2028, 2, 1), _at(2028, 2, 2), _at(2028, 3, 1), 29),
    ],
)
def test_days_and_months(now: int, day_end: int, month_end: int, days: int) -> None:
    """A day ends at midnight UTC, a month with its last day."""
    today = Today.of(now)
    assert (today.day_end, today.month_end, today.month_days) == (day_end, month_end, days)
    assert today.holds(now)
    assert not today.holds(day_end)


def test_the_window_that_is_met_first() -> None:
    """Headers tell of the window with the least share left; of equals the longest."""
    limits = {Window.SECOND: 10, Window.DAY: 3}
    tally, now = Tally(), _at(2026, 11, 20, 10)
    assert tightest(standings(tally, limits, now, Today.of(now))).window is Window.DAY
    first = take(tally, limits, now, Today.of(now))
    assert (tightest(first).window, tightest(first).remaining) == (Window.DAY, 2)


def test_the_longest_wait_is_told() -> None:
    """Where minute and day are both full, it is the day that has to be waited for."""
    limits = {Window.MINUTE: 1, Window.DAY: 1}
    tally, now = Tally(), _at(2026, 11, 20, 10)
    take(tally, limits, now, Today.of(now))
    with pytest.raises(TooMany) as caught:
        take(tally, limits, now, Today.of(now))
    assert (caught.value.window, caught.value.retry_at) == ("day", datetime(2026, 11, 21, tzinfo=UTC))
