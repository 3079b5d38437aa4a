"""Shapes that stand alone fill their module, shrink with the scale and have short numbers."""

import pytest

from repoint.rendering.scene import Contour
from repoint.rendering.stamps import STAMPS, bar


def extent(contour: Contour) -> tuple[float, float, float, float]:
    """Return the box around the points of a contour."""
    points = [(contour.x, contour.y), *((step.x, step.y) for step in contour.steps)]
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


@pytest.mark.parametrize("scale", [0.6, 0.63, 0.777, 0.9, 1])
@pytest.mark.parametrize("shape", sorted(STAMPS))
def test_shapes_stay_near_their_module(shape: str, scale: float) -> None:
    """No point reaches a tenth of a module into a neighbour, and a smaller scale never makes a larger shape."""
    left, top, right, bottom = extent(STAMPS[shape](scale))
    assert min(left, top) >= -0.1
    assert max(right, bottom) <= 1.1
    whole = extent(STAMPS[shape](1))
    assert right - left <= whole[2] - whole[0] + 1e-9
    assert bottom - top <= whole[3] - whole[1] + 1e-9


@pytest.mark.parametrize("shape", ["diamond", "star", "heart"])
def test_points_lie_on_hundredths(shape: str) -> None:
    """The numbers of a shape that is written hundreds of times have two decimals at most."""
    contour = STAMPS[shape](1)
    for number in (contour.x, contour.y, *(at for step in contour.steps for at in (step.x, step.y))):
        assert number * 100 == pytest.approx(round(number * 100), abs=1e-6)


@pytest.mark.parametrize("upright", [True, False])
def test_a_bar_reaches_from_end_to_end(upright: bool) -> None:
    """Its round ends touch the edges of the first and the last module; its sides keep a gap to the neighbours."""
    left, top, right, bottom = extent(bar(5, 1, upright=upright))
    along, across = ((top, bottom), (left, right)) if upright else ((left, right), (top, bottom))
    assert along == pytest.approx((0.4, 4.6))  # the arcs go on by their radius
    assert across == pytest.approx((0.1, 0.9))
