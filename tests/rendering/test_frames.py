"""The frame of a design: its names, bounds, defaults."""

from typing import Any

import pytest
from pydantic import ValidationError

from repoint.rendering.frames import ALIASES, STYLES, TEXT_CHARACTERS_MAX, Frame, lay_out
from repoint.rendering.frames.palette import BLACK, CONTRAST_MIN, WHITE, contrast, on

BLUE, YELLOW = "#1D4ED8", "#FDE047"


def colors(frame: Frame, *, ink: str = BLACK, ground: str = WHITE) -> list[str]:
    """Return the colours that a frame is drawn in, in drawing order."""
    fills = lay_out(frame, side=37, quiet_zone=4, ink=ink, ground=ground).fills
    return [fill.paint.color for fill in fills]  # type: ignore[union-attr]


def test_every_field_has_a_default() -> None:
    """`{}` is a frame: none, with the text that most would write."""
    assert Frame().model_dump() == {
        "style": "none",
        "text": "Scan me!",
        "font": "sans",
        "weight": "bold",
        "color": None,
        "text_color": None,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"style": "polaroid"},
        {"style": "no-frame"},
        {"font": "Comic Sans"},
        {"weight": 700},
        {"colour": "red"},
        {"color": "reddish"},
        {"text": None},
        {"text": "x" * (TEXT_CHARACTERS_MAX + 1)},
        {"text": " \n "},
        {"text": "\u202e\u202c"},
        {"text": "a\nb\nc"},
    ],
)
def test_what_is_not_known_is_refused(wrong: dict[str, Any]) -> None:
    """Unknown names, wrong types, blank text and text out of bounds are no frame."""
    with pytest.raises(ValidationError):
        Frame.model_validate(wrong)


def test_a_frame_is_its_own_json() -> None:
    """Colours and text are kept in one spelling, and what is dumped is read back as an equal frame."""
    frame = Frame(style="card", text="  Scan\u00a0me ", color="navy", text_color="#ffd")
    assert (frame.text, frame.color, frame.text_color) == ("Scan me", "#000080", "#FFFFDD")
    assert Frame.model_validate(frame.model_dump(mode="json")) == frame


def test_names_of_other_products_are_known() -> None:
    """All five names that the dialects use stand for a frame, and none is a name of our own."""
    assert set(ALIASES) == {"no-frame", "bottom-frame", "bottom-tooltip", "scan-me", "scan-me-bottom"}
    assert set(ALIASES.values()) <= set(STYLES)
    assert not set(ALIASES) & set(STYLES)


def test_colors_follow() -> None:
    """Without a colour the frame has that of the modules; text on it has the background, beside it the frame's."""
    assert colors(Frame(style="bar-below"), ink=BLUE, ground=YELLOW) == [BLUE, YELLOW]
    assert colors(Frame(style="text-below"), ink=BLUE) == [BLUE]
    assert colors(Frame(style="text-below", color="teal"), ink=BLUE) == ["#008080"]


def test_colors_that_are_named_are_kept() -> None:
    """What the design says is drawn, however it contrasts."""
    frame = Frame(style="bar-below", color=BLUE, text_color="#1D4ED9")
    assert colors(frame) == [BLUE, "#1D4ED9"]


@pytest.mark.parametrize("ink", [BLACK, WHITE, BLUE, YELLOW, "#808080", "#FF0000", "cmyk(0 0 100 0, #FFED00)"])
@pytest.mark.parametrize("ground", [BLACK, WHITE, YELLOW])
def test_text_can_be_read_by_default(ink: str, ground: str) -> None:
    """Letters on a filled part always have the contrast that large letters need."""
    (_, letters) = colors(Frame(style="card", color=ink), ground=ground)
    assert letters == on(ink, ground=ground)
    assert contrast(letters, ink) >= CONTRAST_MIN


@pytest.mark.parametrize("ink", [BLACK, WHITE, BLUE, YELLOW])
def test_a_ribbon_has_depth(ink: str) -> None:
    """The ends and folds of a banner are seen apart from its middle in every colour."""
    assert len(set(colors(Frame(style="banner", color=ink)))) == 4
