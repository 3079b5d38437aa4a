"""Numbers are short and still right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.rendering.decimals import short


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (-0.0001, "0"),
        (0.5, ".5"),
        (-0.5, "-.5"),
        (10, "10"),
        (100.0, "100"),
        (-1.25, "-1.25"),
        (2 / 3, ".667"),
    ],
)
def test_no_needless_character(value: float, written: str) -> None:
    """No zero before the point or at the end, no minus before zero, three decimals at most."""
    assert short(value) == written


@given(st.floats(-1e6, 1e6))
def test_the_value_is_kept(value: float) -> None:
    """What is written is within half a thousandth of the value."""
    assert abs(float(short(value)) - value) <= 0.000_501
