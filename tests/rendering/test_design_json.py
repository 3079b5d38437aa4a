"""Designs are complete, strict and stable as JSON."""

import json
import math
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.rendering import logos
from repoint.rendering.design import CornerShape, ModuleShape
from repoint.rendering.design_json import complete, parse, patched, schema
from repoint.rendering.errors import BadDesign
from repoint.rendering.fonts import FontName, Weight
from repoint.rendering.frames import STYLES
from repoint.rendering.logo import Plate

OWN_CORNER = {"outer_shape": None, "inner_shape": None, "outer_color": None, "inner_color": None}
DEFAULTS: dict[str, Any] = {
    "modules": {"shape": "square", "color": "#000000", "gradient": None, "scale": 1},
    "corners": {
        "outer_shape": "square",
        "inner_shape": "square",
        "outer_color": None,
        "inner_color": None,
        "outer_gradient": None,
        "inner_gradient": None,
        "top_left": OWN_CORNER,
        "top_right": OWN_CORNER,
        "bottom_left": OWN_CORNER,
    },
    "background": {"color": "#FFFFFF", "gradient": None},
    "logo": {
        "name": None,
        "image": None,
        "size": 0.25,
        "padding": 1,
        "plate": "none",
        "plate_color": None,
        "color": None,
    },
    "frame": {
        "style": "none",
        "text": "Scan me!",
        "font": "sans",
        "weight": "bold",
        "color": None,
        "text_color": None,
    },
    "quiet_zone": 4,
    "error_correction": "auto",
    "version_min": 1,
    "uppercase": False,
}


