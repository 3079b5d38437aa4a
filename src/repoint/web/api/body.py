"""Refuse bodies that are too large, before they are read."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from repoint.web.api.problems import of_http_error


class BodyLimit:
    """ASGI middleware: 413 for a body of more than `bytes_max`, whether it says its length or not.

    `larger` has the bound of each path that takes more.
    """

    def __init__(self, app: ASGIApp, *, bytes_max: int, larger: Mapping[str, int]) -> None:
        self._app = app
        self._bytes_max = bytes_max
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is small enough."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        bytes_max = self._larger.get(scope["path"].removeprefix(scope.get("root_path", "")), self._bytes_max)
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if declared.isdigit() and int(declared) > bytes_max:
            return await of_http_error(_too_large(bytes_max))(scope, receive, send)
        received = 0

        async def counting() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > bytes_max:
                # The application is reading its body: it lets this one pass through, and answers with it.
                raise _too_large(bytes_max)
            return message

        return await self._app(scope, counting, send)


def _too_large(bytes_max: int) -> HTTPException:
    detail = f"The body has more than {bytes_max:,} bytes, which is the most that is read."
    return HTTPException(413, detail, {"connection": "close"})
