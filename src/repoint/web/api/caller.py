"""What every route of the native API takes: the caller, an id."""

from typing import Annotated

from fastapi import Depends, Path, Request
from fastapi.security import HTTPBearer

from repoint.accounts.actor import Actor
from repoint.services import Services
from repoint.web.auth import actor_of

_bearer = HTTPBearer(auto_error=False, description="An API key, `rp_...`", scheme_name="key")


async def _caller(request: Request, _: Annotated[object, Depends(_bearer)]) -> Actor:
    services: Services = request.app.state.services
    return await actor_of(services.db, request.headers.get("authorization"))


Caller = Annotated[Actor, Depends(_caller)]
CodeId = Annotated[str, Path(max_length=100, examples=["qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])]