def fields(**strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects with any of the fields."""
    return st.fixed_dictionaries({}, optional=strategies)


COLORS = st.sampled_from(["#0F172A", "navy", "#abc", "#11223344", "cmyk(0 100 100 0)"])
SHAPES = st.sampled_from(get_args(CornerShape))
GRADIENTS = st.fixed_dictionaries(
    {"stops": st.lists(COLORS, min_size=2, max_size=5)},
    optional={"kind": st.sampled_from(["linear", "radial"]), "angle": st.integers(0, 360) | st.floats(0, 360)},
)
OWN_CORNERS = fields(outer_shape=SHAPES, inner_shape=SHAPES, outer_color=COLORS, inner_color=COLORS)
DESIGNS = fields(
    modules=fields(
        shape=st.sampled_from(get_args(ModuleShape)), color=COLORS, gradient=GRADIENTS, scale=st.floats(0.6, 1)
    ),
    corners=fields(
        outer_shape=SHAPES,
        inner_shape=SHAPES,
        outer_color=st.none() | COLORS,
        inner_color=st.none() | COLORS,
        outer_gradient=st.none() | GRADIENTS,
        top_left=OWN_CORNERS,
        bottom_left=OWN_CORNERS,
    ),
    background=fields(color=COLORS | st.just("transparent"), gradient=GRADIENTS),
    logo=fields(
        name=st.none() | st.sampled_from(logos.names()),
        size=st.floats(0.1, 0.4),
        padding=st.floats(0, 4),
        plate=st.sampled_from(get_args(Plate)),
        plate_color=st.none() | COLORS,
        color=st.none() | COLORS,
    ),
    frame=fields(
        style=st.sampled_from(STYLES),
        text=st.sampled_from(["Scan me!", "Open the menu", "امسح"]),
        font=st.sampled_from(get_args(FontName)),
        weight=st.sampled_from(get_args(Weight)),
        color=st.none() | COLORS,
        text_color=st.none() | COLORS,
    ),
    quiet_zone=st.integers(0, 10),
    error_correction=st.sampled_from(["auto", "L", "M", "Q", "H"]),
    version_min=st.integers(1, 40),
    uppercase=st.booleans(),
)


def test_an_empty_object_is_a_design() -> None:
    """Every field has a default, and the complete design shows all of them."""
    assert complete(parse({})) == DEFAULTS


@given(DESIGNS)
def test_a_complete_design_means_the_same(given_design: dict[str, Any]) -> None:
    """Completing, writing as JSON and parsing again changes nothing."""
    design = parse(given_design)
    assert parse(json.loads(json.dumps(complete(design)))) == design
    assert complete(parse(complete(design))) == complete(design)


@given(DESIGNS, DESIGNS)
def test_a_patch_changes_what_it_names(before: dict[str, Any], patch: dict[str, Any]) -> None:
    """After a patch every field it names has its value, and every other field the one it had."""
    old, wanted = complete(parse(before)), complete(parse(patch))
    new = complete(patched(parse(before), patch))
    for name, value in new.items():
        if not isinstance(value, dict):
            assert value == (wanted if name in patch else old)[name]
            continue
        for below in value:
            if isinstance(patch.get(name, {}).get(below), dict):
                continue  # merged in its turn; the next test looks at these
            assert value[below] == (wanted if below in patch.get(name, {}) else old)[name][below]


def test_a_patch_reaches_into_gradients_and_corners() -> None:
    """One field of a gradient or of one corner is changed alone; stops are replaced as a whole; null takes them out."""
    gradient = {"kind": "radial", "stops": ["red", "blue"]}
    design = parse({"modules": {"gradient": gradient}, "corners": {"top_left": {"outer_color": "red"}}})
    turned = patched(design, {"modules": {"gradient": {"kind": "linear", "angle": 30}}})
    assert (
        turned.modules.gradient
        == parse({"modules": {"gradient": {**gradient, "kind": "linear", "angle": 30}}}).modules.gradient
    )
    restopped = complete(patched(design, {"modules": {"gradient": {"stops": ["#000", "#111", "#222"]}}}))
    assert [stop["color"] for stop in restopped["modules"]["gradient"]["stops"]] == ["#000000", "#111111", "#222222"]
    own = patched(design, {"corners": {"top_left": {"inner_shape": "leaf"}}}).corners.top_left
    assert (own.outer_color, own.inner_shape) == ("#FF0000", "leaf")
    assert patched(design, {"modules": {"gradient": None}}).modules.gradient is None
    assert complete(patched(design, {"modules": {"gradient": None}, "corners": {"top_left": None}})) == DEFAULTS


def test_a_patch_reaches_into_logo_and_frame() -> None:
    """One field is changed alone; a logo gives way to an uploaded one when its name is taken out with it."""
    design = parse({"logo": {"name": "wifi", "plate": "circle"}, "frame": {"style": "card", "text": "Menu"}})
    retold = patched(design, {"frame": {"text": "Drinks"}, "logo": {"name": None, "image": "logo_1"}})
    assert (retold.frame.style, retold.frame.text) == ("card", "Drinks")
    assert (retold.logo.name, retold.logo.image, retold.logo.plate) == (None, "logo_1", "circle")
    assert complete(patched(design, {"frame": None, "logo": None})) == DEFAULTS


def test_null_in_a_patch_puts_the_default_back() -> None:
    """Null for a field or a group of fields takes the change away again."""
    design = parse({"modules": {"shape": "dots", "color": "red"}, "quiet_zone": 2})
    assert complete(patched(design, {"modules": {"color": None}, "quiet_zone": None})) == {
        **DEFAULTS,
        "modules": {**DEFAULTS["modules"], "shape": "dots"},
    }
    assert complete(patched(design, {"modules": None}))["modules"] == DEFAULTS["modules"]


@pytest.mark.parametrize(
    ("value", "field", "said"),
    [
        ({"modules": {"shape": "rond"}}, "design.modules.shape", "did you mean 'rounded'?"),
        ({"modules": {"shape": "qqq"}}, "design.modules.shape", "use one of square, rounded, extra-rounded"),
        ({"corners": {"inner_shape": "leave"}}, "design.corners.inner_shape", "did you mean 'leaf'?"),
        ({"corners": {"top_left": {"outer_shape": "cutt"}}}, "design.corners.top_left.outer_shape", "mean 'cut'?"),
        ({"corners": {"top_left": {"shape": "cut"}}}, "design.corners.top_left.shape", "did you mean 'outer_shape'?"),
        ({"corners": {"topleft": {}}}, "design.corners.topleft", "did you mean 'top_left'?"),
        ({"modules": {"scale": 0.5}}, "design.modules.scale", "greater than or equal to 0.6"),
        ({"modules": {"scale": math.nan}}, "design.modules.scale", "finite"),
        ({"version_min": 41}, "design.version_min", "less than or equal to 40"),
        ({"uppercase": 1}, "design.uppercase", "valid boolean"),
        ({"modules": {"colour": "red"}}, "design.modules.colour", "did you mean 'color'?"),
        ({"module": {}}, "design.module", "did you mean 'modules'?"),
        ({"modules": {"color": "bleu"}}, "design.modules.color", "did you mean 'blue'?"),
        ({"modules": {"color": "#12"}}, "design.modules.color", "write #RGB, #RRGGBB or"),
        ({"modules": {"color": None}}, "design.modules.color", "valid string"),
        ({"modules": []}, "design.modules", "must be an object"),
        ({"modules": {"shape": 3}}, "design.modules.shape", "'square', 'rounded'"),
        ({"corners": {"inner_color": "transparent"}}, "design.corners.inner_color", "is not known"),
        ({"quiet_zone": 11}, "design.quiet_zone", "less than or equal to 10"),
        ({"quiet_zone": -1}, "design.quiet_zone", "greater than or equal to 0"),
        ({"quiet_zone": "4"}, "design.quiet_zone", "valid integer"),
        ({"quiet_zone": True}, "design.quiet_zone", "valid integer"),
        ({"frame": {"style": "bar-bellow"}}, "design.frame.style", "did you mean 'bar-below'?"),
        ({"frame": {"style": "qqq"}}, "design.frame.style", "use one of none, border, text-below"),
        ({"frame": {"caption": "Hi"}}, "design.frame.caption", "use one of style, text, font"),
        ({"frame": {"text": " "}}, "design.frame.text", "is blank"),
        ({"frame": {"text": "x" * 81}}, "design.frame.text", "at most 80 characters"),
        ({"frame": {"font": "serf"}}, "design.frame.font", "did you mean 'serif'?"),
        ({"logo": {"name": "wify"}}, "design.logo.name", "did you mean 'wifi'?"),
        ({"logo": {"scale": 1}}, "design.logo.scale", "use one of name, image, size"),
        ({"logo": {"plate": "round"}}, "design.logo.plate", "did you mean 'rounded'?"),
        ({"logo": {"size": 0.5}}, "design.logo.size", "less than or equal to 0.4"),
        ({"logo": {"name": "wifi", "image": "mine"}}, "design.logo", "give one of them"),
        ({"logo": "wifi"}, "design.logo", "must be an object"),
        ({"error_correction": "h"}, "design.error_correction", "did you mean 'H'?"),
        ({"x" * 1_000_000: 1}, f"design.{'x' * 40}", "is not known"),
        ([], "design", "must be an object"),
        (None, "design", "must be an object"),
    ],
)
def test_what_is_wrong_is_named(value: object, field: str, said: str) -> None:
    """The error has the path of the field and a sentence with what is known."""
    with pytest.raises(BadDesign) as error:
        parse(value)
    assert error.value.field == field
    assert said in error.value.reason


@pytest.mark.parametrize("patch", [[], "dots", {"modules": {"shape": "rond"}}, {"modules": 1}, {"extra": {"a": None}}])
def test_a_bad_patch_is_refused(patch: object) -> None:
    """A patch is held to the same rules as a whole design."""
    with pytest.raises(BadDesign):
        patched(parse({}), patch)


def test_a_deep_patch_is_refused() -> None:
    """A patch nested far deeper than any design is an error like others."""
    deep: dict[str, Any] = {}
    for _ in range(50_000):
        deep = {"modules": deep}
    with pytest.raises(BadDesign):
        patched(parse({}), deep)


@pytest.mark.parametrize(
    ("gradient", "field", "said"),
    [
        ({}, ".stops", "is missing"),
        ([], "", "must be an object"),
        ({"stops": ["red"]}, ".stops", "at least 2"),
        ({"stops": ["red"] * 6}, ".stops", "at most 5"),
        ({"stops": "red"}, ".stops", "valid tuple"),
        ({"stops": ["red", "bleu"]}, ".stops.1.color", "did you mean 'blue'?"),
        ({"stops": ["red", 3]}, ".stops.1", "must be an object"),
        ({"stops": ["red", {"at": 0.5}]}, ".stops.1.color", "is missing"),
        ({"stops": ["red", {"at": 2, "color": "red"}]}, ".stops.1.at", "less than or equal to 1"),
        ({"stops": ["red", {"color": "red", "att": 1}]}, ".stops.1.att", "did you mean 'at'?"),
        ({"stops": [{"at": 1, "color": "red"}, {"at": 0, "color": "red"}]}, ".stops", "in the order"),
        ({"stops": ["red", "blue"], "kind": "conic"}, ".kind", "use one of linear, radial"),
        ({"stops": ["red", "blue"], "angle": 361}, ".angle", "less than or equal to 360"),
        ({"stops": ["red", "blue"], "angel": 3}, ".angel", "did you mean 'angle'?"),
        ({"stops": ["red", "transparent"]}, ".stops.1.color", "is not known"),
    ],
)
def test_a_wrong_gradient_is_named(gradient: object, field: str, said: str) -> None:
    """The error has the path into the gradient and says what is known there."""
    with pytest.raises(BadDesign) as error:
        parse({"background": {"gradient": gradient}})
    assert error.value.field == f"design.background.gradient{field}"
    assert said in error.value.reason


def test_stops_without_a_place_stand_in_even_steps() -> None:
    """Colours alone, and objects without `at`, are spread from 0 to 1; a place that is given is kept."""
    gradient = parse({"modules": {"gradient": {"stops": ["red", {"color": "lime"}, {"at": 0.9, "color": "blue"}]}}})
    assert gradient.modules.gradient is not None
    assert [(stop.at, stop.color) for stop in gradient.modules.gradient.stops] == [
        (0, "#FF0000"),
        (0.5, "#00FF00"),
        (0.9, "#0000FF"),
    ]


def test_the_schema_lists_every_choice() -> None:
    """The published JSON Schema forbids unknown fields, lists the shapes, and knows the short form of stops."""
    published = schema()
    definitions = published["$defs"]
    assert published["$schema"].startswith("https://json-schema.org/")
    assert published["additionalProperties"] is False
    assert all(definition["additionalProperties"] is False for definition in definitions.values())
    assert definitions["Modules"]["properties"]["shape"]["enum"] == list(get_args(ModuleShape))
    assert definitions["Corners"]["properties"]["outer_shape"]["enum"] == list(get_args(CornerShape))
    assert definitions["Frame"]["properties"]["style"]["enum"] == list(STYLES)
    assert definitions["Logo"]["properties"]["name"]["enum"] == [*logos.names(), None]
    stops = definitions["Gradient"]["properties"]["stops"]
    assert {frozenset(form) & {"type", "$ref"} for form in stops["items"]["anyOf"]} == {
        frozenset({"type"}),
        frozenset({"$ref"}),
    }
    assert set(published["properties"]) == set(DEFAULTS)
