"""The figures behind a verdict are right."""

import random
from itertools import pairwise
from typing import Any, get_args

import pytest
from PIL import Image, ImageChops, ImageStat

from repoint.rendering import Composition, compose_text, parse, patched
from repoint.rendering.design import Modules, ModuleShape
from repoint.rendering.legibility import check, product
from repoint.rendering.legibility.camera import noisy, photographed, shaded
from repoint.rendering.legibility.contrast import contrast
from repoint.rendering.legibility.endurance import endures
from repoint.rendering.legibility.ink_share import ink_share, scale_for
from repoint.rendering.legibility.polarity import measured
from repoint.rendering.legibility.recolor import darkened, lightened, reaching
from repoint.rendering.legibility.strain import CONDITIONS
from repoint.rendering.legibility.view import View, brightness, seen

TEXT = "https://repoint.example/r/aB3xK9z"
WHITE, BLACK = "#FFFFFF", "#000000"


def _drawn(written: dict[str, Any], surround: str = BLACK) -> tuple[Composition, View]:
    composition = compose_text(TEXT, parse(written))
    return composition, seen(composition, surround=surround)


@pytest.mark.parametrize("shape", get_args(ModuleShape))
@pytest.mark.parametrize("corner", ["square", "circle", "cut", "leaf"])
def test_no_shape_has_a_wrong_module(shape: str, corner: str) -> None:
    """Every module of every shape looks as dark or light as it is, on light ground and on dark, framed and not."""
    for extra in ({}, {"modules": {"color": WHITE}, "background": {"color": BLACK}}, {"frame": {"style": "phone"}}):
        written = {**extra, "modules": {"shape": shape, **extra.get("modules", {})}}
        written["corners"] = {"outer_shape": corner, "inner_shape": corner}
        composition, view = _drawn(written, WHITE if "background" in extra else BLACK)
        found = measured(view, cleared=composition.cleared)
        assert (found.wrong, found.quiet_zone, found.broken_finders) == (frozenset(), 4, 0)
        assert found.inverted == ("background" in extra)


@pytest.mark.parametrize("modules", range(6))
def test_the_quiet_zone_is_counted_in_the_picture(modules: int) -> None:
    """As many modules are clear as the design asks for, four at most, and all of them where the surround is light."""
    composition, view = _drawn({"quiet_zone": modules})
    assert measured(view, cleared=composition.cleared).quiet_zone == min(modules, 4)
    composition, view = _drawn({"quiet_zone": modules}, WHITE)
    assert measured(view, cleared=composition.cleared).quiet_zone == 4


def test_contrast_is_that_of_the_worst_pair() -> None:
    """The lightest stop on the darkest ground decides, and the field that sets it is named."""
    design = parse(
        {
            "modules": {"gradient": {"kind": "linear", "stops": ["#000", "#404040"]}},
            "corners": {"top_right": {"inner_color": "#606060"}},
            "background": {"gradient": {"kind": "radial", "stops": ["#FFF", "#C0C0C0"]}},
        }
    )
    found = contrast(design, surround=WHITE)
    assert found.least == pytest.approx((0xC0 - 0x60) / 255)
    assert found.weakest == ("corners", "top_right", "inner")
    assert not found.inverted
    assert contrast(parse({"modules": {"color": "#00000080"}}), surround=WHITE).least == pytest.approx(0.5, abs=0.01)
    assert contrast(parse({"background": {"color": "transparent"}}), surround=BLACK).least == 0


@pytest.mark.parametrize("aim", [0.3, 0.45, 0.62, 0.8])
def test_new_colours_reach_their_aim(aim: float) -> None:
    """Whatever the colours are, the patched design has the contrast that was asked for."""
    source = random.Random(7)
    for _ in range(60):
        ink, eye, ground = (f"#{source.randrange(1 << 24):06X}" for _ in range(3))
        design = parse(
            {
                "modules": {"color": ink},
                "corners": {"inner_color": eye, "bottom_left": {"outer_color": "cmyk(20 30 40 10)"}},
                "background": {"color": ground},
            }
        )
        inverted = contrast(design, surround=WHITE).inverted
        better = patched(design, reaching(design, aim, inverted=inverted, surround=WHITE))
        found = contrast(better, surround=WHITE)
        assert found.least >= aim - 0.01, (ink, eye, ground)
        assert found.inverted == inverted


