"""Designs are complete, strict and stable."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.rendering.design import Design, complete, parse, patched
from repoint.rendering.errors import BadDesign

DEFAULTS: dict[str, Any] = {
    "modules": {"shape": "square", "color": "#000000"},
    "corners": {"outer_shape": "square", "inner_shape": "square", "outer_color": None, "inner_color": None},
    "background": {"color": "#FFFFFF"},
    "quiet_zone": 4,
    "error_correction": "auto",
}

COLORS = st.sampled_from(["#0F172A", "navy", "#abc"])
DESIGNS = st.fixed_dictionaries(
    {},
    optional={
        "modules": st.fixed_dictionaries(
            {}, optional={"shape": st.sampled_from(["square", "dots", "rounded"]), "color": COLORS}
        ),
        "corners": st.fixed_dictionaries(
            {},
            optional={
                "outer_shape": st.sampled_from(["square", "rounded"]),
                "inner_shape": st.sampled_from(["square", "rounded"]),
                "outer_color": st.none() | COLORS,
                "inner_color": st.none() | COLORS,
            },
        ),
        "background": st.fixed_dictionaries({}, optional={"color": COLORS | st.just("transparent")}),
        "quiet_zone": st.integers(0, 10),
        "error_correction": st.sampled_from(["auto", "L", "M", "Q", "H"]),
    },
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
            assert value[below] == (wanted if below in patch.get(name, {}) else old)[name][below]


def test_null_in_a_patch_puts_the_default_back() -> None:
    """Null for a field or a group of fields takes the change away again."""
    design = parse({"modules": {"shape": "dots", "color": "red"}, "quiet_zone": 2})
    assert complete(patched(design, {"modules": {"color": None}, "quiet_zone": None})) == {
        **DEFAULTS,
        "modules": {"shape": "dots", "color": "#000000"},
    }
    assert complete(patched(design, {"modules": None}))["modules"] == DEFAULTS["modules"]


@pytest.mark.parametrize(
    ("value", "field", "said"),
    [
        ({"modules": {"shape": "rond"}}, "design.modules.shape", "did you mean 'rounded'?"),
        ({"modules": {"shape": "hexagon"}}, "design.modules.shape", "use one of square, dots, rounded"),
        ({"modules": {"colour": "red"}}, "design.modules.colour", "did you mean 'color'?"),
        ({"module": {}}, "design.module", "did you mean 'modules'?"),
        ({"modules": {"color": "bleu"}}, "design.modules.color", "did you mean 'blue'?"),
        ({"modules": {"color": "#12"}}, "design.modules.color", "write #RGB or #RRGGBB"),
        ({"modules": {"color": None}}, "design.modules.color", "valid string"),
        ({"modules": []}, "design.modules", "must be an object"),
        ({"modules": {"shape": 3}}, "design.modules.shape", "'square', 'dots' or 'rounded'"),
        ({"corners": {"inner_color": "transparent"}}, "design.corners.inner_color", "is not known"),
        ({"quiet_zone": 11}, "design.quiet_zone", "less than or equal to 10"),
        ({"quiet_zone": -1}, "design.quiet_zone", "greater than or equal to 0"),
        ({"quiet_zone": "4"}, "design.quiet_zone", "valid integer"),
        ({"quiet_zone": True}, "design.quiet_zone", "valid integer"),
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


def test_the_schema_lists_every_choice() -> None:
    """The published JSON Schema forbids unknown fields and lists the shapes."""
    schema = Design.model_json_schema()
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["Modules"]["properties"]["shape"]["enum"] == ["square", "dots", "rounded"]
