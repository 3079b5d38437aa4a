"""Finder patterns keep the ratio that readers look for."""

from collections.abc import Callable
from itertools import groupby, product
from typing import get_args

import pytest
from PIL import Image

from repoint.rendering import Picture, parse, picture
from repoint.rendering.corners import PLACES, look
from repoint.rendering.design import CornerShape

MODULE_PX = 20
SHAPES: tuple[CornerShape, ...] = get_args(CornerShape)


@pytest.mark.parametrize(("outer", "inner"), [*zip(SHAPES, SHAPES, strict=True), *product(["circle"], SHAPES)])
def test_the_ratio_is_1_1_3_1_1(raster: Callable[[Picture], Image.Image], outer: str, inner: str) -> None:
    """Across the centre of all three, both ways, dark and light run 1:1:3:1:1, to the pixel."""
    design = parse({"corners": {"outer_shape": outer, "inner_shape": inner}, "quiet_zone": 1})
    made = picture("A", design, fmt="png", size_px=23 * MODULE_PX)
    image = raster(made).convert("L").point(lambda level: 255 * (level > 127))
    for left, top in ((1, 1), (15, 1), (1, 15)):
        across = round((3.5 + top) * MODULE_PX)
        line = [image.getpixel((x, across)) for x in range(left * MODULE_PX, (left + 7) * MODULE_PX)]
        assert [len(list(run)) / MODULE_PX for _, run in groupby(line)] == [1, 1, 3, 1, 1]
        down = round((3.5 + left) * MODULE_PX)
        line = [image.getpixel((down, y)) for y in range(top * MODULE_PX, (top + 7) * MODULE_PX)]
        assert [len(list(run)) / MODULE_PX for _, run in groupby(line)] == [1, 1, 3, 1, 1]


@pytest.mark.parametrize("shape", ["rounded", "extra-rounded", "circle", "leaf-mirrored", "cut", "one-corner"])
def test_rings_are_equally_thick(raster: Callable[[Picture], Image.Image], shape: str) -> None:
    """The hole of a ring runs along its outside: on the diagonal it is one module thick as well."""
    design = parse({"corners": {"outer_shape": shape}, "quiet_zone": 0})
    image = raster(picture("A", design, fmt="png", size_px=21 * 2 * MODULE_PX)).convert("L")
    diagonal = [level < 128 for level in image.tobytes()[: 4 * 2 * MODULE_PX * image.width : image.width + 1]]
    begins = diagonal.index(True)
    thickness_px = diagonal.index(False, begins) - begins
    assert thickness_px * 2**0.5 == pytest.approx(2 * MODULE_PX, abs=3)


def test_shapes_with_a_direction_face_the_centre(raster: Callable[[Picture], Image.Image]) -> None:
    """The one sharp corner of each finder pattern is the one next to the centre of the symbol."""
    design = parse({"corners": {"outer_shape": "one-corner"}, "quiet_zone": 0})
    image = raster(picture("A", design, fmt="png", size_px=21 * MODULE_PX)).convert("L")
    for left, top, facing in ((0, 0, (1, 1)), (14, 0, (0, 1)), (0, 14, (1, 0))):
        for far_x, far_y in product((0, 1), repeat=2):
            x, y = ((at + 7 * far) * MODULE_PX + (3, -4)[far] for at, far in ((left, far_x), (top, far_y)))
            assert (image.tobytes()[y * image.width + x] < 128) == ((far_x, far_y) == facing)


def test_a_corner_follows_what_it_does_not_say() -> None:
    """A shape or colour of one corner changes that corner only; its colour also takes the place of a gradient."""
    gradient = {"stops": ["red", "blue"]}
    corners = parse(
        {
            "corners": {
                "outer_shape": "cut",
                "outer_gradient": gradient,
                "inner_color": "navy",
                "top_right": {"inner_shape": "circle", "outer_color": "teal"},
            }
        }
    ).corners
    top_left, top_right, bottom_left = (look(corners, place) for place in PLACES)
    assert top_left == bottom_left
    assert (top_left.outer_shape, top_left.inner_shape, top_left.outer_color) == ("cut", "square", None)
    assert top_left.outer_gradient == corners.outer_gradient
    assert (top_right.outer_shape, top_right.inner_shape) == ("cut", "circle")
    assert (top_right.outer_color, top_right.outer_gradient, top_right.inner_color) == ("#008080", None, "#000080")