def test_recoloured_inks_stay_inks() -> None:
    """A colour for print gets more black, or less of all, and no more than it needs."""
    assert darkened("cmyk(0 0 60 0, #FFF385)", 0.5).startswith("cmyk(0 0 60 ")
    assert lightened("cmyk(80 0 60 40, #0B6E4F)", 0.6).startswith("cmyk(")
    assert 0.45 < brightness(darkened("#FFF59D", 0.5)) <= 0.5
    assert darkened("#123456", 0.5) == "#123456"


def test_ink_shares_are_areas() -> None:
    """A square module is all ink, a dot is its circle, and a smaller scale inks less."""
    assert ink_share(Modules(shape="square")) == 1
    assert ink_share(Modules(shape="dots")) == pytest.approx(0.785, abs=0.005)
    assert ink_share(Modules(shape="mosaic")) == pytest.approx(0.86**2, abs=0.001)
    for shape in ("dots", "star", "heart", "diamond", "mosaic", "vertical-bars"):
        shares = [ink_share(Modules(shape=shape, scale=scale)) for scale in (0.6, 0.7, 0.8, 0.9, 1.0)]
        assert all(less < more for less, more in pairwise(shares))
        scale = scale_for(Modules(shape=shape, scale=0.6), 0.5)
        assert scale is not None
        assert ink_share(Modules(shape=shape, scale=scale)) >= 0.5
    assert scale_for(Modules(shape="star", scale=0.6), 0.9) is None


def test_the_camera_is_a_camera() -> None:
    """Pictures stay when they are not turned, are turned by a quarter, and narrow on the side that is tilted away."""
    picture = _drawn({})[1].shot
    assert ImageStat.Stat(ImageChops.difference(photographed(picture, surround=0), picture)).mean[0] < 2
    quarter = picture.transpose(Image.Transpose.ROTATE_270)
    turned = photographed(picture, turned=90, surround=0)
    assert ImageStat.Stat(ImageChops.difference(turned, quarter)).mean[0] < 2
    paper = Image.new("L", (200, 200), 255)
    tilted = photographed(paper, tilted=40, surround=0)
    left, right = (tilted.crop((x, 0, x + 1, 200)).tobytes().count(255) for x in (40, 160))
    assert left > right


def test_noise_and_shadow_are_as_strong_as_they_say() -> None:
    """Noise has the deviation that was asked for, always the same; light falls off to the share that was asked for."""
    grey = Image.new("L", (300, 300), 128)
    assert ImageStat.Stat(noisy(grey, 20)).stddev[0] == pytest.approx(20, rel=0.05)
    assert noisy(grey, 20).tobytes() == noisy(grey, 20).tobytes()
    levels = shaded(Image.new("L", (300, 300), 255), 0.3).tobytes()
    assert max(levels) == 255
    assert min(levels) == pytest.approx(0.3 * 255, abs=2)


def test_plain_squares_endure_all_they_are_measured_by() -> None:
    """No condition is lost on black squares, and weaker designs reach less."""
    _, view = _drawn({})
    reached = endures(view, TEXT.encode())
    assert set(reached) == {condition.name for condition in CONDITIONS}
    assert all(one.reached == one.plain for one in reached.values())
    _, weak = _drawn({"modules": {"shape": "dots", "scale": 0.6}})
    assert sum(one.reached for one in endures(weak, TEXT.encode()).values()) < sum(
        one.plain for one in reached.values()
    )


def test_sizes_follow_from_modules() -> None:
    """A module of 0.33 mm is the least, ten widths of the symbol the most, and a weak design needs more of both."""
    plain = check(TEXT, parse({"version_min": 3}), product(width_mm=37)).print_size
    assert plain is not None
    assert plain.width_mm_min == pytest.approx(37 * 0.33, abs=0.1)
    assert plain.distance_mm_max == 290
    weak = check(
        TEXT, parse({"version_min": 3, "modules": {"shape": "dots", "scale": 0.6}}), product(width_mm=37)
    ).print_size
    assert weak is not None
    assert weak.width_mm_min > plain.width_mm_min
    assert weak.distance_mm_max < plain.distance_mm_max
