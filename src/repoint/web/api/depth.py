"""Refuse JSON that is nested too deeply, before it is parsed."""

import asyncio
import re

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DEPTH_MAX = 32

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_TO_PARENTHESES = bytes.maketrans(b"[{]}", b"(())")
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_BESIDE_THE_LOOP = (
    64 * 1024
)  # what is longer takes more than a fraction of a millisecond, in which no phone is answered


class DepthLimit:
    """ASGI, inside the guard of a route: 400 for a JSON body of more than `DEPTH_MAX` levels.

    Anything else passes as it is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is shallow enough."""
        if scope["type"] != "http" or not _is_json(scope):
            return await self._app(scope, receive, send)
        messages = await _all_of(receive)
        body = b"".join(message.get("body", b"") for message in messages)
        is_long = len(body) > _BESIDE_THE_LOOP
        if await asyncio.to_thread(is_deeper, body) if is_long else is_deeper(body):
            raise HTTPException(400) from RecursionError()
        kept = iter(messages)

        async def again() -> Message:
            message = next(kept, None)
            return message if message is not None else await receive()

        return await self._app(scope, again, send)


def is_deeper(body: bytes, *, than: int = DEPTH_MAX) -> bool:
    """Whether brackets outside of strings stand in more levels than that; what is no JSON is for its parser to say."""
    if body.count(b"[") + body.count(b"{") <= than:
        return False
    brackets = _STRING.sub(b"", body).translate(_TO_PARENTHESES, _ALL_BUT_BRACKETS)
    for _ in range(than):
        brackets = brackets.replace(b"()", b"")  # exactly the innermost level
    return b"()" in brackets or brackets.count(b"(") > than


async def _all_of(receive: Receive) -> list[Message]:
    messages: list[Message] = []
    while True:
        message = await receive()
        messages.append(message)
        if message["type"] != "http.request" or not message.get("more_body", False):
            return messages


def _is_json(scope: Scope) -> bool:
    given: bytes = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    kind = given.partition(b";")[0].strip().lower()
    return kind.startswith(b"application/") and kind.endswith(b"json")
