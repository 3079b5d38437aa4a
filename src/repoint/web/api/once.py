"""One change for one `Idempotency-Key`, however often it is asked for.

The semantics are those of draft-ietf-httpapi-idempotency-key-header. A refusal is not kept: it changed nothing, so the
same key may be sent again with what was wrong mended.
"""

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar, assert_never

from fastapi import Depends, Header, Request, Response

from repoint.accounts import kept_answers
from repoint.accounts.actor import Actor
from repoint.accounts.kept_answers import Answer, First, Repeated, Reused, UnderWay
from repoint.kit import sealing
from repoint.kit.db import Database, Tx
from repoint.services import Services
from repoint.web.api.caller import Caller
from repoint.web.api.fingerprint import HEADER, fingerprint_of
from repoint.web.api.guard import CREDENTIAL
from repoint.web.api.problems import problem
from repoint.web.credential import Credential

KEY_CHARACTERS_MAX = 255
REPLAYED = "idempotency-replayed"
_FAST = 1  # zlib's level; the answer to a thousand codes is a tenth of itself

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Changing:
    """Makes the change of one request, and its answer, in one transaction."""

    db: Database
    request: Request
    actor: Actor
    key: str | None

    async def write(
        self, change: Callable[[Tx], T], answer: Callable[[T], Response], *, is_secret: bool = False
    ) -> Response:
        """Make the change and answer, or give the answer that there was.

        An answer that `is_secret`, such as a token that is shown once, is kept sealed with the credential it was asked
        with: the database holds neither, so who reads it learns nothing; and no other credential gets it again.
        """
        key = self.key
        if key is None:
            return answer(await self.db.write(change))
        who = self.actor.who if is_secret else ""
        fingerprint = fingerprint_of(self.request.scope).of(who)
        secret = self._secret(key) if is_secret else None

        def once(tx: Tx) -> Response:
            match kept_answers.claim(tx, self.actor.org, key=key, fingerprint=fingerprint):
                case First():
                    made = answer(change(tx))
                    kept_answers.keep(tx, self.actor.org, _packed(made, secret), key=key)
                    return made
                case Repeated(answer=kept):
                    return _unpacked(kept, secret)
                case Reused():
                    return _reused()
                case UnderWay():
                    said = "The same request is being worked on at this moment. Ask again for its answer."
                    return problem(409, "in_progress", said, headers={"retry-after": "1"})
                case claim:
                    assert_never(claim)

        return await self.db.write(once)

    async def kept(self) -> Response | None:
        """The answer that there was, for a change of several transactions, the last of which is then `write`."""
        if self.key is None:
            return None
        fingerprint = fingerprint_of(self.request.scope).of()
        found = await self.db.read(kept_answers.answered, self.actor.org, key=self.key, fingerprint=fingerprint)
        match found:
            case None:
                return None
            case Repeated(answer=kept):
                return _unpacked(kept, None)
            case Reused():
                return _reused()

    def _secret(self, key: str) -> bytes:
        credential: Credential = self.request.scope[CREDENTIAL]
        return f"{credential.secret}\n{key}".encode()


async def _changing(
    request: Request,
    caller: Caller,
    key: Annotated[
        str | None,
        Header(
            alias=HEADER,
            min_length=1,
            max_length=KEY_CHARACTERS_MAX,
            pattern=r"^[!-~]+$",
            description="Makes a repetition harmless: for 24 hours the same request with the same key has one effect "
            "and one answer.",
            examples=["order-1337"],
        ),
    ] = None,
) -> Changing:
    services: Services = request.app.state.services
    return Changing(services.db, request, caller, key)


# What a POST that changes something is written with.
Once = Annotated[Changing, Depends(_changing)]


def _packed(made: Response, secret: bytes | None) -> Answer:
    headers = [[name, value] for name, value in made.headers.items() if name != "content-length"]
    body = zlib.compress(bytes(made.body), _FAST)
    return Answer(made.status_code, json.dumps(headers), body if secret is None else sealing.seal(secret, body))


def _unpacked(kept: Answer, secret: bytes | None) -> Response:
    try:
        body = kept.body if secret is None else sealing.unseal(secret, kept.body)
    except sealing.NotSealedSo:
        return _reused()
    answer = Response(zlib.decompress(body), kept.status)
    for name, value in json.loads(kept.headers):
        answer.headers[name] = value
    answer.headers[REPLAYED] = "true"
    return answer


def _reused() -> Response:
    said = f"The {HEADER} was sent before with another request. Take a new one for each request that differs."
    return problem(422, "idempotency_key_reused", said)
