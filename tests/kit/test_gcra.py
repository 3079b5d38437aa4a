"""A bucket lets its size through at once and refills steadily."""

from hypothesis import given
from hypothesis import strategies as st

from repoint.kit.gcra import Bucket

SECOND_US = 1_000_000


@given(st.integers(1, 5_000), st.lists(st.integers(0, 300_000), min_size=1, max_size=200))
def test_never_more_than_the_bucket_and_its_refill(size: int, steps: list[int]) -> None:
    """In any stretch of time no more pass than the size and what came back; `left` and `ready_at` say the truth."""
    bucket = Bucket(size, SECOND_US)
    tat, now, passed = 0, 10 * SECOND_US, 0
    began = now
    for step in steps:
        now += step
        left = bucket.left(tat, now)
        assert (left > 0) == (bucket.ready_at(tat) <= now)
        if left > 0:
            tat = bucket.take(tat, now)
            passed += 1
            assert bucket.left(tat, now) in (left - 1, left)
        else:
            later = bucket.ready_at(tat)
            assert bucket.left(tat, later) > 0
            assert bucket.left(tat, later - 1) <= 0
    assert passed <= size + (now - began) // bucket.interval_us


def test_a_full_bucket_at_once() -> None:
    """Ten of ten pass in one moment, the eleventh after a tenth of a second."""
    bucket, tat = Bucket(10, SECOND_US), 0
    for left in range(10, 0, -1):
        assert bucket.left(tat, SECOND_US) == left
        tat = bucket.take(tat, SECOND_US)
    assert bucket.left(tat, SECOND_US) == 0
    assert bucket.ready_at(tat) == SECOND_US + SECOND_US // 10
