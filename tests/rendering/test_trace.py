"""Outlines enclose exactly the modules they were traced from."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from repoint.rendering.trace import Outline, outlines

MODULES = st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)))


def winding(loops: list[Outline], x: float, y: float) -> int:
    """Count how often the outlines go around (x, y), clockwise as positive."""
    turns = 0
    for loop in loops:
        for corner, following in zip(loop, (*loop[1:], loop[0]), strict=True):
            # A vertical edge on the right of the point is crossed by a ray to the right.
            if corner.x == following.x and corner.x > x and min(corner.y, following.y) < y < max(corner.y, following.y):
                turns += 1 if following.y > corner.y else -1
    return turns


@given(MODULES)
def test_modules_are_inside_and_all_else_outside(modules: set[tuple[int, int]]) -> None:
    """The outlines go once around every module and never around an empty place, whatever the pattern."""
    loops = outlines(modules)
    for x, y in product(range(-1, 10), repeat=2):
        assert winding(loops, x + 0.5, y + 0.5) == ((x, y) in modules)


@given(MODULES)
def test_outlines_turn_at_every_corner(modules: set[tuple[int, int]]) -> None:
    """Neighbouring corners differ in exactly one coordinate, alternately, and convex corners belong to a module."""
    for loop in outlines(modules):
        for corner, following in zip(loop, (*loop[1:], loop[0]), strict=True):
            assert (corner.x == following.x) != (corner.y == following.y)
            assert (following.heading - corner.heading) % 4 == (1 if corner.convex else 3)
            assert corner.module() in modules


def test_a_ring_has_a_hole() -> None:
    """Eight modules around an empty one give one outline outside and one inside."""
    ring = {(x, y) for x, y in product(range(3), repeat=2)} - {(1, 1)}
    outer, inner = outlines(ring)
    assert [(corner.x, corner.y) for corner in outer] == [(3, 0), (3, 3), (0, 3), (0, 0)]
    assert all(corner.convex for corner in outer)
    assert len(inner) == 4
    assert not any(corner.convex for corner in inner)


def test_modules_that_touch_at_a_corner_are_apart() -> None:
    """Two modules on a diagonal have an outline each, so that each can be rounded."""
    assert [len(loop) for loop in outlines({(0, 0), (1, 1)})] == [4, 4]
    assert [len(loop) for loop in outlines({(1, 0), (0, 1)})] == [4, 4]
