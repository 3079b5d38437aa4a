"""Designs from JSON, to JSON."""

from collections.abc import Mapping
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from repoint.rendering.design import Design
from repoint.rendering.errors import BadDesign
from repoint.rendering.names import not_known

NAME_CHARACTERS_MAX = 40  # of an unknown field, in the path of an error

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


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


def schema() -> dict[str, Any]:
    """Return the JSON Schema of all that `parse` takes, but for the spelling of colours and the order of stops."""
    return {"$schema": SCHEMA_DIALECT, **Design.model_json_schema()}


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
            (model,) = _choices(error["loc"][:-1])
            return not_known(str(error["loc"][-1]), model.model_fields)
        case "literal_error" if isinstance(error["input"], str):
            return not_known(error["input"], _choices(error["loc"]))
        case "value_error":
            return str(error["ctx"]["error"])
        case "model_type":
            return "must be an object"
        case "missing":
            return "is missing"
        case _:
            return error["msg"].removeprefix("Input ")


def _choices(path: tuple[int | str, ...]) -> tuple[Any, ...]:
    """Return the model, or the words of the Literal, that stands at a path of the design."""
    found: Any = Design
    for name in path:
        if isinstance(name, str):
            found = found.model_fields[name].annotation
        # What may be null is what it is otherwise; what there are several of is each of them.
        while (of := [part for part in get_args(found) if part not in (NoneType, ...)]) and not isinstance(of[0], str):
            found = of[0]
    return (found,) if isinstance(found, type) and issubclass(found, BaseModel) else get_args(found)
