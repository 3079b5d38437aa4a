"""Refuse bodies that are too large, before they are read."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from repoint.web.api.problems import problem


class _TooLarge(Exception):
    pass


class BodyLimit:
    """ASGI middleware: 413 for a body of more than `bytes_max`, whether it says its length or not."""

    def __init__(self, app: ASGIApp, *, bytes_max: int) -> None:
        self._app = app
        self._bytes_max = bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is small enough."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if declared.isdigit() and int(declared) > self._bytes_max:
            return await self._refuse(scope, receive, send)
        received = 0

        async def counting() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._bytes_max:
                raise _TooLarge
            return message

        try:
            return await self._app(scope, counting, send)
        except _TooLarge:
            return await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        detail = f"The body has more than {self._bytes_max:,} bytes, which is the most that is read."
        answer = problem(413, "body_too_large", detail, headers={"connection": "close"})
        await answer(scope, receive, send)
