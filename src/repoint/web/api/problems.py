"""Errors of the native API as problem documents (RFC 9457)."""

import errno
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Match, Route

from repoint.kit.clock import utc_now
from repoint.kit.db import DatabaseUnavailable
from repoint.kit.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    LimitReached,
    NotFound,
    NotInPlan,
    PlanExpired,
    Stale,
    TooMany,
)
from repoint.kit.heavy import TooMuchWork
from repoint.web.api.conditional import etag_of
from repoint.web.api.guard import SECURITY_SCHEMES
from repoint.web.api.sentences import path_of, sendable, sentence_of
from repoint.web.auth import Unauthenticated
from repoint.web.limits import SCOPE_KEY, Admission

UNREAD_BYTES_MAX = 64 * 1024
MEDIA_TYPE = "application/problem+json"
_WHAT_THERE_IS = "/api/v1/openapi.json says what there is"

DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

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
        for status in sorted({400, 401, 403, 422, 429, 500, 503, *statuses})
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
        title=HTTPStatus(status).phrase, status=status, code=code, detail=sendable(detail), errors=list(errors) or None
    )
    return ProblemResponse(body.model_dump(exclude_none=True), status, headers=headers)


def of_domain_error(error: DomainError) -> ProblemResponse:  # noqa: PLR0911 - one for each
    """What each domain error is in HTTP."""
    match error:
        case Invalid(field=field, reason=reason):
            return _invalid([(field, reason)])
        case NotFound():
            return problem(404, "not_found", str(error))
        case Forbidden():
            return problem(403, "forbidden", str(error))
        case Conflict(code=code):
            return problem(409, code, str(error))
        case Stale(version=version):
            return problem(412, "precondition_failed", str(error), headers={"etag": etag_of(version)})
        case NotInPlan():
            return problem(403, "not_in_plan", str(error))
        case PlanExpired():
            return problem(402, "plan_expired", str(error))
        case LimitReached():
            return problem(402, "limit_reached", str(error))
        case TooMany():
            return problem(429, "too_many_requests", str(error), headers={"retry-after": str(error.wait_s(utc_now()))})
        case _:
            raise AssertionError(f"{type(error).__name__} has no place in the native API")


def of_http_error(error: HTTPException, *, asked: str = "") -> ProblemResponse:
    """What the framework has against a request; `asked` is its method and path."""
    match error.status_code:
        case 400:
            return problem(400, "malformed_json", f"The body is not JSON in UTF-8: {_unreadable(error.__cause__)}.")
        case 404:
            return problem(404, "not_found", f"{asked}: there is nothing here; {_WHAT_THERE_IS}.")
        case 405:
            possible = (error.headers or {}).get("Allow", "none")
            return problem(405, "method_not_allowed", f"{asked}: possible here are {possible}.", headers=error.headers)
        case 413:
            return problem(413, "body_too_large", str(error.detail), headers=error.headers)
        case status:
            code = HTTPStatus(status).phrase.lower().replace(" ", "_")
            return problem(status, code, str(error.detail), headers=error.headers)


