"""JSON answers, rendered once, with the headers that belong to them."""

import hashlib
from collections.abc import Mapping

from fastapi import Response
from pydantic import BaseModel

from repoint.web.api.conditional import etag_of, is_known

MEDIA_TYPE = "application/json"
PATH = "/api/v1"
_DIGEST_BYTES = 8
# Of an answer with a secret in it, which no cache may keep.
SECRET: Mapping[str, str] = {"cache-control": "no-store"}
HEADERS: Mapping[str, str] = {"cache-control": "private, no-cache", "x-content-type-options": "nosniff"}


def answered(
    shown: BaseModel, *, status: int = 200, version: int | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """A thing as JSON; with the ETag of its version where it has one.

    The models are our own and were validated when they were made, so they are written down as they are: FastAPI would
    validate them again, and turn them into dictionaries before it writes them.
    """
    body = shown.model_dump_json().encode()
    tag = {} if version is None else {"etag": _tag(version, body)}
    return Response(body, status, {**HEADERS, **tag, **(headers or {})}, MEDIA_TYPE)


def created(
    shown: BaseModel,
    path: str,
    *,
    version: int | None = None,
    status: int = 201,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A thing that was made, and where it is below `/api/v1`."""
    return answered(shown, status=status, version=version, headers={"location": f"{PATH}{path}", **(headers or {})})


def unless_known(answer: Response, if_none_match: str | None) -> Response:
    """The answer to a GET, or 304 where the client has it already."""
    if not is_known(answer.headers["etag"], if_none_match):
        return answer
    return Response(status_code=304, headers={name: answer.headers[name] for name in ("etag", "cache-control")})


def _tag(version: int, body: bytes) -> str:
    """A code's answer changes with its scans while its version stays, so the tag names both."""
    return etag_of(version, of=hashlib.blake2b(body, digest_size=_DIGEST_BYTES).hexdigest())
