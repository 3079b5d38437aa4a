"""Options are refused where a format cannot carry them."""

import math
from typing import Any

import pytest

from repoint.rendering import MEDIA_TYPES, Options, Unrenderable
from repoint.rendering.options import check


@pytest.mark.parametrize("fmt", MEDIA_TYPES)
def test_every_format_takes_no_options(fmt: str) -> None:
    """Nothing asked is nothing refused, and a description is never an error."""
    check(Options(), fmt)
    check(Options(description="Menu"), fmt)


@pytest.mark.parametrize(
    ("wanted", "fmt", "field", "said"),
    [
        ({"cmyk": True}, "png", "cmyk", "pdf and eps"),
        ({"bleed_mm": 3}, "eps", "bleed_mm", "is for pdf"),
        ({"crop_marks": True}, "svg", "crop_marks", "are for pdf"),
        ({"bleed_mm": 20.5}, "pdf", "bleed_mm", "0 to 20"),
        ({"bleed_mm": -1}, "pdf", "bleed_mm", "0 to 20"),
        ({"bleed_mm": math.nan}, "pdf", "bleed_mm", "0 to 20"),
    ],
)
def test_what_a_format_cannot_carry_is_named(wanted: dict[str, Any], fmt: str, field: str, said: str) -> None:
    """The error has the option and where it is possible, or its bounds."""
    with pytest.raises(Unrenderable) as error:
        check(Options(**wanted), fmt)
    assert error.value.field == field
    assert said in error.value.reason
