"""Scenes are one fill for each paint, and depend on nothing but text and design."""

from repoint.rendering import draw, parse
from repoint.rendering.scene import Solid

TEXT = "https://repoint.example/r/aB3xK9z?x=1"


def test_one_paint_makes_one_path() -> None:
    """Corners without a colour of their own, or with the same one, join the path of the modules."""
    plain = draw(TEXT, parse({"modules": {"color": "navy"}}))
    named = draw(TEXT, parse({"modules": {"color": "navy"}, "corners": {"outer_color": "#000080"}}))
    assert [fill.paint for fill in plain.fills] == [Solid("#000080")]
    assert plain == named


def test_each_colour_makes_a_path() -> None:
    """Three colours are three fills, the modules first; each finder has a ring with a hole and an eye."""
    scene = draw(TEXT, parse({"corners": {"outer_color": "red", "inner_color": "blue"}}))
    assert [fill.paint.color for fill in scene.fills] == ["#000000", "#FF0000", "#0000FF"]
    assert [len(fill.path) for fill in scene.fills[1:]] == [6, 3]


def test_the_quiet_zone_is_part_of_the_side() -> None:
    """A version 3 symbol is 29 modules wide, plus the quiet zone on both sides."""
    assert [draw(TEXT, parse({"quiet_zone": zone})).side_modules for zone in (0, 4, 10)] == [29, 37, 49]


def test_a_transparent_background_is_none() -> None:
    """A transparent picture has no background to fill."""
    assert draw(TEXT, parse({"background": {"color": "transparent"}})).background is None
    assert draw(TEXT, parse({"background": {"color": "#fff"}})).background == Solid("#FFFFFF")
