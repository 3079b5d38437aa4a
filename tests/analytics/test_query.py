"""A query covers whole intervals, all of them and no more."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from repoint.analytics.query import POINTS_MAX, Interval, Query, ask
from repoint.kit.errors import Invalid
from tests.conftest import START

INTERVALS = st.sampled_from(Interval)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def _ask(start: datetime | None, end: datetime | None, interval: Interval, shown_from: datetime | None = None) -> Query:
    created_at = START - timedelta(days=40)
    return ask(start=start, end=end, interval=interval, created_at=created_at, now=START, shown_from=shown_from)


@given(INTERVALS, MOMENTS)
def test_an_interval_holds_its_moments(interval: Interval, moment: datetime) -> None:
    """A moment lies between the beginning of its interval and that of the next; beginnings are their own."""
    floor = interval.floor(moment)
    assert floor <= moment < interval.following(floor)
    assert interval.floor(floor) == floor
    assert interval.floor(interval.following(floor)) == interval.following(floor)
    assert interval.floor(interval.following(floor) - timedelta(microseconds=1)) == floor


@given(st.dates(date(1, 1, 1), date(9999, 11, 30)))
def test_the_month_after(day: date) -> None:
    """Counted in months since the year 0, the month after is one more, in every year and length of month."""
    first = Interval.MONTH.floor(datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC))
    following = Interval.MONTH.following(first)
    assert following.year * 12 + following.month == first.year * 12 + first.month + 1
    assert (first.day, following.day, following.hour) == (1, 1, 0)
    assert 28 <= (following - first).days <= 31


@given(MOMENTS, st.timedeltas(timedelta(microseconds=1), timedelta(days=400)), INTERVALS, ZONES, ZONES)
def test_a_range_is_rounded_outwards(
    start: datetime, length: timedelta, interval: Interval, one: timezone, other: timezone
) -> None:
    """Whatever offsets it is given in, it covers what was asked for, by less than one interval more at each end."""
    end = start + length
    query = _ask(start.astimezone(one), end.astimezone(other), interval)
    assert query.start.tzinfo is query.end.tzinfo is UTC
    assert query.start <= start < interval.following(query.start)
    assert interval.floor(query.end) == query.end
    assert end <= query.end
    assert query.points()[-1] < end


@given(MOMENTS, st.timedeltas(timedelta(microseconds=1), timedelta(days=400)), INTERVALS)
def test_points_are_all_intervals_in_order(start: datetime, length: timedelta, interval: Interval) -> None:
    """The first begins where the range begins, each one ends where the next begins, the last where the range ends."""
    query = _ask(start, start + length, interval)
    points = query.points()
    assert points[0] == query.start
    assert [interval.following(point) for point in points] == [*points[1:], query.end]
    assert len(points) <= POINTS_MAX


def test_without_a_range_it_is_all_the_life() -> None:
    """From the interval of the creation to the one of this moment, both included."""
    query = _ask(None, None, Interval.DAY)
    assert query == Query(datetime(2026, 10, 11, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC), Interval.DAY)
    months = _ask(None, None, Interval.MONTH)
    assert months.points() == [datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)]


@pytest.mark.parametrize("interval", Interval)
def test_a_code_made_this_very_moment(interval: Interval) -> None:
    """Even then there is one interval, also where the moment is the first of it."""
    for moment in (datetime(2026, 11, 1, tzinfo=UTC), START):
        query = ask(start=None, end=None, interval=interval, created_at=moment, now=moment, shown_from=None)
        assert query.points() == [interval.floor(moment)]


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=400)), INTERVALS)
def test_an_empty_range(start: datetime, back: timedelta, interval: Interval) -> None:
    """An end that does not lie behind the start is refused."""
    with pytest.raises(Invalid, match="must lie before") as caught:
        _ask(start, start - back, interval)
    assert caught.value.field == "from"


def test_a_start_in_the_future_needs_an_end() -> None:
    """From tomorrow until now is no range; from tomorrow until the day after is one, empty as it may be."""
    tomorrow = START + timedelta(days=1)
    with pytest.raises(Invalid):
        _ask(tomorrow, None, Interval.DAY)
    assert len(_ask(tomorrow, tomorrow + timedelta(days=1), Interval.HOUR).points()) == 24


@pytest.mark.parametrize(("interval", "step"), [(Interval.HOUR, timedelta(hours=1)), (Interval.DAY, timedelta(days=1))])
def test_the_longest_series(interval: Interval, step: timedelta) -> None:
    """Exactly 10,000 points are answered; one more is refused, with the way out."""
    start = datetime(2000, 1, 1, tzinfo=UTC)
    assert len(_ask(start, start + POINTS_MAX * step, interval).points()) == POINTS_MAX
    with pytest.raises(Invalid, match="longer interval") as caught:
        _ask(start, start + POINTS_MAX * step + timedelta(microseconds=1), interval)
    assert caught.value.field == "from"


@given(
    st.datetimes(timezones=ZONES),
    st.datetimes(timezones=ZONES),
    INTERVALS,
)
def test_any_calendar_date_is_answered_or_refused(start: datetime, end: datetime, interval: Interval) -> None:
    """At the ends of the calendar, with any offset, there is a query or an Invalid, never a crash."""
    try:
        query = _ask(start, end, interval)
    except Invalid:
        return
    assert query.start <= start < end <= query.end
    assert 1 <= len(query.points()) <= POINTS_MAX


@pytest.mark.parametrize(
    ("field", "start", "end"),
    [
        ("from", datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), START),
        ("to", START, datetime.max.replace(tzinfo=timezone(-timedelta(hours=12)))),
        ("to", datetime(9999, 12, 31, 23, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_beyond_the_calendar(field: str, start: datetime, end: datetime) -> None:
    """A time that does not exist in UTC, or whose interval ends after the year 9999, is refused under its name."""
    for interval in Interval:
        with pytest.raises(Invalid, match="calendar") as caught:
            _ask(start, end, interval)
        assert caught.value.field == field


@given(INTERVALS, MOMENTS)
def test_whole_intervals_stay_as_they_are(interval: Interval, moment: datetime) -> None:
    """A range that is whole already is not made larger."""
    start = interval.floor(moment)
    end = interval.following(interval.following(start))
    assume(end < datetime(2200, 1, 1, tzinfo=UTC))
    assert _ask(start, end, interval) == Query(start, end, interval)


@given(MOMENTS, st.timedeltas(timedelta(microseconds=1), timedelta(days=400)), INTERVALS, st.integers(-50, 450))
def test_what_the_plan_does_not_show_is_cut(
    start: datetime, length: timedelta, interval: Interval, later_days: int
) -> None:
    """Of the intervals that were asked for exactly those are left that begin on a day that is shown."""
    end, shown_from = start + length, Interval.DAY.floor(start) + timedelta(days=later_days)
    shown = [point for point in _ask(start, end, interval).points() if point >= shown_from]
    if shown:
        assert _ask(start, end, interval, shown_from).points() == shown
    else:
        with pytest.raises(Invalid, match="the first day that the plan shows"):
            _ask(start, end, interval, shown_from)


def test_a_cut_range_may_have_been_too_long() -> None:
    """As many points as are shown count, not as many as were asked for."""
    long_ago = START - timedelta(hours=POINTS_MAX + 24)
    with pytest.raises(Invalid, match="points by hour"):
        _ask(long_ago, None, Interval.HOUR)
    assert len(_ask(long_ago, None, Interval.HOUR, Interval.DAY.floor(START)).points()) == START.hour + 1
