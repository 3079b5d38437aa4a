"""Sizes are bounded, and pixels and paper agree."""

import math
from typing import Any

import pytest

from repoint.rendering.errors import Unrenderable
from repoint.rendering.sizes import Paper, Pixels, choose, paper_mm, raster


def asked(**wanted: Any) -> Pixels | Paper:
    """Choose a size with 1024 px as the default."""
    return choose(**{"size_px": None, "width_mm": None, "dpi": None, **wanted}, default=Pixels(1024, None))


@pytest.mark.parametrize(
    ("wanted", "width_px", "dpi", "width_mm"),
    [
        ({}, 1024, None, 270.933),
        ({"dpi": 300}, 1024, 300, 86.699),
        ({"size_px": 96}, 96, None, 25.4),
        ({"size_px": 600, "dpi": 600}, 600, 600, 25.4),
        ({"width_mm": 25.4}, 300, 300, 25.4),
        ({"width_mm": 40, "dpi": 600}, 945, 600, 40),
    ],
)
def test_pixels_and_paper_agree(wanted: dict[str, Any], width_px: int, dpi: int | None, width_mm: float) -> None:
    """Without a dpi, mm are printed at 300 and pixels are shown at 96 an inch."""
    assert raster(asked(**wanted)) == (width_px, dpi)
    assert paper_mm(asked(**wanted)) == pytest.approx(width_mm, abs=0.001)


@pytest.mark.parametrize(
    ("wanted", "field", "said"),
    [
        ({"size_px": 31}, "size_px", "32 to 8192"),
        ({"size_px": 8193}, "size_px", "32 to 8192"),
        ({"size_px": -1}, "size_px", "32 to 8192"),
        ({"width_mm": 4.9}, "width_mm", "5 to 2000"),
        ({"width_mm": 2001}, "width_mm", "5 to 2000"),
        ({"width_mm": math.nan}, "width_mm", "5 to 2000"),
        ({"width_mm": math.inf}, "width_mm", "5 to 2000"),
        ({"size_px": 100, "dpi": 71}, "dpi", "72 to 1200"),
        ({"dpi": 1201}, "dpi", "72 to 1200"),
        ({"size_px": 100, "width_mm": 40}, "width_mm", "beside size_px"),
    ],
)
def test_bounds_are_named(wanted: dict[str, Any], field: str, said: str) -> None:
    """A size out of range is refused with its field and the bounds."""
    with pytest.raises(Unrenderable) as error:
        asked(**wanted)
    assert error.value.field == field
    assert said in error.value.reason


@pytest.mark.parametrize(("width_mm", "dpi"), [(2000, 1200), (700, 300), (5, 72)])
def test_paper_that_is_too_many_or_too_few_pixels_is_refused(width_mm: float, dpi: int) -> None:
    """Large paper at a high dpi would be gigabytes; the error says how many pixels it would be."""
    with pytest.raises(Unrenderable, match=str(round(width_mm / 25.4 * dpi))) as error:
        raster(Paper(width_mm, dpi))
    assert error.value.field == "width_mm"
