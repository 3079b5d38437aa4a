"""Paths in operators follow their contours."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.rendering.emit.paths import curves, operators
from repoint.rendering.scene import Contour, Curve, Fill, Line, Solid, Stamp


def test_a_stamp_is_its_contour_in_every_place() -> None:
    """Writing numbers once for each column and row gives what writing each contour would."""
    contour = Contour(0.1, 0.2, (Line(0.7, 0.2), Curve(0.8, 0.3, 0.9, 0.4, 0.7, 0.9)))
    places = ((0, 0), (3, 0), (3, 2.5), (-1, 2.5))
    moved = tuple(
        Contour(0.1 + x, 0.2 + y, (Line(0.7 + x, 0.2 + y), Curve(0.8 + x, 0.3 + y, 0.9 + x, 0.4 + y, 0.7 + x, 0.9 + y)))
        for x, y in places
    )
    stamped = operators(Fill(Solid("#000000"), (), (Stamp(contour, places),)))
    assert stamped == operators(Fill(Solid("#000000"), moved))
    assert stamped[0] == ".1 .2 m .7 .2 l .8 .3 .9 .4 .7 .9 c h"


@given(st.floats(0, 2 * math.pi), st.floats(0.05, 2 * math.pi - 0.05), st.floats(0.1, 5), st.booleans())
def test_curves_follow_their_arc(begin: float, sweep: float, radius: float, clockwise: bool) -> None:
    """Every curve of an arc starts and ends on the circle, is near it in between, and the last ends where it should."""
    turn = sweep if clockwise else -sweep
    centre_x, centre_y = -radius * math.cos(begin), -radius * math.sin(begin)
    dx = centre_x + radius * math.cos(begin + turn)
    dy = centre_y + radius * math.sin(begin + turn)
    x = y = 0.0
    for first, second, end in curves(dx, dy, radius, clockwise=clockwise, large=sweep > math.pi):
        for t in (0, 0.25, 0.5, 0.75, 1):
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            at_x = sum(w * p for w, p in zip(weights, (x, first[0], second[0], end[0]), strict=True))
            at_y = sum(w * p for w, p in zip(weights, (y, first[1], second[1], end[1]), strict=True))
            assert math.hypot(at_x - centre_x, at_y - centre_y) == pytest.approx(radius, rel=0.001)
        x, y = end
    assert (x, y) == pytest.approx((dx, dy), abs=1e-6)
