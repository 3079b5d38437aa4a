"""Pages hold their picture where they should."""

import pytest

from repoint.rendering.emit.sheet import Edges, crop_marks, exact, trimmed
from repoint.rendering.scene import Scene

SCENE = Scene(width=20, height=30, background=None, layers=())


def test_an_exact_page_is_the_picture() -> None:
    """The height follows from the width."""
    sheet = exact(SCENE, width=100)
    assert (sheet.width, sheet.height, sheet.module) == (100, 150, 5)
    assert sheet.ground == Edges(0, 0, 100, 150)
    assert sheet.trim is None
    assert sheet.matrix() == "5.000000 0 0 -5.000000 0.000000 150.000000"


def test_a_trimmed_page_has_the_bleed_around_the_cut() -> None:
    """Without marks the page ends with the bleed; the picture stays where the paper is cut."""
    sheet = trimmed(SCENE, width=100, bleed=9, marks=False)
    assert (sheet.width, sheet.height) == (118, 168)
    assert sheet.trim == Edges(9, 9, 109, 159)
    assert sheet.ground == Edges(0, 0, 118, 168)
    assert (sheet.left, sheet.top) == (9, 9)


@pytest.mark.parametrize("bleed", [0, 5, 30])
def test_marks_point_at_the_corners_from_outside(bleed: float) -> None:
    """Two lines for each corner, in line with the cut, clear of the bleed, inside the page."""
    sheet = trimmed(SCENE, width=100, bleed=bleed, marks=True)
    assert sheet.trim is not None
    left, bottom, right, top = sheet.trim
    lines = crop_marks(sheet.trim, bleed=bleed)
    assert len(set(lines)) == 8
    for x1, y1, x2, y2 in lines:
        assert (x1 == x2 and x1 in (left, right)) or (y1 == y2 and y1 in (bottom, top))
        assert min(x1, x2, y1, y2) >= -1e-9
        assert max(x1, x2) <= sheet.width + 1e-9
        assert max(y1, y2) <= sheet.height + 1e-9
        nearest = max(left - x1, x1 - right, bottom - y1, y1 - top)
        assert nearest >= max(bleed, 72 / 25.4 * 3) - 1e-9
