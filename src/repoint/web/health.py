"""Whether the server lives and is ready."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from repoint.kit.db import DatabaseUnavailable, Tx
from repoint.kit.secrets import installation_secrets
from repoint.services import Services
from repoint.web.metrics import CONTENT_TYPE, Metrics
from repoint.web.redirect.app import Redirects


def routes(services: Services, redirects: Redirects) -> list[Route]:
    """`/healthz`: the process answers; `/readyz`: and its parts work; `/metrics`: what it counted, for Prometheus."""
    metrics = Metrics(services, redirects)

    async def alive(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(_: Request) -> Response:
        checks = {
            "database": await _database(services),
            "journal": services.journal.stats.last_error or "ok",
            "ingest": services.ingest.stats.last_error or "ok",
        }
        is_ready = all(state == "ok" for state in checks.values())
        state: dict[str, object] = {"status": "ok" if is_ready else "failing", "checks": checks}
        if services.worker is not None:
            state["worker"] = services.worker
        return JSONResponse(state, 200 if is_ready else 503)

    async def counted(_: Request) -> Response:
        return Response(metrics.exposition(), media_type=CONTENT_TYPE)

    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", counted)]


async def _database(services: Services) -> str:
    try:
        await services.db.read(_ask)
    except DatabaseUnavailable as error:
        return str(error)
    return "ok"


def _ask(tx: Tx) -> None:
    tx.execute(installation_secrets.select().limit(1))
