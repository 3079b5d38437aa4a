"""Every surface, mounted."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from repoint.kit.proxies import Proxies
from repoint.services import Services
from repoint.web import docs, health
from repoint.web.api import app as api
from repoint.web.redirect.app import Redirects
from repoint.web.redirect.sighting import wanted

API_PATH = "/api/v1"

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def build_redirects(services: Services) -> Redirects:
    """The hot path."""
    return Redirects(
        services.resolver, services.capture, Proxies(services.trusted_proxies), domains=services.space.served
    )


def build(services: Services, redirects: Redirects, *, lifespan: Lifespan) -> ASGIApp:
    """The whole application; `lifespan` starts and stops what runs beside the requests."""
    others = Starlette(
        routes=[
            *health.routes(services, redirects),
            *docs.routes(),
        ],
        lifespan=lifespan,
    )
    native = api.build(services)

    async def root(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_short_link(scope, redirects):
            await redirects(scope, receive, send)
        elif scope["type"] == "http" and f"{scope['path']}/".startswith(f"{API_PATH}/"):
            # Not a Mount of Starlette's: that one ends at a line break, which a path may hold as %0A.
            await native({**scope, "root_path": API_PATH}, receive, send)
        else:
            await others(scope, receive, send)

    return root


def _is_short_link(scope: Scope, redirects: Redirects) -> bool:
    return redirects.key(scope["raw_path"], wanted(scope["headers"]).get(b"host", b"")) is not None
