"""Bent letters follow the circle."""

import math

import pytest

from repoint.rendering.scene import Arc, Contour, Curve, Line
from repoint.rendering.text_bend import bent

RADIUS = 30.0


def at(curve: Curve, start: tuple[float, float], share: float) -> tuple[float, float]:
    """Return a point on a curve."""
    weights = [math.comb(3, k) * share**k * (1 - share) ** (3 - k) for k in range(4)]
    points = (start, (curve.x1, curve.y1), (curve.x2, curve.y2), (curve.x, curve.y))
    x, y = (sum(weight * point[axis] for weight, point in zip(weights, points, strict=True)) for axis in (0, 1))
    return x, y


@pytest.mark.parametrize("height", [-4, 0, 3])
def test_a_long_line_becomes_an_arc(height: float) -> None:
    """A headline of ten modules lies on the circle of its height, as long as it was at height 0, text upright."""
    line = Contour(-5, height, (Line(5, height), Line(5, height + 1), Line(-5, height + 1)))
    (contour,) = bent((line,), x=100, y=50, radius=RADIUS)
    curve = contour.steps[0]
    assert isinstance(curve, Curve)
    for share in (0, 0.2, 0.5, 0.9, 1):
        x, y = at(curve, (contour.x, contour.y), share)
        assert math.hypot(x - 100, y - 50) == pytest.approx(RADIUS + height, abs=0.002)
    assert contour.x < 100 < curve.x
    assert math.atan2(curve.x - 100, curve.y - 50) * RADIUS == pytest.approx(5)


def test_short_lines_stay_straight() -> None:
    """Stems, which point to the centre, cost no curves."""
    stem = Contour(0, -3, (Line(0.5, -3), Line(0.5, 0), Line(0, 0)))
    (contour,) = bent((stem,), x=0, y=0, radius=RADIUS)
    assert [type(step) for step in contour.steps] == [Line, Line, Line]


def test_curves_meet_where_they_did() -> None:
    """A bent curve passes through the bent middle of what it was."""
    curve = Curve(1, -3, 3, 2, 4, 0)
    (contour,) = bent((Contour(0, 0, (curve, Line(2, 1))),), x=0, y=0, radius=RADIUS)
    x, y = at(curve, (0, 0), 1 / 3)
    bent_curve = contour.steps[0]
    assert isinstance(bent_curve, Curve)
    angle, reach = x / RADIUS, RADIUS + y
    assert at(bent_curve, (contour.x, contour.y), 1 / 3) == pytest.approx(
        (reach * math.sin(angle), reach * math.cos(angle))
    )


def test_arcs_are_refused() -> None:
    """Letters have no arcs, and to bend one as if it were a line would be a silent mistake."""
    with pytest.raises(TypeError, match="arcs"):
        bent((Contour(0, 0, (Arc(4, 0, 3, clockwise=True),)),), x=0, y=0, radius=RADIUS)
