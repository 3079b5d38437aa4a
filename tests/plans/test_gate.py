"""A gate lets pass while there is room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.kit.errors import LimitReached
from repoint.plans import gate
from repoint.plans.catalogue import SELFHOSTED, Feature, Plan


@given(st.integers(0, 100), st.integers(0, 100))
def test_one_more_passes_below_the_limit(limit: int, used: int) -> None:
    """With `used` of `limit` in use one more passes exactly where `used < limit`; the refusal names the numbers."""
    plan = Plan("small", {Feature.ACTIVE_CODES: limit})
    if used < limit:
        gate.require(plan, Feature.ACTIVE_CODES, used=lambda: used)
        return
    with pytest.raises(LimitReached) as caught:
        gate.require(plan, Feature.ACTIVE_CODES, used=lambda: used)
    refusal = caught.value
    assert (refusal.feature, refusal.plan, refusal.limit, refusal.used) == ("active_codes", "small", limit, used)


def test_without_a_limit_nothing_is_counted() -> None:
    """A plan that does not limit a feature never asks how much of it is used."""

    def used() -> int:
        raise AssertionError("counted for nothing")

    gate.require(SELFHOSTED, Feature.ACTIVE_CODES, used=used)
