"""Answers are what counting every scan by hand gives."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from repoint.accounts.actor import Actor
from repoint.analytics.answer import Answer, UniqueCount, analytics_of, answer
from repoint.analytics.query import Interval, Query
from repoint.codes.create import create_code
from repoint.codes.draft import DynamicDraft, StaticDraft
from repoint.kit.clock import EPOCH
from repoint.kit.db import Database, Tx
from repoint.kit.errors import Invalid, NotFound, NotInPlan
from repoint.links.space import LinkSpace
from repoint.plans import catalogue
from repoint.plans.catalogue import Catalogue
from repoint.plans.plan import Ability, Plan
from repoint.scans.tables import by_hour
from tests.conftest import START, FakeClock, MakeActor

LINK, OTHER_LINK = 7, 8
CREATED = datetime(2026, 1, 30, 22, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Scan(NamedTuple):
    """A scan of a link; `visitor` None is a bot."""

    at: datetime
    visitor: int | None


# Few people over five weeks around the ends of months, so that they come again in every kind of interval.
SCANS = st.lists(
    st.builds(
        Scan,
        st.integers(0, 35 * 24 * 4).map(lambda quarters: CREATED + timedelta(minutes=15 * quarters)),
        st.none() | st.integers(1, 4),
    ),
    max_size=40,
)
RANGES = st.tuples(st.integers(-50, 36 * 24), st.integers(1, 36 * 24))


def _rows(link: int, scans: Iterable[Scan]) -> list[dict[str, int]]:
    """The rollup of scans in the order of time, as its definition says."""
    rows: dict[int, dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(("people", "bots", "new_hour", "new_day", "new_month", "new_ever"), 0)
    )
    seen = set[object]()
    for at, visitor in scans:
        row = rows[(at - EPOCH) // HOUR]
        row["bots" if visitor is None else "people"] += 1
        if visitor is not None:
            marks = {f"new_{interval}": (visitor, interval, interval.floor(at)) for interval in Interval}
            for name, mark in {**marks, "new_ever": visitor}.items():
                row[name] += mark not in seen
                seen.add(mark)
    return [{"link_id": link, "hour": hour, **row} for hour, row in rows.items()]


def _store(tx: Tx, scans: Sequence[Scan], link: int = LINK) -> None:
    tx.execute(delete(by_hour).where(by_hour.c.link_id == link))
    if scans:
        tx.execute(insert(by_hour), _rows(link, sorted(scans, key=lambda scan: scan.at)))


def _people(scans: Iterable[Scan], start: datetime, end: datetime) -> set[int]:
    return {scan.visitor for scan in scans if start <= scan.at < end and scan.visitor is not None}


def _distinct_in_each(step: timedelta, scans: Iterable[Scan], start: datetime, end: datetime) -> int:
    steps = (end - start) // step
    return sum(len(_people(scans, start + n * step, start + (n + 1) * step)) for n in range(steps))


def _unique_by_hand(scans: Sequence[Scan], query: Query, method: UniqueCount) -> int:
    match method:
        case UniqueCount.SINCE_CREATION:
            return len(_people(scans, CREATED, query.end))
        case UniqueCount.IN_INTERVAL:
            return len(_people(scans, query.start, query.end))
        case UniqueCount.SUM_OF_DAYS:
            return _distinct_in_each(timedelta(days=1), scans, query.start, query.end)
        case UniqueCount.SUM_OF_HOURS:
            return _distinct_in_each(HOUR, scans, query.start, query.end)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(SCANS, RANGES, st.sampled_from(Interval))
@example([], (0, 24), Interval.DAY)
def test_an_answer_is_what_counting_by_hand_gives(
    db: Database, scans: list[Scan], hours: tuple[int, int], interval: Interval
) -> None:
    """Totals, every point of the series, and unique people by the method that the answer names."""
    first = interval.floor(CREATED + hours[0] * HOUR)
    last = interval.following(interval.floor(CREATED + sum(hours) * HOUR))
    query = Query(first, last, interval)
    db.write_now(_store, scans)
    db.write_now(_store, [Scan(CREATED, 9), Scan(CREATED, None)], OTHER_LINK)
    given_answer = db.read_now(answer, LINK, query, since=CREATED)

    inside = [scan for scan in scans if first <= scan.at < last]
    assert given_answer.query == query
    assert given_answer.bots == sum(scan.visitor is None for scan in inside)
    assert given_answer.people == len(inside) - given_answer.bots
    assert given_answer.unique == _unique_by_hand(scans, query, given_answer.unique_count)
    assert [point.time for point in given_answer.series] == query.points()
    for point in given_answer.series:
        within = [scan for scan in inside if interval.floor(scan.at) == point.time]
        bots = sum(scan.visitor is None for scan in within)
        assert (point.people, point.bots) == (len(within) - bots, bots)
        assert point.unique == len(_people(within, first, last))


def _at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 2, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "method"),
    [
        (Query(datetime(2026, 1, 30, tzinfo=UTC), _at(3), Interval.DAY), UniqueCount.SINCE_CREATION),
        (Query(datetime(2026, 1, 30, 22, tzinfo=UTC), _at(1, 5), Interval.HOUR), UniqueCount.SINCE_CREATION),
        (Query(datetime(2025, 1, 1, tzinfo=UTC), _at(1), Interval.MONTH), UniqueCount.SINCE_CREATION),
        (Query(_at(2), _at(3), Interval.DAY), UniqueCount.IN_INTERVAL),
        (Query(_at(2, 5), _at(2, 6), Interval.HOUR), UniqueCount.IN_INTERVAL),
        (Query(_at(1), datetime(2026, 3, 1, tzinfo=UTC), Interval.MONTH), UniqueCount.IN_INTERVAL),
        (Query(_at(1), datetime(2026, 4, 1, tzinfo=UTC), Interval.MONTH), UniqueCount.SUM_OF_DAYS),
        (Query(_at(2), _at(4), Interval.DAY), UniqueCount.SUM_OF_DAYS),
        (Query(_at(2), _at(4), Interval.HOUR), UniqueCount.SUM_OF_DAYS),
        (Query(_at(2, 1), _at(4), Interval.HOUR), UniqueCount.SUM_OF_HOURS),
        (Query(_at(2), _at(3, 23), Interval.HOUR), UniqueCount.SUM_OF_HOURS),
    ],
)
def test_each_method_has_its_ranges(db: Database, query: Query, method: UniqueCount) -> None:
    """Since creation, in one interval, by days or by hours; who came just before the end counts, who came then not."""
    scans = [Scan(CREATED + n * HOUR * 5, n % 3) for n in range(60)]
    edges = [query.start, query.end - timedelta(milliseconds=1), query.end, query.end + HOUR]
    scans += [Scan(edge, 10 + n) for n, edge in enumerate(edges) if edge >= CREATED]
    db.write_now(_store, scans)
    given_answer = db.read_now(answer, LINK, query, since=CREATED)
    assert given_answer.unique_count is method
    assert given_answer.unique == _unique_by_hand(scans, query, method)


def test_every_method_explains_itself() -> None:
    """Each has a sentence of its own and a stable name."""
    sentences = {method.explanation for method in UniqueCount}
    assert len(sentences) == len(UniqueCount)
    assert all(sentence.endswith(".") for sentence in sentences)
    assert {method.value for method in UniqueCount} == {
        "distinct-since-creation",
        "distinct-in-interval",
        "sum-of-daily-distinct",
        "sum-of-hourly-distinct",
    }


def _analytics(db: Database, actor: Actor, code: str, **asked: object) -> Answer:
    arguments: dict[str, object] = {"start": None, "end": None, "interval": Interval.DAY} | asked
    return db.read_now(lambda tx: analytics_of(tx, actor, code, **arguments))  # type: ignore[arg-type]


def test_a_codes_own_scans(db: Database, actor: Actor, space: LinkSpace, clock: FakeClock) -> None:
    """Without a range: from the day of its creation to today, its own link's scans and no others."""
    code, other = (db.write_now(create_code, actor, DynamicDraft("https://example.com"), space=space) for _ in range(2))
    clock.forward(timedelta(days=2))
    assert code.link_id is not None
    assert other.link_id is not None
    db.write_now(_store, [Scan(START, 1), Scan(START, None), Scan(clock.now, 1)], code.link_id)
    db.write_now(_store, [Scan(START, 2)] * 5, other.link_id)
    found = _analytics(db, actor, code.public_id)
    assert (found.people, found.bots, found.unique) == (2, 1, 1)
    assert [(point.people, point.bots, point.unique) for point in found.series] == [(1, 1, 1), (0, 0, 0), (1, 0, 1)]
    assert found.unique_count is UniqueCount.SINCE_CREATION


