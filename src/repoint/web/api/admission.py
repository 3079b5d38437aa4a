"""Lets requests of the native API through their limits."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from repoint.kit.errors import TooMany
from repoint.kit.proxies import Proxies
from repoint.services import Services
from repoint.web.api.problems import of_domain_error
from repoint.web.limits import SCOPE_KEY, Admission, admit


class Admissions:
    """ASGI middleware: recognises who asks, once; 429 where a window has no room.

    Around everything, so that each answer says where its key stands, also where there is no such route. Whoever is not
    recognised is passed on: the description is for everybody, and the guard of each other route refuses them.
    """

    def __init__(self, app: ASGIApp, *, services: Services) -> None:
        self._app = app
        self._services = services
        self._proxies = Proxies(services.trusted_proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Recognise, admit, pass on."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        admission = scope[SCOPE_KEY] = await admit(self._services, self._proxies, scope)
        app = of_domain_error(admission.caller) if isinstance(admission.caller, TooMany) else self._app
        return await app(scope, receive, _saying(admission, send))


def _saying(admission: Admission, send: Send) -> Send:
    headers = admission.headers()
    if not headers:
        return send

    async def saying(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).raw.extend(headers)
        await send(message)

    return saying
