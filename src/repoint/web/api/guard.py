"""What stands before every route: key or session, scope, known parameters."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.dependencies.models import Dependant as Needed  # codespell:ignore dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.types import ASGIApp, Receive, Scope, Send

from repoint.kit.errors import Forbidden
from repoint.web.api import access
from repoint.web.api.depth import DepthLimit
from repoint.web.api.fingerprint import fingerprinted
from repoint.web.api.sentences import NAME_CHARACTERS_MAX, unknown_parameter
from repoint.web.cookie import PLAIN_NAME, SECURE_NAME
from repoint.web.credential import origin_of
from repoint.web.limits import admitted

# In the scope of a request, from here on: who asks, and what proved it.
CREDENTIAL = "repoint.credential"

# OpenAPI's security schemes (https://spec.openapis.org/oas/v3.1.0, section 4.8.27).
SECURITY_SCHEMES: Mapping[str, Any] = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key, `rp_...`"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": PLAIN_NAME,
        "description": f"A session of a signed-in user, from `POST /session`; over https the cookie is "
        f"`{SECURE_NAME}`. What changes something needs `Sec-Fetch-Site: same-origin` or an `Origin` of this "
        "installation beside it.",
    },
}


class Guard:
    """ASGI, around one route: who may not ask hears so before a byte of the body is read.

    FastAPI reads the body first and asks its dependencies then; so neither key nor session is a dependency. Who asks
    was recognised, and held against their limits, by `admission.py`.
    """

    def __init__(self, route: APIRoute, app: ASGIApp, *, public_url: str) -> None:
        self._app = app
        self._public_url = public_url
        self._is_open = route.name in access.OPEN
        self._is_for_users = route.name in access.SIGNED
        self._needs = access.needed_by(route.name)
        self._parameters = tuple(_parameters(route.dependant))  # codespell:ignore dependant

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let pass who may, with what the route knows."""
        request = Request(scope)
        if self._is_open:
            origin_of(request).require_own(self._public_url)
        else:
            self._admit(scope)
        if scope["query_string"]:
            self._know_every_parameter(scope["query_string"].decode("latin-1"))
        await self._app(scope, fingerprinted(scope, request.headers, receive), send)

    def _admit(self, scope: Scope) -> None:
        credential = scope[CREDENTIAL] = admitted(scope)
        credential.actor.require(self._needs)
        if self._is_for_users and credential.session is None:
            raise Forbidden("a signed-in user; this is a key")

    def _know_every_parameter(self, query: str) -> None:
        given = dict.fromkeys(name for name, _ in parse_qsl(query, keep_blank_values=True))
        wrong = [name for name in given if name not in self._parameters]
        if wrong:
            raise RequestValidationError([_unknown(name, self._parameters) for name in wrong])


def guard(route: APIRoute, *, public_url: str) -> APIRoute:
    """The route, with the guard around what it runs."""
    route.app = Guard(route, DepthLimit(route.app), public_url=public_url)
    if route.name not in access.OPEN:
        route.openapi_extra = {**(route.openapi_extra or {}), "security": [{scheme: []} for scheme in SECURITY_SCHEMES]}
    return route


def _unknown(name: str, known: tuple[str, ...]) -> dict[str, Any]:
    hint = unknown_parameter(name, known)
    return {"type": "unknown_field", "loc": ("query",), "ctx": {"field": name[:NAME_CHARACTERS_MAX], "hint": hint}}


def _parameters(needed: Needed) -> Iterator[str]:
    """The names of what a route and its dependencies read from the query, those in models too."""
    for field in needed.query_params:
        annotation = field.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from (inner.alias or name for name, inner in annotation.model_fields.items())
        else:
            yield field.alias
    for each in needed.dependencies:
        yield from _parameters(each)
