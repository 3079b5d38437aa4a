"""Who fails too often is told to wait, and who waits may fail again."""

from datetime import UTC, datetime

import pytest

from repoint.kit import failures
from repoint.kit.clock import SteadyClock
from repoint.kit.failures import Failures


class _Clock:
    def __init__(self) -> None:
        self.ns = 1_795_168_800 * 10**9

    def __call__(self) -> int:
        return self.ns


@pytest.fixture
def clock() -> _Clock:
    """Wall clock and elapsed time in one, that stands until it is moved."""
    return _Clock()


def test_the_fourth_failure_of_three(clock: _Clock) -> None:
    """Three a minute pass, the fourth is barred for twenty seconds; after those one more passes. Others are free."""
    failed = Failures(3, clock=SteadyClock(clock, clock))
    assert [failed.note("a") for _ in range(3)] == [None, None, None]
    barred = datetime(2026, 11, 20, 10, 0, 20, tzinfo=UTC)
    assert failed.note("a") == barred
    assert failed.barred_until("a") == barred
    assert failed.barred_until("b") is None
    clock.ns += 20 * 10**9
    assert failed.note("a") is None
    assert failed.note("a") is not None


def test_the_memory_is_bounded(clock: _Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more clients than are remembered the ones that failed longest ago are forgotten."""
    monkeypatch.setattr(failures, "REMEMBERED", 2)
    failed = Failures(1, clock=SteadyClock(clock, clock))
    for client in "abc":
        failed.note(client)
    assert [failed.barred_until(client) is None for client in "abc"] == [True, False, False]
