"""Contours have the area, the direction and the corners they should."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.rendering import shapes
from repoint.rendering.scene import Arc, Contour, Line
from repoint.rendering.trace import outlines


def area(contour: Contour) -> float:
    """Return the enclosed area, positive when clockwise: the polygon of the points plus the segment of each arc."""
    total = 0.0
    x, y = contour.x, contour.y
    for step in (*contour.steps, Line(contour.x, contour.y)):
        total += (x * step.y - step.x * y) / 2
        if isinstance(step, Arc):
            angle = 2 * math.asin(min(math.hypot(step.x - x, step.y - y) / 2 / step.radius, 1))
            segment = step.radius**2 / 2 * (angle - math.sin(angle))
            total += segment if step.clockwise else -segment
        x, y = step.x, step.y
    return total


def test_a_circle_has_its_area() -> None:
    """Two half turns make a whole circle, clockwise."""
    assert area(shapes.circle(3, 4, radius=0.5)) == pytest.approx(math.pi / 4)


@given(st.floats(1, 10), st.floats(0, 0.5))
def test_a_square_loses_only_its_corners(side: float, radius: float) -> None:
    """A rounded square is a square without what lies outside four quarter circles."""
    contour = shapes.square(-2, 5, side=side, radius=radius)
    assert area(contour) == pytest.approx(side**2 - (4 - math.pi) * radius**2)


@pytest.mark.parametrize("contour", [shapes.circle(1, 1, radius=1), shapes.square(0, 0, side=3, radius=0.75)])
def test_a_hole_is_the_same_line_backwards(contour: Contour) -> None:
    """A hole has the negative area, the same points, and is its own inverse."""
    assert area(shapes.hole(contour)) == pytest.approx(-area(contour))
    assert shapes.hole(shapes.hole(contour)) == contour


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1), st.sampled_from([0, 0.25, 0.5]))
def test_rounding_takes_only_convex_corners(modules: set[tuple[int, int]], radius: float) -> None:
    """The area of rounded outlines is that of the modules less the same sliver at each convex corner."""
    loops = outlines(modules)
    convex = sum(corner.convex for loop in loops for corner in loop)
    rounded = sum(area(shapes.rounded(loop, lambda _: radius)) for loop in loops)
    assert sum(area(shapes.sharp(loop)) for loop in loops) == pytest.approx(len(modules))
    assert rounded == pytest.approx(len(modules) - convex * (1 - math.pi / 4) * radius**2)


def test_a_module_alone_becomes_a_circle() -> None:
    """Four arcs of half a module meet without lines between them."""
    (loop,) = outlines({(0, 0)})
    steps = shapes.rounded(loop, lambda _: 0.5).steps
    assert len(steps) == 4
    assert all(isinstance(step, Arc) for step in steps)
