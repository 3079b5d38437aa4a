"""The frame of a design, as one JSON object.

    {"style": "none", "text": "Scan me!", "font": "sans", "weight": "bold", "color": null, "text_color": null}

`none` and `border` show no text. A null `color` follows the modules. A null `text_color` follows `color`, and on a
filled part of the frame it takes the background when that can be read there, else black or white.
"""

from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from repoint.rendering import colors
from repoint.rendering.fonts import FontName, Weight
from repoint.rendering.text import tidy

FrameStyle = Literal[
    "none",
    "border",
    "text-below",
    "text-above",
    "bar-below",
    "bar-above",
    "tooltip-below",
    "tooltip-above",
    "banner",
    "card",
    "arrow",
    "circle",
    "phone",
]
STYLES: tuple[FrameStyle, ...] = get_args(FrameStyle)

# Other products' names for these; a design itself says the name on the right.
ALIASES: dict[str, FrameStyle] = {
    "no-frame": "none",
    "bottom-frame": "bar-below",
    "bottom-tooltip": "tooltip-below",
    "scan-me": "card",
    "scan-me-bottom": "bar-below",
}

TEXT_DEFAULT = "Scan me!"
TEXT_CHARACTERS_MAX = 80
LINES_MAX = 2

Color = Annotated[str, AfterValidator(colors.parse)]


def _shown(text: str) -> str:
    kept = tidy(text)
    if not kept:
        raise ValueError("is blank; take the style none or border for a picture without text")
    if len(kept.split("\n")) > LINES_MAX:
        raise ValueError(f"has more than {LINES_MAX} lines")
    return kept


class Frame(BaseModel):
    """What stands around the symbol, and what it says."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    style: FrameStyle = "none"
    text: Annotated[str, AfterValidator(_shown)] = Field(
        default=TEXT_DEFAULT, max_length=TEXT_CHARACTERS_MAX, description="one line, or two with a line break between"
    )
    font: FontName = "sans"
    weight: Weight = "bold"
    color: Color | None = Field(default=None, description="null follows modules.color")
    text_color: Color | None = Field(default=None, description="null takes what can be read")