def install(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Make every error of an application, which has these routes, a problem document."""

    async def domain(_: Request, error: Exception) -> ProblemResponse:
        return of_domain_error(cast("DomainError", error))

    async def unauthenticated(request: Request, error: Exception) -> ProblemResponse:
        code = cast("Unauthenticated", error).code
        # A large body that nobody reads is not waited for, either.
        length = request.headers.get("content-length", "0")
        is_small = length.isdigit() and int(length) <= UNREAD_BYTES_MAX
        closing = {} if is_small and "transfer-encoding" not in request.headers else {"connection": "close"}
        return problem(401, code, str(error), headers={"www-authenticate": "Bearer", **closing})

    async def malformed(_: Request, error: Exception) -> ProblemResponse:
        return of_validation(cast("RequestValidationError", error).errors())

    async def http(request: Request, error: Exception) -> ProblemResponse:
        raised = cast("HTTPException", error)
        if raised.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            raised.headers = {"Allow": _methods_at(request, routes)}
        return of_http_error(raised, asked=f"{request.method} {request.url.path}")

    async def unavailable(_: Request, error: Exception) -> ProblemResponse:
        log.error("api.database_unavailable", error=str(error))
        return problem(
            503,
            "unavailable",
            "The database gives no answer. Nothing was changed; try again.",
            headers={"retry-after": "1"},
        )

    async def busy(_: Request, error: Exception) -> ProblemResponse:
        log.warning("api.too_much_drawing", error=str(error))
        return problem(
            503, "busy", "Too many pictures are being drawn. Try again in a moment.", headers={"retry-after": "5"}
        )

    async def bug(request: Request, error: Exception) -> ProblemResponse:
        log.error("api.bug", exc_info=error)
        detail = (
            "Something broke on our side, and the log says what. Look whether a change was made before you repeat it."
        )
        # This answer is written outside of every middleware.
        admission: Admission | None = request.scope.get(SCOPE_KEY)
        said = {name.decode(): value.decode() for name, value in admission.headers()} if admission else {}
        return problem(500, "internal", detail, headers=said)

    _describe(app)
    app.add_exception_handler(DomainError, domain)
    app.add_exception_handler(Unauthenticated, unauthenticated)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(DatabaseUnavailable, unavailable)
    app.add_exception_handler(TooMuchWork, busy)
    app.add_exception_handler(OSError, _disk)
    app.add_exception_handler(Exception, bug)


async def _disk(_: Request, error: Exception) -> ProblemResponse:
    if cast("OSError", error).errno not in DISK_FULL:
        raise error
    log.error("api.disk_full", error=str(error))
    detail = "The disk is full here, so what you sent could not be kept. Nothing was changed; try again later."
    return problem(503, "disk_full", detail, headers={"retry-after": "60"})


def _describe(app: FastAPI) -> None:
    """Put the problem document into the API's description, where `responses` points at it."""
    generate = app.openapi
    _, definitions = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")

    def described() -> dict[str, Any]:
        document = generate()
        document["components"]["schemas"].update(definitions["$defs"])
        document["components"]["securitySchemes"] = SECURITY_SCHEMES
        return document

    app.openapi = described  # type: ignore[method-assign]  # as FastAPI says: fastapi.tiangolo.com/how-to/extending-openapi


def _methods_at(request: Request, routes: Sequence[BaseRoute]) -> str:
    """What a path can be asked for (RFC 9110, section 10.2.1); the router names the methods of one route alone."""
    of_api = [route for route in routes if isinstance(route, Route)]
    path = next((route.path for route in of_api if route.matches(request.scope)[0] is not Match.NONE), None)
    return ", ".join(sorted({method for route in of_api if route.path == path for method in route.methods or ()}))


def of_validation(errors: Sequence[Mapping[str, Any]]) -> ProblemResponse:
    """What the models of the API have against a body or a query."""
    if errors and errors[0]["type"] == "json_invalid":
        position = errors[0]["loc"][-1] + 1
        detail = f"The body is not JSON: {errors[0]['ctx']['error']} at character {position}."
        return problem(400, "malformed_json", detail)
    return _invalid([(path_of(error), sentence_of(error)) for error in errors])


def _invalid(errors: Sequence[tuple[str, str]]) -> ProblemResponse:
    fields = [FieldError(field=sendable(field), message=sendable(message)) for field, message in errors]
    return problem(422, "invalid", "; ".join(f"{each.field}: {each.message}" for each in fields), errors=fields)


def _unreadable(cause: BaseException | None) -> str:
    match cause:
        case RecursionError():
            return "it is nested too deeply (in more than 32 levels)"
        case UnicodeDecodeError(start=start):
            return f"byte {start + 1} belongs to no character"
        case _:
            return "it holds a number with too many digits, or was cut off"
