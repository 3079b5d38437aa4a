"""What is wrong with a field, as a sentence to act on."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

NAME_CHARACTERS_MAX = 60  # of an unknown field; what is longer is no slip of a finger

# Members of the union that a body can be; pydantic puts them into the path, the caller has not written them.
_MEMBERS = ("dynamic", "static")

_TIME = "must be a time such as 2026-11-20T10:00:00Z; in an address, write `+` as `%2B`"
_TYPE = "must be 'dynamic' or 'static'"
_WHOLE = "must be a whole number"

# By pydantic's name of the error (https://docs.pydantic.dev/latest/errors/validation_errors/); filled in from its
# context, `length` is that of the text.
_SENTENCES: Mapping[str, str] = {
    "missing": "is required",
    "unknown_field": "{hint}",
    "value_error": "{error}",
    "string_type": "must be a text",
    "string_unicode": "holds half of a surrogate pair, which is no character",
    "string_too_short": "must have {min_length} or more characters",
    "string_too_long": "must have at most {max_length} characters; this has {length}",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": "has more digits than any number that is possible here",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "none_required": "must be null, or left out",
    "list_type": "must be a list",
    "too_short": "must have {min_length} or more entries",
    "too_long": "must have at most {max_length} entries; this has {actual_length}",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "union_tag_invalid": _TYPE,
    "union_tag_not_found": _TYPE,
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "timezone_aware": _TIME,
}
_BODY = "must be a JSON object, sent with `Content-Type: application/json`"
_BODY_KINDS = ("missing", "model_type", "model_attributes_type")

# What stands behind a pattern and the lengths that go with it.
SHAPES: Mapping[str, str] = {
    "destination": "must begin with http:// or https:// and name a host, like https://example.com/page",
    "slug": "must have 3 to 64 characters, each a letter A to Z, a digit, '-' or '_', and begin with a letter or digit",
    "country": "must be two letters, like DE (ISO 3166-1)",
    "language": "must be a language tag, like de or pt-BR (BCP 47)",
    "email": "must be an email address such as ada@example.com",
    "cursor": "is not a cursor; take `next_cursor` of the page before, or leave it out to start again",
    "Idempotency-Key": "must have 1 to 255 characters, each a letter, a digit or a sign of ASCII, and no space",
}
_SHAPE_KINDS = ("string_pattern_mismatch", "string_too_short")


def unknown_field(name: str, known: Sequence[str]) -> str:
    """The sentence for a field that does not exist: the nearest one that does, or all of them."""
    near = get_close_matches(name[:NAME_CHARACTERS_MAX], known, n=1)
    return f"is not known; did you mean {near[0]!r}?" if near else f"is not known; known are {', '.join(known)}"


def unknown_parameter(name: str, known: Sequence[str]) -> str:
    """The same for a parameter of the address; many calls take none."""
    return unknown_field(name, known) if known else "is not known; this call takes no parameters"


def path_of(error: Mapping[str, Any]) -> str:
    """Where the error is, as the caller wrote it: `tags.0`, `limit`; `body` for the body as a whole."""
    where, *inner = error["loc"]
    if where == "body" and inner and inner[0] in _MEMBERS:
        inner = inner[1:]
    match error["type"]:
        case "unknown_field":
            inner.append(error["ctx"]["field"])
        case "union_tag_invalid" | "union_tag_not_found":
            inner.append("type")
    return ".".join(map(str, inner)) or str(where)


def sentence_of(error: Mapping[str, Any]) -> str:
    """What is wrong, and what would be right."""
    kind, given = error["type"], error.get("input")
    if kind in _BODY_KINDS and path_of(error) == "body":
        return _BODY
    if kind in _SHAPE_KINDS and error["loc"][-1] in SHAPES:
        return SHAPES[error["loc"][-1]]
    if kind not in _SENTENCES:
        return str(error["msg"]).removeprefix("Input ").replace("should be", "must be", 1)
    return _SENTENCES[kind].format_map({**error.get("ctx", {}), "length": len(given) if isinstance(given, str) else 0})


def sendable(text: str) -> str:
    """Text that any encoder takes: half a surrogate pair, as JSON can hold it, is written as its escape."""
    return text.encode(errors="backslashreplace").decode()
