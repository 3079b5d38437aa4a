"""Gradients of a design lie over their part of the picture from edge to edge."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.rendering import parse
from repoint.rendering.design import Gradient
from repoint.rendering.gradients import Box, over, paint
from repoint.rendering.scene import Linear, Radial, Solid, Stop

BOX = Box(4, 4, 29, 29)


def gradient(**given_fields: object) -> Gradient:
    """Return a gradient from red to blue."""
    made = parse({"modules": {"gradient": {"stops": ["red", "blue"], **given_fields}}}).modules.gradient
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("angle", "begin", "end"),
    [(0, (4, 18.5), (33, 18.5)), (90, (18.5, 4), (18.5, 33)), (45, (4, 4), (33, 33)), (180, (33, 18.5), (4, 18.5))],
)
def test_angles_turn_clockwise_from_the_right(angle: int, begin: tuple[float, ...], end: tuple[float, ...]) -> None:
    """0 runs to the right, 90 downwards, and 45 from corner to corner."""
    laid = over(BOX, gradient(angle=angle))
    assert isinstance(laid, Linear)
    assert (laid.x1, laid.y1, laid.x2, laid.y2) == pytest.approx((*begin, *end))


@given(st.floats(0, 360), st.floats(1, 50), st.floats(1, 50))
def test_the_first_and_last_colours_are_reached_and_not_passed(angle: float, width: float, height: float) -> None:
    """In any direction, corners of the box project onto the line between its ends, and two of them onto the ends."""
    laid = over(Box(-3, 7, width, height), gradient(angle=angle))
    assert isinstance(laid, Linear)
    dx, dy = laid.x2 - laid.x1, laid.y2 - laid.y1
    shares = [
        ((x - laid.x1) * dx + (y - laid.y1) * dy) / math.hypot(dx, dy) ** 2
        for x in (-3, -3 + width)
        for y in (7, 7 + height)
    ]
    assert min(shares) == pytest.approx(0, abs=1e-6)
    assert max(shares) == pytest.approx(1, abs=1e-6)


def test_a_radial_gradient_grows_from_the_centre() -> None:
    """It is round also where the box is not, and ends before the corners, so that the last colour shows there."""
    laid = over(Box(0, 0, 40, 20), gradient(kind="radial"))
    assert isinstance(laid, Radial)
    assert (laid.x, laid.y) == (20, 10)
    assert 20 < laid.radius < math.hypot(20, 20)
    assert laid.stops == (Stop(0, "#FF0000"), Stop(1, "#0000FF"))


def test_a_gradient_takes_the_place_of_its_colour() -> None:
    """The colour counts only where there is no gradient."""
    assert paint(BOX, "#123456", None) == Solid("#123456")
    assert paint(BOX, "#123456", gradient()) == over(BOX, gradient())
