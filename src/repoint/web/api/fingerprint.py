"""What tells one request from another: method, address, body."""

import hashlib
from email.message import Message as Header

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

HEADER = "Idempotency-Key"
_FINGERPRINT = "repoint.fingerprint"


class Fingerprint:
    """SHA-256 over a request, taken while its body is read; of constant size, however large the body.

    The boundary of a form is left out: clients draw a new one for each attempt.
    """

    def __init__(self, scope: Scope, content_type: str) -> None:
        self._hash = hashlib.sha256(f"{scope['method']} {scope['path']}?".encode(errors="surrogateescape"))
        self._hash.update(scope["query_string"] + b"\n")
        self._boundary = _boundary(content_type)
        self._rest = b""

    def take(self, some: bytes) -> None:
        """The next part of the body."""
        if not self._boundary:
            self._hash.update(some)
            return
        *whole, rest = (self._rest + some).split(self._boundary)
        for each in whole:
            self._hash.update(each)
        # A boundary may begin in the last bytes and go on in the next part.
        kept = len(self._boundary) - 1
        self._hash.update(rest[:-kept] if kept else rest)
        self._rest = rest[-kept:] if kept else b""

    def of(self, who: str = "") -> bytes:
        """The fingerprint of what was read; with `who`, of the request as theirs alone."""
        complete = self._hash.copy()
        complete.update(self._rest + b"\n" + who.encode())
        return complete.digest()


def fingerprinted(scope: Scope, headers: Headers, receive: Receive) -> Receive:
    """The same body, fingerprinted where somebody may want that."""
    if HEADER not in headers:
        return receive
    fingerprint = scope[_FINGERPRINT] = Fingerprint(scope, headers.get("content-type", ""))

    async def noting() -> Message:
        message = await receive()
        fingerprint.take(message.get("body", b""))
        return message

    return noting


def fingerprint_of(scope: Scope) -> Fingerprint:
    """The fingerprint of a request with an `Idempotency-Key`, once its body is read."""
    found: Fingerprint = scope[_FINGERPRINT]
    return found


def _boundary(content_type: str) -> bytes:
    header = Header()
    header["content-type"] = content_type
    return (header.get_boundary() or "").encode(errors="replace")