def test_a_static_code_has_no_scans(db: Database, actor: Actor, space: LinkSpace) -> None:
    """Nobody can count who reads a text: zeros, not an error, and not the scans of some other link."""
    code = db.write_now(create_code, actor, StaticDraft("hello"), space=space)
    db.write_now(_store, [Scan(START, 1)], 1)
    found = _analytics(db, actor, code.public_id)
    assert (found.people, found.bots, found.unique, len(found.series)) == (0, 0, 0, 1)


def test_hours_are_of_the_plan(
    db: Database, make_actor: MakeActor, space: LinkSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan without series by the hour has those by day and month."""
    plan = Plan("daily", lacks=frozenset({Ability.HOURLY_SERIES}))
    monkeypatch.setattr(catalogue, "_present", Catalogue({**catalogue.SHIPPED, plan.name: plan}))
    actor = make_actor(plan=plan.name)
    code = db.write_now(create_code, actor, DynamicDraft("https://example.com"), space=space).public_id
    for interval in (Interval.DAY, Interval.MONTH):
        assert len(_analytics(db, actor, code, interval=interval).series) == 1
    with pytest.raises(NotInPlan):
        _analytics(db, actor, code, interval=Interval.HOUR)


def test_days_are_of_the_plan(
    db: Database, make_actor: MakeActor, space: LinkSpace, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan of three days shows today and the two days before, and refuses what lies before; one of none, nothing."""
    plans = [Plan("three", retention_days=3), Plan("none", retention_days=0)]
    monkeypatch.setattr(catalogue, "_present", Catalogue({**catalogue.SHIPPED, **{each.name: each for each in plans}}))
    actor = make_actor(plan="three")
    code = db.write_now(create_code, actor, DynamicDraft("https://example.com"), space=space)
    assert code.link_id is not None
    days = [START + timedelta(days=day) for day in range(6)]
    db.write_now(_store, [Scan(day, number) for number, day in enumerate(days)], code.link_id)
    clock.forward(timedelta(days=5))
    first = Interval.DAY.floor(days[3])
    for start in (None, START):
        found = _analytics(db, actor, code.public_id, start=start)
        assert (found.query.start, found.people, found.unique, len(found.series)) == (first, 3, 3, 3)
    assert len(_analytics(db, actor, code.public_id, interval=Interval.HOUR).series) == 2 * 24 + START.hour + 1
    for asked in ({"end": first}, {"interval": Interval.MONTH}):
        with pytest.raises(Invalid, match="2026-11-23, the first day that the plan shows"):
            _analytics(db, actor, code.public_id, **asked)
    nobody = make_actor(name="Basic", plan="none")
    code = db.write_now(create_code, nobody, DynamicDraft("https://example.com"), space=space)
    with pytest.raises(NotInPlan, match="analytics"):
        _analytics(db, nobody, code.public_id, start=clock.now + timedelta(days=1), end=clock.now + timedelta(days=3))


def test_bad_questions(db: Database, actor: Actor, space: LinkSpace, make_actor: MakeActor) -> None:
    """An unknown code, another organisation's, or a range that cannot be."""
    code = db.write_now(create_code, actor, DynamicDraft("https://example.com"), space=space)
    for caller, wanted in ((actor, "qr_01ARZ3NDEKTSV4RRFFQ69G5FAV"), (make_actor(name="Globex"), code.public_id)):
        with pytest.raises(NotFound):
            _analytics(db, caller, wanted)
    with pytest.raises(Invalid):
        _analytics(db, actor, code.public_id, end=START - timedelta(days=1))
