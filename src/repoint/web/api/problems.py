"""Errors of the native API as problem documents (RFC 9457)."""

from collections.abc import Mapping, Sequence
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any, cast

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from repoint.kit.db import DatabaseUnavailable
from repoint.kit.errors import Conflict, DomainError, Forbidden, Invalid, LimitReached, NotFound, TooMany
from repoint.web.auth import Unauthenticated

MEDIA_TYPE = "application/problem+json"

log = structlog.get_logger(__name__)


class FieldError(BaseModel):
    """One field that cannot be as it is."""

    field: str
    message: str


class Problem(BaseModel):
    """What went wrong; programs read `code`, people read `detail`."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldError] | None = None


class ProblemResponse(JSONResponse):
    """A problem document."""

    media_type = MEDIA_TYPE


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem answers of an operation, for its OpenAPI description; those of every operation are filled in."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({400, 401, 403, 422, 500, 503, *statuses})
    }


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> ProblemResponse:
    """One answer."""
    body = Problem(
        title=HTTPStatus(status).phrase, status=status, code=code, detail=detail, errors=list(errors) or None
    )
    return ProblemResponse(body.model_dump(exclude_none=True), status, headers=headers)


def of_domain_error(error: DomainError) -> ProblemResponse:
    """What each domain error is in HTTP."""
    match error:
        case Invalid(field=field, reason=reason):
            return problem(422, "invalid", str(error), errors=[FieldError(field=field, message=reason)])
        case NotFound():
            return problem(404, "not_found", str(error))
        case Forbidden():
            return problem(403, "forbidden", str(error))
        case Conflict(code=code):
            return problem(409, code, str(error))
        case LimitReached():
            return problem(402, "limit_reached", str(error))
        case TooMany(retry_at=retry_at):
            return problem(
                429, "too_many_requests", str(error), headers={"retry-after": format_datetime(retry_at, usegmt=True)}
            )
        case _:
            raise AssertionError(f"{type(error).__name__} has no place in the native API")


def install(app: FastAPI) -> None:
    """Make every error of an application a problem document."""

    async def domain(_: Request, error: Exception) -> ProblemResponse:
        return of_domain_error(cast("DomainError", error))

    async def unauthenticated(_: Request, error: Exception) -> ProblemResponse:
        code = cast("Unauthenticated", error).code
        return problem(401, code, str(error), headers={"www-authenticate": "Bearer"})

    async def malformed(_: Request, error: Exception) -> ProblemResponse:
        return _of_validation(cast("RequestValidationError", error).errors())

    async def http(_: Request, raised: Exception) -> ProblemResponse:
        error = cast("HTTPException", raised)
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
        return problem(error.status_code, code, str(error.detail), headers=error.headers)

    async def unavailable(_: Request, error: Exception) -> ProblemResponse:
        log.error("api.database_unavailable", error=str(error))
        return problem(
            503,
            "unavailable",
            "The database gives no answer. Nothing was changed; try again.",
            headers={"retry-after": "1"},
        )

    async def bug(_: Request, error: Exception) -> ProblemResponse:
        log.error("api.bug", exc_info=error)
        return problem(500, "internal", "Something broke on our side. Nothing was changed.")

    app.add_exception_handler(DomainError, domain)
    app.add_exception_handler(Unauthenticated, unauthenticated)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(DatabaseUnavailable, unavailable)
    app.add_exception_handler(Exception, bug)


def _of_validation(errors: Sequence[Mapping[str, Any]]) -> ProblemResponse:
    if errors and errors[0]["type"] == "json_invalid":
        position = errors[0]["loc"][-1]
        detail = f"The body is not JSON: {errors[0]['ctx']['error']} at character {position}."
        return problem(400, "malformed_json", detail)
    fields = [FieldError(field=_path(error["loc"]), message=_message(error)) for error in errors]
    return problem(422, "invalid", "; ".join(f"{field.field}: {field.message}" for field in fields), errors=fields)


def _path(location: Sequence[int | str]) -> str:
    """Where it is, as the caller wrote it: without the kind of parameter and the name of a union's member."""
    inner = [str(part) for part in location[1:] if part not in ("dynamic", "static")]
    return ".".join(inner) or str(location[0])


def _message(error: Mapping[str, Any]) -> str:
    match error["type"]:
        case "missing":
            return "is required"
        case "value_error":
            return str(error["ctx"]["error"])
        case _:
            return str(error["msg"]).removeprefix("Input ")
