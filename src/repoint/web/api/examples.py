"""An example of every request and answer, put together from its fields.

A field says its own with `Field(examples=[...])`; what many fields of the same name have in common stands here. Where a
text has neither, a test fails and names it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI

METHODS = frozenset({"get", "put", "post", "delete", "patch"})
JSON = "application/json"
FORM = "multipart/form-data"
_DEPTH_MAX = 12

_USER = "user_01JZ8Q4XK7T9V2M5N6P8R0S3W1"
_DAY = "2026-11-20T10:00:00Z"
_CODE = "https://qr.example/api/v1/qr-codes/qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1/image"
_JOB = "https://qr.example/api/v1/jobs/job_01JZ8Q4XK7T9V2M5N6P8R0S3W1"
WORDS: Mapping[str, Any] = {
    "all": 130,
    "at": _DAY,
    "bots": 10,
    "checked_at": _DAY,
    "changes": ["The modules are darker: #5F5F5F instead of #EEEEEE."],
    "conditions": {"blur": 0.6, "tilt_degrees": 30},
    "created_at": _DAY,
    "design": {"modules": {"shape": "dots", "color": "#0F172A"}},
    "destination": "https://example.com/spring",
    "email": "ada@example.com",
    "ends_at": "2027-02-18T10:00:00Z",
    "expires_at": "2027-11-20T10:00:00Z",
    "explanation": "Different people over the whole range, told apart by a keyed hash.",
    "file": "@logo.svg",
    "file_until": "2026-11-27T10:00:00Z",
    "file_url": f"{_JOB}/file",
    "filename": "table-1",
    "finished_at": _DAY,
    "from": "2026-11-01T00:00:00Z",
    "host": "go.example.com",
    "idle_until": "2026-12-04T10:00:00Z",
    "image_url": "https://qr.example/api/v1/logos/logo_01JZ8Q4XK7T9V2M5N6P8R0S3W1/image",
    "image_urls": {"svg": f"{_CODE}?format=svg", "png": f"{_CODE}?format=png"},
    "invited_by": _USER,
    "joined_at": _DAY,
    "label": "till 7",
    "last_used_at": _DAY,
    "measures": {"contrast": 0.92},
    "name": "Spring campaign",
    "people": 120,
    "period_ends_at": "2026-12-01T00:00:00Z",
    "phase": "create",
    "resets_at": "2026-12-01T00:00:00Z",
    "patch": {"modules": {"color": "#5F5F5F"}},
    "print": {"width_mm_min": 18, "distance_mm_max": 180},
    "results_url": f"{_JOB}/results",
    "score": 96,
    "sentence": "The modules are too light for their background.",
    "serial": 1337,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "short_url": "https://qr.example/r/aB3xK9z",
    "size_bytes": 2048,
    "slug": "aB3xK9z",
    "started_at": _DAY,
    "tags": ["print", "q2"],
    "text": "https://example.com",
    "time": _DAY,
    "title": "Spring",
    "to": "2026-12-01T00:00:00Z",
    "unique": 90,
    "updated_at": _DAY,
    "verified_at": _DAY,
}
# Null as a rule: what is there instead belongs to another kind of thing, or to another state.
_NULL = frozenset(
    {
        "content",
        "domain",
        "folder_id",
        "grace_until",
        "key",
        "next_cursor",
        "parent_id",
        "previous_token_until",
        "repaired",
        "revoked_at",
        "rule",
    }
)


class Illustrator:
    """Makes examples of the schemas of one description; `missing` are the texts it has no example for."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._schemas: Mapping[str, Any] = document["components"]["schemas"]
        self.missing: list[str] = []

    def example(  # noqa: PLR0911 - one for each way to say it
        self, schema: Mapping[str, Any], *, name: str = "", is_request: bool, path: str, depth: int = 0
    ) -> Any:
        """One value that the schema allows."""
        schema = self._resolved(schema)
        if "examples" in schema:
            return schema["examples"][0]
        if not is_request and name in _NULL and {"type": "null"} in schema.get("anyOf", ()):
            return None
        if name in WORDS and _fits(WORDS[name], schema):
            return WORDS[name]
        for keyword in ("const", "default"):
            if schema.get(keyword) is not None:
                return schema[keyword]
        if "enum" in schema:
            return schema["enum"][0]
        for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
            if choice.get("type") != "null":
                return self.example(choice, name=name, is_request=is_request, path=path, depth=depth)
        return self._of_type(schema, is_request=is_request, path=path, depth=depth)

    def _of_type(  # noqa: PLR0911 - one for each type
        self, schema: Mapping[str, Any], *, is_request: bool, path: str, depth: int
    ) -> Any:
        match schema.get("type"):
            case "object":
                return self._object(schema, is_request=is_request, path=path, depth=depth)
            case "array" if depth < _DEPTH_MAX:
                items = schema.get("items", {})
                return [self.example(items, is_request=is_request, path=f"{path}[]", depth=depth + 1)]
            case "array":
                return []
            case "boolean":
                return True
            case "integer" | "number":
                return schema.get("minimum", 1)
            case "string":
                self.missing.append(path)
                return "text"
            case _:
                return None

    def _object(self, schema: Mapping[str, Any], *, is_request: bool, path: str, depth: int) -> dict[str, Any]:
        required = schema.get("required", ())
        shown = {
            name: inner
            for name, inner in schema.get("properties", {}).items()
            if name in required or not is_request or "examples" in self._resolved(inner) or _has_examples(inner)
        }
        if depth >= _DEPTH_MAX:
            shown = {name: inner for name, inner in shown.items() if name in required}
        return {
            name: self.example(inner, name=name, is_request=is_request, path=f"{path}.{name}", depth=depth + 1)
            for name, inner in shown.items()
        }

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].rpartition("/")[2]]
        return schema


def install(app: FastAPI) -> None:
    """Give the description of an application its examples."""
    generate = app.openapi
    illustrated: dict[str, Any] = {}

    def described() -> dict[str, Any]:
        if not illustrated:
            illustrated.update(generate())
            illustrate(illustrated)
        return illustrated

    app.openapi = described  # type: ignore[method-assign]  # as FastAPI says: fastapi.tiangolo.com/how-to/extending-openapi


def illustrate(document: dict[str, Any]) -> list[str]:
    """Put an example into every body of a description; gives the texts that have none."""
    illustrator = Illustrator(document)
    for name, content, is_request in bodies(document):
        if "example" not in content:
            content["example"] = illustrator.example(content["schema"], is_request=is_request, path=name)
    return illustrator.missing


def bodies(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Every body that an example is for: its name, its media type object, and whether it is a request's."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method not in METHODS:
                continue
            name = f"{method.upper()} {path}"
            for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
                if media_type in (JSON, FORM):
                    yield f"{name} request", content, True
            for status, answer in operation["responses"].items():
                content = answer.get("content", {}).get(JSON)
                if status < "300" and content is not None:
                    yield f"{name} {status}", content, False


def _fits(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether a word is of the type of a field; a field of its name may be another thing elsewhere."""
    if "anyOf" in schema:
        return any(_fits(value, choice) for choice in schema["anyOf"])
    of_type = {str: "string", int: "integer", dict: "object", list: "array"}[type(value)]
    return bool(schema.get("type") == of_type and "properties" not in schema)


def _has_examples(schema: Mapping[str, Any]) -> bool:
    return any("examples" in choice for choice in schema.get("anyOf", ()))
