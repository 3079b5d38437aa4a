"""Every module shape draws the dark modules, and alignment patterns stay solid."""

from collections.abc import Callable
from itertools import product
from typing import get_args

import pytest
from PIL import Image

from repoint.rendering import Picture, parse, picture
from repoint.rendering.design import Modules, ModuleShape
from repoint.rendering.modules import ALIGNMENT_RADIUS, CONNECTED, Shapes, module_shapes
from repoint.rendering.scene import Arc, Line
from repoint.rendering.stamps import STAMPS
from repoint.rendering.symbol import encode

TEXT = "https://repoint.example/r/aB3xK9z?x=1"
SYMBOL = encode(TEXT, error_correction="M")
DARK_OUTSIDE_FINDERS = len(SYMBOL.dark()) - 3 * (24 + 9)
SHAPES: tuple[ModuleShape, ...] = get_args(ModuleShape)


def drawn(shape: ModuleShape, *, x: float = 0, y: float = 0, scale: float = 1) -> Shapes:
    """Draw the modules of SYMBOL."""
    return module_shapes(SYMBOL, Modules(shape=shape, scale=scale), x=x, y=y, cleared=frozenset())


@pytest.mark.parametrize("scale", [0.6, 1])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_middle_of_every_module_is_right(
    raster: Callable[[Picture], Image.Image], shape: ModuleShape, scale: float
) -> None:
    """In every shape and size a dark module is dark in its middle and a light one light, as readers sample them."""
    design = parse({"modules": {"shape": shape, "scale": scale}, "quiet_zone": 1, "error_correction": "M"})
    image = raster(picture(TEXT, design, fmt="png", size_px=31 * 11)).convert("L")
    for x, y in product(range(SYMBOL.size), repeat=2):
        left, top = x * 11 + 15, y * 11 + 15
        middle = image.crop((left, top, left + 3, top + 3)).tobytes()
        assert (max(middle) < 128) if SYMBOL.rows[y][x] else (min(middle) > 128)


def test_every_shape_is_drawn_in_one_way() -> None:
    """A shape is connected, or stands alone, or is a bar."""
    assert sorted([*CONNECTED, *STAMPS, "vertical-bars", "horizontal-bars"]) == sorted(SHAPES)


@pytest.mark.parametrize("shape", sorted(STAMPS))
def test_what_stands_alone_is_drawn_once_for_each_module(shape: ModuleShape) -> None:
    """All but the 17 dark modules of the alignment pattern are stamped; it becomes a ring with a centre."""
    assert SYMBOL.version == 3
    path, (stamp,) = drawn(shape)
    assert len(stamp.places) == len(set(stamp.places)) == DARK_OUTSIDE_FINDERS - 17
    assert len(path) == 3


@pytest.mark.parametrize("shape", SHAPES)
def test_the_modules_move_with_the_symbol(shape: ModuleShape) -> None:
    """At another place everything is the same but for the way there."""
    (path, stamps), (moved_path, moved_stamps) = drawn(shape), drawn(shape, x=3.5, y=7)
    assert [(contour.x + 3.5, contour.y + 7) for contour in path] == [(contour.x, contour.y) for contour in moved_path]
    for stamp, moved in zip(stamps, moved_stamps, strict=True):
        assert stamp.contour == moved.contour
        assert [(x + 3.5, y + 7) for x, y in stamp.places] == list(moved.places)


@pytest.mark.parametrize("shape", sorted(CONNECTED))
def test_connected_shapes_keep_within_the_symbol_and_reach_its_edges(shape: ModuleShape) -> None:
    """Rounding takes away and fills in, but never reaches beyond the modules."""
    path, stamps = drawn(shape, x=3, y=3)
    points = [(x, y) for contour in path for x, y in ((contour.x, contour.y), *((s.x, s.y) for s in contour.steps))]
    assert stamps == ()
    assert min(min(point) for point in points) == 3
    assert max(max(point) for point in points) == 3 + SYMBOL.size


def test_square_modules_have_no_arc_and_few_points() -> None:
    """Connected modules share one outline: far fewer contours than modules."""
    path, _ = drawn("square")
    assert all(isinstance(step, Line) for contour in path for step in contour.steps)
    assert len(path) < DARK_OUTSIDE_FINDERS / 3


@pytest.mark.parametrize("shape", ["rounded", "extra-rounded", "fluid", "classy-rounded", "dots", "vertical-bars"])
def test_alignment_patterns_keep_their_corners(shape: ModuleShape) -> None:
    """The centre of an alignment pattern is nearly a square in every shape."""
    path, _ = drawn(shape)
    ((x, y),) = SYMBOL.alignments()
    (centre,) = [contour for contour in path if x <= contour.x <= x + 1 and y <= contour.y <= y + 1]
    assert [step.radius for step in centre.steps if isinstance(step, Arc)] == [ALIGNMENT_RADIUS] * 4


@pytest.mark.parametrize("shape", ["vertical-bars", "horizontal-bars"])
def test_bars_cover_runs_of_modules(shape: ModuleShape) -> None:
    """The lengths of the bars add up to the modules outside the alignment pattern, and no bar continues another."""
    _, stamps = drawn(shape)
    along, across = (1, 0) if shape == "vertical-bars" else (0, 1)
    covered: set[tuple[float, float]] = set()
    for stamp in stamps:
        coordinates = [(step.x, step.y)[along] for step in stamp.contour.steps]
        length = round(max(coordinates) + min(coordinates))
        for place in stamp.places:
            run = {(place[0] + across * at, place[1] + along * at) for at in range(length)}
            assert not covered & run
            covered |= run
    assert len(covered) == DARK_OUTSIDE_FINDERS - 17


def test_a_leaf_alone_is_thick_enough() -> None:
    """In classy-rounded, arcs of a whole module are kept for modules with neighbours."""
    path, _ = drawn("classy-rounded")
    radii = {step.radius for contour in path for step in contour.steps if isinstance(step, Arc)}
    assert {0.65, 1} <= radii
    assert not any(len(contour.steps) == 2 for contour in path)
