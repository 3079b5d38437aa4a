"""Every surface, mounted."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from repoint.services import Services
from repoint.web import docs, health
from repoint.web.api import app as api
from repoint.web.redirect.app import Redirects
from repoint.web.redirect.sighting import Proxies, wanted

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def build_redirects(services: Services) -> Redirects:
    """The hot path."""
    return Redirects(
        services.resolver, services.capture, Proxies(services.trusted_proxies), domains=services.space.domains
    )


def build(services: Services, redirects: Redirects, *, lifespan: Lifespan) -> ASGIApp:
    """The whole application; `lifespan` starts and stops what runs beside the requests."""
    others = Starlette(
        routes=[
            *health.routes(services, redirects),
            *docs.routes(),
            Mount("/api/v1", api.build(services)),
        ],
        lifespan=lifespan,
    )

    async def root(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_short_link(scope, redirects):
            await redirects(scope, receive, send)
        else:
            await others(scope, receive, send)

    return root


def _is_short_link(scope: Scope, redirects: Redirects) -> bool:
    return redirects.key(scope["raw_path"], wanted(scope["headers"]).get(b"host", b"")) is not None
