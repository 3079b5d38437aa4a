"""Presets are designs that scan in every format."""

import pytest

from repoint.rendering import PRESETS, BadDesign, colors, preset
from repoint.rendering.design import Design

CONTRAST_MIN = 4.5


def luminance(color: str) -> float:
    """Return the relative luminance of WCAG 2."""
    linear = [((c / 255 + 0.055) / 1.055) ** 2.4 if c > 10 else c / 255 / 12.92 for c in colors.channels(color)]
    return sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def inks(design: Design) -> set[str]:
    """Return every colour that a dark module or a part of a corner may have."""
    corners = design.corners
    paints = (design.modules.gradient, corners.outer_gradient, corners.inner_gradient)
    own = (corners, corners.top_left, corners.top_right, corners.bottom_left)
    solid = {color for part in own for color in (part.outer_color, part.inner_color) if color}
    return solid | {design.modules.color} | {stop.color for paint in paints if paint for stop in paint.stops}


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_contrast(name: str) -> None:
    """The lightest ink is far darker than the darkest background, and no corner has a shape that readers dislike."""
    design = preset(name)
    ground = design.background.gradient.stops if design.background.gradient else (design.background,)
    darkest = min(luminance(part.color) for part in ground)
    lightest = max(map(luminance, inks(design)))
    assert (darkest + 0.05) / (lightest + 0.05) >= CONTRAST_MIN
    assert "circle" not in (design.corners.outer_shape, design.corners.inner_shape)


def test_there_are_twelve_different_presets() -> None:
    """No two presets are the same design."""
    assert len({preset(name) for name in PRESETS}) == 12


def test_an_unknown_preset_is_named_with_the_nearest() -> None:
    """The error helps with a typo."""
    with pytest.raises(BadDesign, match="did you mean 'sunset'"):
        preset("sunsett")
