"""The native API as one application."""

from importlib.metadata import version

from fastapi import FastAPI

from repoint.services import Services
from repoint.web.api import analytics, codes, designs, images, logos, problems, render
from repoint.web.api.body import BodyLimit

BODY_BYTES_MAX = 2 * 1024 * 1024


def build(services: Services) -> FastAPI:
    """FastAPI below `/api/v1`, with its own OpenAPI document and error shape."""
    app = FastAPI(
        title="Repoint",
        version=version("repoint"),
        summary="Dynamic QR codes: create, print, repoint, count.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=True,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.services = services
    routers = [resource.routes(services) for resource in (codes, images, logos, designs, render, analytics)]
    for router in routers:
        app.include_router(router)
    problems.install(app, [route for router in routers for route in router.routes])
    app.add_middleware(BodyLimit, bytes_max=BODY_BYTES_MAX)
    return app
