"""Colours survive the way to paper and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.rendering.inks import of_screen, on_paper

CHANNEL = st.integers(0, 255)
PERCENT = st.floats(0, 100)


@given(CHANNEL)
def test_greys_are_black_ink_alone(grey: int) -> None:
    """No coloured ink is under a grey, so it prints sharply and never looks tinted."""
    cyan, magenta, yellow, black = of_screen(grey, grey, grey)
    assert (cyan, magenta, yellow) == (0, 0, 0)
    assert black == pytest.approx(1 - grey / 255)


@given(CHANNEL, CHANNEL, CHANNEL)
def test_inks_say_the_same_colour(red: int, green: int, blue: int) -> None:
    """Taking the inks' light away from white gives the colour back, and one coloured ink is always spared."""
    cyan, magenta, yellow, black = of_screen(red, green, blue)
    assert min(cyan, magenta, yellow) == 0
    back = [255 * (1 - ink) * (1 - black) for ink in (cyan, magenta, yellow)]
    assert back == pytest.approx((red, green, blue), abs=1e-6)


@pytest.mark.parametrize(
    ("inks", "seen"),
    [
        ((0, 0, 0, 0), (255, 255, 255)),
        ((0, 0, 0, 100), (0, 0, 0)),
        ((100, 0, 0, 0), (0, 159, 227)),
        ((0, 100, 100, 0), (227, 6, 19)),
        ((0, 0, 0, 50), (128, 128, 128)),
    ],
)
def test_screens_show_what_paper_would(inks: tuple[float, ...], seen: tuple[int, ...]) -> None:
    """Paper is white, full black is black, and solid inks look as they are printed, not as pure light."""
    assert on_paper(*inks) == seen


@given(PERCENT, PERCENT, PERCENT, PERCENT)
def test_every_mix_is_a_colour(cyan: float, magenta: float, yellow: float, black: float) -> None:
    """No mix of inks leaves the range of a channel."""
    assert all(0 <= channel <= 255 for channel in on_paper(cyan, magenta, yellow, black))
