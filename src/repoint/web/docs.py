"""The interactive page of the native API, from vendored files."""

from importlib import resources

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Repoint API</title><link rel="stylesheet" href="/static/vendor/swagger-ui/swagger-ui.css"> <link rel="icon"
href="data:,"></head> <body><div id="swagger-ui"></div> <script
src="/static/vendor/swagger-ui/swagger-ui-bundle.js"></script><script
src="/static/api-docs.js"></script></body></html>
"""
# Swagger UI writes style attributes and draws its icons from data URLs; it runs no script but these two.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"
)


def routes() -> list[Route | Mount]:
    """`/api/docs`, and the files it is made of."""

    async def page(_: Request) -> Response:
        return HTMLResponse(_PAGE, headers={"content-security-policy": _POLICY, "x-content-type-options": "nosniff"})

    return [
        Route("/api/docs", page),
        Mount("/static", StaticFiles(directory=str(resources.files("repoint.web") / "static"))),
    ]
