"""What every route of the native API takes: the caller, an id."""

from typing import Annotated

from fastapi import Depends, Path, Request
from fastapi.security import APIKeyCookie, HTTPBearer

from repoint.accounts.actor import Actor
from repoint.accounts.sessions import Session
from repoint.web.api.guard import CREDENTIAL
from repoint.web.cookie import PLAIN_NAME, SECURE_NAME
from repoint.web.credential import Credential

_bearer = HTTPBearer(auto_error=False, description="An API key, `rp_...`", scheme_name="key")
_cookie = APIKeyCookie(
    name=PLAIN_NAME,
    auto_error=False,
    scheme_name="session",
    description=f"A session of a signed-in user, from `POST /session`; over https the cookie is `{SECURE_NAME}`. "
    "What changes something needs `Sec-Fetch-Site: same-origin` or an `Origin` of this installation beside it.",
)


async def _credential(
    request: Request, _: Annotated[object, Depends(_bearer)], __: Annotated[object, Depends(_cookie)]
) -> Credential:
    credential: Credential = request.scope[CREDENTIAL]
    return credential


Proof = Annotated[Credential, Depends(_credential)]


async def _caller(proof: Proof) -> Actor:
    return proof.actor


async def _signed(proof: Proof) -> Session:
    assert proof.session is not None, "access.SIGNED has every operation that takes it"
    return proof.session


Caller = Annotated[Actor, Depends(_caller)]
# The session of a caller who is signed in; the operation stands in `access.SIGNED`, so that no key gets here.
Signed = Annotated[Session, Depends(_signed)]
CodeId = Annotated[str, Path(max_length=100, examples=["qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])]
