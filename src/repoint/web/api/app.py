"""The native API as one application."""

from importlib.metadata import version

from fastapi import FastAPI
from fastapi.routing import APIRoute

from repoint.services import Services
from repoint.web.api import (
    analytics,
    audit_log,
    bulk,
    code_logos,
    codes,
    designs,
    domains,
    examples,
    folders,
    history,
    images,
    incoming_csv,
    invitations,
    jobs,
    keys,
    logos,
    me,
    members,
    new_jobs,
    organisation,
    plan,
    portability,
    problems,
    render,
    session,
    tags,
)
from repoint.web.api.admission import Admissions
from repoint.web.api.body import BodyLimit
from repoint.web.api.guard import guard

BODY_BYTES_MAX = 2 * 1024 * 1024
# In the order in which routes are tried: `/qr-codes/bulk` before `/qr-codes/{code_id}`.
RESOURCES = (
    bulk,
    new_jobs,
    jobs,
    codes,
    history,
    folders,
    tags,
    images,
    logos,
    code_logos,
    designs,
    render,
    analytics,
    domains,
    portability,
    organisation,
    plan,
    members,
    invitations,
    keys,
    audit_log,
    session,
    me,
)
LARGER = {bulk.PATH: bulk.BODY_BYTES_MAX, new_jobs.CSV_PATH: incoming_csv.BODY_BYTES_MAX}
FORM_BYTES = 64 * 1024  # what a form has around its file


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
    )
    app.state.services = services
    # Not included as routers: what stands before a route can stand around a route of the application alone.
    routes = [route for resource in RESOURCES for route in resource.routes(services).routes]
    for route in routes:
        assert isinstance(route, APIRoute)
        route.operation_id = route.name
        app.router.routes.append(guard(route, public_url=services.space.public_url))
    problems.install(app, routes)
    examples.install(app)
    larger = {**LARGER, portability.IMPORT_PATH: services.import_bytes_max + FORM_BYTES}
    app.add_middleware(BodyLimit, bytes_max=BODY_BYTES_MAX, larger=larger)
    app.add_middleware(Admissions, services=services)
    return app
