"""Every module shape draws the dark modules, and alignment patterns stay solid."""

from typing import get_args

import pytest

from repoint.rendering.design import ModuleShape
from repoint.rendering.modules import module_path
from repoint.rendering.scene import Arc, Line
from repoint.rendering.symbol import encode

SYMBOL = encode("https://repoint.example/r/aB3xK9z?x=1", error_correction="M")
DARK_OUTSIDE_FINDERS = len(SYMBOL.dark()) - 3 * (24 + 9)


def test_dots_are_one_circle_for_each_module() -> None:
    """All but the 17 dark modules of the alignment pattern become circles; it becomes a ring with a centre."""
    assert SYMBOL.version == 3
    path = module_path(SYMBOL, "dots", quiet_zone=4)
    circles = [contour for contour in path if len(contour.steps) == 2]
    assert len(circles) == DARK_OUTSIDE_FINDERS - 17
    assert len(path) - len(circles) == 3


@pytest.mark.parametrize("shape", get_args(ModuleShape))
def test_the_quiet_zone_moves_the_modules(shape: ModuleShape) -> None:
    """Nothing is drawn in the quiet zone, and the last row and column are reached."""
    path = module_path(SYMBOL, shape, quiet_zone=3)
    points = [(x, y) for contour in path for x, y in ((contour.x, contour.y), *((s.x, s.y) for s in contour.steps))]
    assert min(min(point) for point in points) == 3
    assert max(max(point) for point in points) == 3 + SYMBOL.size


def test_square_modules_have_no_arc_and_few_points() -> None:
    """Connected modules share one outline: far fewer contours than modules."""
    path = module_path(SYMBOL, "square", quiet_zone=4)
    assert all(isinstance(step, Line) for contour in path for step in contour.steps)
    assert len(path) < DARK_OUTSIDE_FINDERS / 3


def test_rounded_alignment_patterns_keep_their_corners() -> None:
    """The centre of an alignment pattern is nearly a square while a data module alone is a circle."""
    path = module_path(SYMBOL, "rounded", quiet_zone=0)
    ((x, y),) = SYMBOL.alignments()
    (centre,) = [contour for contour in path if x <= contour.x <= x + 1 and y <= contour.y <= y + 1]
    assert {step.radius for step in centre.steps if isinstance(step, Arc)} == {0.25}
    assert {step.radius for contour in path for step in contour.steps if isinstance(step, Arc)} == {0.25, 0.5}
