"""Contours have the area, the direction and the corners they should."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.rendering import shapes
from repoint.rendering.scene import Arc, Contour, Curve, Line
from repoint.rendering.shapes import Radii
from repoint.rendering.trace import UP, outlines


def area(contour: Contour) -> float:
    """Return the enclosed area, positive when clockwise: the polygon of the points plus the segment of each arc."""
    total = 0.0
    x, y = contour.x, contour.y
    for step in (*contour.steps, Line(contour.x, contour.y)):
        total += (x * step.y - step.x * y) / 2
        if isinstance(step, Arc):
            angle = 2 * math.asin(min(math.hypot(step.x - x, step.y - y) / 2 / step.radius, 1))
            angle = 2 * math.pi - angle if step.large else angle
            segment = step.radius**2 / 2 * (angle - math.sin(angle))
            total += segment if step.clockwise else -segment
        x, y = step.x, step.y
    return total


def test_a_circle_has_its_area() -> None:
    """One arc around all but a sliver makes a whole circle, clockwise."""
    assert area(shapes.circle(3, 4, radius=0.5)) == pytest.approx(math.pi / 4, rel=0.001)
    assert area(shapes.circle(3, 4, radius=0.3)) == pytest.approx(math.pi * 0.09, rel=0.002)


RADII = st.sampled_from([0, 0.25, 0.5])


@given(st.floats(1, 10), st.builds(Radii, RADII, RADII, RADII, RADII))
def test_a_square_loses_only_its_corners(side: float, radii: Radii) -> None:
    """A square without what lies outside quarter circles, or without triangles, each corner as it is asked."""
    sliver = sum(radius**2 for radius in radii)
    rounded = shapes.square(-2, 5, side=side, radii=radii)
    assert area(rounded) == pytest.approx(side**2 - (1 - math.pi / 4) * sliver)
    assert area(shapes.cut_square(-2, 5, side=side, legs=radii)) == pytest.approx(side**2 - sliver / 2)


def test_a_square_needs_no_needless_step() -> None:
    """Three lines and the way back make a square; arcs that meet need no line between them."""
    assert len(shapes.square(0, 0, side=3, radii=Radii(0, 0, 0, 0)).steps) == 3
    assert len(shapes.square(0, 0, side=3, radii=Radii(1.5, 1.5, 1.5, 1.5)).steps) == 4


CURVED = Contour(0, 0, (Curve(1, 0, 2, 1, 2, 2), Line(0, 2)))


@pytest.mark.parametrize(
    "contour", [shapes.circle(1, 1, radius=1), shapes.square(0, 0, side=3, radii=Radii(0.75, 0, 1.5, 1)), CURVED]
)
def test_a_hole_is_the_same_line_backwards(contour: Contour) -> None:
    """A hole has the negative area, the same points, and is its own inverse."""
    assert area(shapes.hole(contour)) == pytest.approx(-area(contour))
    assert shapes.hole(shapes.hole(contour)) == contour


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1), st.sampled_from([0, 0.25, 0.5]))
def test_rounding_takes_convex_corners_and_fills_concave_ones(modules: set[tuple[int, int]], radius: float) -> None:
    """Rounded outlines have the area of the modules, less a sliver at convex corners, with one at concave ones."""
    loops = outlines(modules)
    convex = sum(corner.convex for loop in loops for corner in loop)
    concave = sum(not corner.convex for loop in loops for corner in loop)
    kept = [shapes.rounded(loop, lambda corner: radius * corner.convex, x=0.5, y=-3) for loop in loops]
    filled = [shapes.rounded(loop, lambda _: radius, x=0, y=0) for loop in loops]
    sliver = (1 - math.pi / 4) * radius**2
    assert sum(area(shapes.sharp(loop, x=0.5, y=-3)) for loop in loops) == pytest.approx(len(modules))
    assert sum(map(area, kept)) == pytest.approx(len(modules) - convex * sliver)
    assert sum(map(area, filled)) == pytest.approx(len(modules) - (convex - concave) * sliver)


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1), st.sampled_from([0, 0.5, 1]))
def test_large_radii_give_way_on_short_edges(modules: set[tuple[int, int]], rising: float) -> None:
    """Whatever is asked, every line and arc of an outline goes forward: radii share the edge between them."""
    for loop in outlines(modules):
        contour = shapes.rounded(loop, lambda corner: (1 if corner.heading % 2 else rising) * corner.convex, x=0, y=0)
        x, y = contour.x, contour.y
        headings = []
        for step in contour.steps:
            if isinstance(step, Arc):
                assert abs(step.x - x) == pytest.approx(step.radius)
                assert abs(step.y - y) == pytest.approx(step.radius)
            else:
                headings.append((step.x - x, step.y - y))
            x, y = step.x, step.y
        assert all((dx == 0) != (dy == 0) for dx, dy in headings)


def test_a_radius_takes_what_its_neighbour_leaves() -> None:
    """Beside a sharp corner a radius may take the whole edge, beside an equal one half of it."""
    (loop,) = outlines({(0, 0)})
    one = shapes.rounded(loop, lambda corner: corner.heading == UP, x=0, y=0)
    assert [step.radius for step in one.steps if isinstance(step, Arc)] == [1]
    four = shapes.rounded(loop, lambda _: 1, x=0, y=0)
    assert [step.radius for step in four.steps if isinstance(step, Arc)] == [0.5] * 4


def test_a_module_alone_becomes_a_circle() -> None:
    """Four arcs of half a module meet without lines between them."""
    (loop,) = outlines({(0, 0)})
    steps = shapes.rounded(loop, lambda _: 0.5, x=0, y=0).steps
    assert len(steps) == 4
    assert all(isinstance(step, Arc) for step in steps)
