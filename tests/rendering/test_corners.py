"""Finder patterns keep the ratio that readers look for."""

from collections.abc import Callable
from itertools import groupby, product
from typing import get_args

import pytest
from PIL import Image

from repoint.rendering import Picture, parse, picture
from repoint.rendering.design import CornerShape

MODULE_PX = 20


@pytest.mark.parametrize(("outer", "inner"), list(product(get_args(CornerShape), repeat=2)))
def test_the_ratio_is_1_1_3_1_1(raster: Callable[[Picture], Image.Image], outer: str, inner: str) -> None:
    """Across the centre and up to half of the eye beside it, both ways: dark and light run 1:1:3:1:1, to the pixel."""
    design = parse({"corners": {"outer_shape": outer, "inner_shape": inner}, "quiet_zone": 1})
    made = picture("A", design, fmt="png", size_px=23 * MODULE_PX)
    image = raster(made).convert("L")
    for left, top in ((1, 1), (15, 1), (1, 15)):
        for offset in (2.9, 3.5, 4.1):
            across = round((offset + top) * MODULE_PX)
            line = [image.getpixel((x, across)) for x in range(left * MODULE_PX, (left + 7) * MODULE_PX)]
            assert [len(list(run)) // MODULE_PX for _, run in groupby(line)] == [1, 1, 3, 1, 1]
            down = round((offset + left) * MODULE_PX)
            line = [image.getpixel((down, y)) for y in range(top * MODULE_PX, (top + 7) * MODULE_PX)]
            assert [len(list(run)) // MODULE_PX for _, run in groupby(line)] == [1, 1, 3, 1, 1]


def test_rounded_rings_are_equally_thick(raster: Callable[[Picture], Image.Image]) -> None:
    """The hole of a rounded ring is concentric with its outside: on the diagonal it is one module thick as well."""
    design = parse({"corners": {"outer_shape": "rounded"}, "quiet_zone": 0})
    image = raster(picture("A", design, fmt="png", size_px=21 * 2 * MODULE_PX)).convert("L")
    diagonal = [image.getpixel((at, at)) for at in range(4 * 2 * MODULE_PX)]
    begins = diagonal.index(0)
    thickness_px = diagonal.index(255, begins) - begins
    assert thickness_px * 2**0.5 == pytest.approx(2 * MODULE_PX, abs=3)
