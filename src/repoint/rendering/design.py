"""The design: all styling of a symbol as one JSON object.

    {"modules":    {"shape": "square", "color": "#000000", "gradient": null, "scale": 1},
     "corners":    {"outer_shape": "square", "inner_shape": "square", "outer_color": null, "inner_color": null,
                    "outer_gradient": null, "inner_gradient": null,
                    "top_left": {"outer_shape": null, "inner_shape": null, "outer_color": null, "inner_color": null},
                    "top_right": {...}, "bottom_left": {...}},
     "background": {"color": "#FFFFFF", "gradient": null},
     "logo":       {"name": null, "image": null, "size": 0.25, "padding": 1, "plate": "none", "plate_color": null,
                    "color": null},
     "frame":      {"style": "none", "text": "Scan me!", "font": "sans", "weight": "bold", "color": null,
                    "text_color": null},
     "quiet_zone": 4,
     "error_correction": "auto",
     "version_min": 1,
     "uppercase": false}

A gradient is `{"kind": "linear", "angle": 90, "stops": [{"at": 0, "color": "#0EA5E9"}, {"at": 1, "color": "navy"}]}`
and takes the place of the colour beside it. Every field has a default, so `{}` is a design. In the corners null
follows: a corner of its own follows the fields for all three, and those follow the paint of the modules, also when that
changes later. `logo` is described in `logo.py`, `frame` in `frames/frame.py`. Fields are added in later versions; none
is renamed, and a stored design keeps its meaning.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from repoint.rendering import colors
from repoint.rendering.frames import Frame
from repoint.rendering.logo import Logo
from repoint.rendering.symbol import VERSION_MAX, ErrorCorrection

QUIET_ZONE_MODULES_MAX = 10
QUIET_ZONE_MODULES_DEFAULT = 4  # what the standard asks for (clause 6.3.8)

STOPS_MIN, STOPS_MAX = 2, 5

SCALE_MIN = 0.6  # below this, readers take a blurred module for a light one

ModuleShape = Literal[
    "square",
    "rounded",
    "extra-rounded",
    "fluid",
    "soft",
    "dots",
    "classy",
    "classy-rounded",
    "diamond",
    "star",
    "heart",
    "vertical-bars",
    "horizontal-bars",
    "mosaic",
]
CornerShape = Literal["square", "rounded", "extra-rounded", "circle", "leaf", "leaf-mirrored", "cut", "one-corner"]
GradientKind = Literal["linear", "radial"]
Color = Annotated[
    str,
    AfterValidator(colors.parse),
    Field(description="#RGB, #RRGGBB, #RRGGBBAA, a CSS colour name, or cmyk(C M Y K) with an optional screen colour"),
]
BackgroundColor = Annotated[str, AfterValidator(colors.parse_background)]


class _Styling(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Stop(_Styling):
    """A colour of a gradient, and where it stands between the beginning (0) and the end (1)."""

    at: float = Field(ge=0, le=1)
    color: Color


def _spread(stops: object) -> object:
    """Give colours without a place the places between 0 and 1 in even steps."""
    if not isinstance(stops, list | tuple):
        return stops
    last = max(len(stops) - 1, 1)
    return [
        {"at": at / last, "color": stop}
        if isinstance(stop, str)
        else {"at": at / last, **stop}
        if isinstance(stop, Mapping)
        else stop
        for at, stop in enumerate(stops)
    ]


def _ascending(stops: tuple[Stop, ...]) -> tuple[Stop, ...]:
    if any(after.at < before.at for before, after in pairwise(stops)):
        raise ValueError("must be in the order of their places (`at`)")
    return stops


class WrittenStop(_Styling):
    """A colour of a gradient; without `at`, the stops stand in even steps."""

    at: float | None = Field(default=None, ge=0, le=1)
    color: Color


class Gradient(_Styling):
    """Colours that pass into each other over the whole symbol, for a background over the whole picture."""

    kind: GradientKind = "linear"
    angle: float = Field(
        default=0.0, ge=0, le=360, description="degrees, linear only: 0 to the right, 90 downwards, clockwise"
    )
    stops: Annotated[
        tuple[Stop, ...],
        Field(strict=False, min_length=STOPS_MIN, max_length=STOPS_MAX),
        BeforeValidator(_spread, json_schema_input_type=list[Color | WrittenStop]),
        AfterValidator(_ascending),
    ] = Field(description="2 to 5 colours in order; a colour alone takes its even place")


class Modules(_Styling):
    """The dark modules: everything but the three corners."""

    shape: ModuleShape = "square"
    color: Color = "#000000"
    gradient: Gradient | None = Field(default=None, description="takes the place of the colour")
    scale: float = Field(
        default=1.0, ge=SCALE_MIN, le=1, description="size of dots, diamonds, stars, hearts, bars and mosaic squares"
    )


class Corner(_Styling):
    """What one finder pattern has of its own; null follows the field of the same name for all three."""

    outer_shape: CornerShape | None = None
    inner_shape: CornerShape | None = None
    outer_color: Color | None = None
    inner_color: Color | None = None


class Corners(_Styling):
    """The three finder patterns, each an outer ring around an inner eye."""

    outer_shape: CornerShape = "square"
    inner_shape: CornerShape = "square"
    outer_color: Color | None = Field(default=None, description="null follows the modules")
    inner_color: Color | None = Field(default=None, description="null follows the modules")
    outer_gradient: Gradient | None = Field(default=None, description="takes the place of outer_color")
    inner_gradient: Gradient | None = Field(default=None, description="takes the place of inner_color")
    top_left: Corner = Corner()
    top_right: Corner = Corner()
    bottom_left: Corner = Corner()


class Background(_Styling):
    """What lies under the symbol and its quiet zone."""

    color: BackgroundColor = Field(default="#FFFFFF", description="a colour, or transparent")
    gradient: Gradient | None = Field(default=None, description="takes the place of the colour")


class Design(_Styling):
    """All styling of one symbol."""

    modules: Modules = Modules()
    corners: Corners = Corners()
    background: Background = Background()
    logo: Logo = Logo()
    frame: Frame = Frame()
    quiet_zone: int = Field(default=QUIET_ZONE_MODULES_DEFAULT, ge=0, le=QUIET_ZONE_MODULES_MAX, description="modules")
    error_correction: ErrorCorrection = Field(
        default="auto", description="auto takes the highest level that costs no larger symbol"
    )
    version_min: int = Field(
        default=1,
        ge=1,
        le=VERSION_MAX,
        description="the symbol is at least this version, 17 + 4 x version modules wide",
    )
    uppercase: bool = Field(
        default=False,
        description="scheme and host of a web address in capitals, which mean the same and take less room",
    )
