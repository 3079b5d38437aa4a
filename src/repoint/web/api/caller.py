"""What every route of the native API takes: the caller, an id."""

from typing import Annotated, cast

from fastapi import Depends, Path, Request

from repoint.accounts.actor import Actor
from repoint.accounts.sessions import Session
from repoint.web.api.guard import CREDENTIAL
from repoint.web.credential import Credential

# The guard asks for key and session, and says so in the description; these only read what it found.


async def _credential(request: Request) -> Credential:
    return cast("Credential", request.scope[CREDENTIAL])


async def _caller(request: Request) -> Actor:
    return cast("Credential", request.scope[CREDENTIAL]).actor


async def _signed(request: Request) -> Session:
    session = cast("Credential", request.scope[CREDENTIAL]).session
    assert session is not None, "access.SIGNED has every operation that takes it"
    return session


Proof = Annotated[Credential, Depends(_credential)]
Caller = Annotated[Actor, Depends(_caller)]
# The session of a caller who is signed in; the operation stands in `access.SIGNED`, so that no key gets here.
Signed = Annotated[Session, Depends(_signed)]
CodeId = Annotated[str, Path(max_length=100, examples=["qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])]
