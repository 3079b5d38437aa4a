"""Gradients as functions have the right value everywhere."""

import re

import pytest

from repoint.rendering.emit.shading import components, is_opaque, opacity_shading, over_solid, shading
from repoint.rendering.scene import Linear, Radial, Solid, Stop

RED, CLEAR_BLUE = Stop(0, "#FF0000"), Stop(1, "#0000FF00")


def bounds(*places: float) -> str:
    """Return the part of the shading that says where each piece of the function ends."""
    stops = tuple(Stop(at, ("#FF0000", "#00FF00")[index % 2]) for index, at in enumerate(places))
    return re.sub(r".*Functions\[(.*)\]/Bounds(\[.*?\]).*", r"\2\1", shading(Linear(0, 0, 1, 1, stops), cmyk=False))


@pytest.mark.parametrize(
    ("places", "ends", "pieces"),
    [
        ((0, 0.5, 1), "[.5]", 2),
        ((0.2, 1), "[.2]", 2),
        ((0.2, 0.8), "[.2 .8]", 3),
        ((0, 0.5, 0.5, 1), "[.5]", 2),
        ((0, 0.25, 0.5, 0.75, 1), "[.25 .5 .75]", 4),
    ],
)
def test_pieces_reach_from_0_to_1(places: tuple[float, ...], ends: str, pieces: int) -> None:
    """Colours go on before the first and after the last stop, and two stops in one place are an edge."""
    written = bounds(*places)
    assert written.startswith(ends)
    assert written.count("FunctionType 2") == pieces


def test_two_stops_need_no_stitching() -> None:
    """A plain gradient is one function, axial or radial."""
    linear = shading(Linear(1, 2, 3.5, 4, (RED, CLEAR_BLUE)), cmyk=False)
    assert linear == (
        "<</ShadingType 2/ColorSpace/DeviceRGB/Coords[1 2 3.5 4]"
        "/Function <</FunctionType 2/Domain[0 1]/C0[1 0 0]/C1[0 0 1]/N 1>>/Extend[true true]>>"
    )
    radial = shading(Radial(5, 6, 7, (RED, CLEAR_BLUE)), cmyk=True)
    assert "/ShadingType 3/ColorSpace/DeviceCMYK/Coords[5 6 0 5 6 7]" in radial
    assert "/C0[0 1 1 0]/C1[1 1 0 0]" in radial


def test_opacity_is_a_gradient_of_its_own() -> None:
    """From opaque to clear is from white to black."""
    assert "/DeviceGray/Coords[0 0 1 1]" in opacity_shading(Linear(0, 0, 1, 1, (RED, CLEAR_BLUE)))
    assert "/C0[1]/C1[0]" in opacity_shading(Radial(0, 0, 1, (RED, CLEAR_BLUE)))


def test_opaque_is_what_hides_all() -> None:
    """One stop that lets something through is enough."""
    assert is_opaque(Solid("#123456"))
    assert not is_opaque(Solid("#12345678"))
    assert is_opaque(Linear(0, 0, 1, 1, (RED, RED)))
    assert not is_opaque(Radial(0, 0, 1, (RED, CLEAR_BLUE)))


def test_over_a_colour_every_gradient_is_opaque() -> None:
    """Each stop is mixed with the ground, and the place of the gradient is kept."""
    linear, radial = Linear(0, 1, 2, 3, (RED, CLEAR_BLUE)), Radial(0, 1, 2, (RED, CLEAR_BLUE))
    mixed = (RED, Stop(1, "#FFFFFF"))
    assert over_solid(linear, "#FFFFFF") == Linear(0, 1, 2, 3, mixed)
    assert over_solid(radial, "#FFFFFF") == Radial(0, 1, 2, mixed)


def test_components_are_numbers_from_0_to_1() -> None:
    """Three for screens, four for paper."""
    assert components("#FF8000", cmyk=False) == "1 .502 0"
    assert components("cmyk(1 2 3 4, #000000)", cmyk=True) == ".01 .02 .03 .04"
