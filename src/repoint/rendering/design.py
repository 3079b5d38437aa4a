"""The design: all styling of a symbol as one JSON object.

    {"modules":    {"shape": "square", "color": "#000000"},
     "corners":    {"outer_shape": "square", "inner_shape": "square", "outer_color": null, "inner_color": null},
     "background": {"color": "#FFFFFF"},
     "quiet_zone": 4,
     "error_correction": "auto"}

Every field has a default, so `{}` is a design. A null colour follows `modules.color`, also when that changes later.
Fields are added in later versions; none is renamed, and a stored design keeps its meaning.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from repoint.rendering import colors
from repoint.rendering.errors import BadDesign
from repoint.rendering.names import not_known
from repoint.rendering.symbol import ErrorCorrection

QUIET_ZONE_MODULES_MAX = 10
QUIET_ZONE_MODULES_DEFAULT = 4  # what the standard asks for (clause 6.3.8)

NAME_CHARACTERS_MAX = 40  # of an unknown field, in the path of an error

ModuleShape = Literal["square", "dots", "rounded"]
CornerShape = Literal["square", "rounded"]
Color = Annotated[str, AfterValidator(colors.parse)]
BackgroundColor = Annotated[str, AfterValidator(colors.parse_background)]


class _Styling(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Modules(_Styling):
    """The dark modules: everything but the three corners."""

    shape: ModuleShape = "square"
    color: Color = Field(default="#000000", description="#RGB, #RRGGBB or a CSS colour name")


class Corners(_Styling):
    """The three finder patterns, each an outer ring around an inner eye."""

    outer_shape: CornerShape = "square"
    inner_shape: CornerShape = "square"
    outer_color: Color | None = Field(default=None, description="null follows modules.color")
    inner_color: Color | None = Field(default=None, description="null follows modules.color")


class Background(_Styling):
    """What lies under the symbol and its quiet zone."""

    color: BackgroundColor = Field(default="#FFFFFF", description="a colour, or transparent")


class Design(_Styling):
    """All styling of one symbol."""

    modules: Modules = Modules()
    corners: Corners = Corners()
    background: Background = Background()
    quiet_zone: int = Field(default=QUIET_ZONE_MODULES_DEFAULT, ge=0, le=QUIET_ZONE_MODULES_MAX, description="modules")
    error_correction: ErrorCorrection = Field(
        default="auto", description="auto takes the highest level that costs no larger symbol"
    )


def parse(value: object) -> Design:
    """Return the design that a JSON object says; BadDesign names the first field that is wrong and what is known."""
    try:
        return Design.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(("design", *(str(part)[:NAME_CHARACTERS_MAX] for part in first["loc"])))
        raise BadDesign(field, _sentence(first)) from None


def complete(design: Design) -> dict[str, Any]:
    """Return the design as a JSON object with every default filled in; `parse` turns it into an equal design."""
    return design.model_dump(mode="json")


def patched(design: Design, patch: object) -> Design:
    """Change the fields that `patch` names and keep the others; null puts a field back to its default (RFC 7396)."""
    return parse(_merged(complete(design), patch) if isinstance(patch, Mapping) else patch)


def _merged(kept: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    # Goes down only where the complete design has an object, so a deeply nested patch costs no deep recursion.
    result = dict(kept)
    for name, value in patch.items():
        below = result.get(name)
        if value is None:
            result.pop(name, None)
        elif isinstance(below, Mapping) and isinstance(value, Mapping):
            result[name] = _merged(below, value)
        else:
            result[name] = value
    return result


def _sentence(error: ErrorDetails) -> str:
    match error["type"]:
        case "extra_forbidden":
            return not_known(str(error["loc"][-1]), _annotation_at(error["loc"][:-1]).model_fields)
        case "literal_error" if isinstance(error["input"], str):
            return not_known(error["input"], get_args(_annotation_at(error["loc"])))
        case "value_error":
            return str(error["ctx"]["error"])
        case "model_type":
            return "must be an object"
        case _:
            return error["msg"].removeprefix("Input ")


def _annotation_at(path: tuple[int | str, ...]) -> Any:
    found: Any = Design
    for name in path:
        found = found.model_fields[name].annotation
    return found
