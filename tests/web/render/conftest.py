"""The native API in this process, with a server of files on loopback that it may call."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import httpx
import pytest

from repoint import bootstrap
from repoint.accounts import keys, organisations
from repoint.accounts.actor import Scope
from repoint.kit import datafolder
from repoint.kit.clock import utc_now
from repoint.kit.db import Tx
from repoint.kit.outbound import Outbound
from repoint.services import Services
from repoint.settings import Settings
from repoint.web.api import app
from tests.databases import Databases

BASE = "http://127.0.0.1/"  # below /api/v1 in a whole server


class _InProcess(httpx.BaseTransport):
    """Takes requests to an ASGI application, one at a time, on an event loop of its own."""

    def __init__(self, runner: asyncio.Runner, application: httpx.ASGITransport) -> None:
        self._runner = runner
        self._application = application

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request, and its whole answer."""
        request.read()

        async def ask() -> httpx.Response:
            answer = await self._application.handle_async_request(
                httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
            )
            return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())

        return self._runner.run(ask())


@dataclass
class Files:
    """Files that a server on loopback has, by their path, and what it was asked for."""

    port: int = 0
    bodies: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def put(self, path: str, body: bytes) -> str:
        """Have a file, and give its URL."""
        self.bodies[path] = body
        return f"http://127.0.0.1:{self.port}{path}"


@dataclass(frozen=True, slots=True)
class Api:
    """The API, and clients of it."""

    services: Services
    transport: httpx.BaseTransport
    org: organisations.Organisation

    def client(self, scope: Scope = Scope.ADMIN, *, org: organisations.Organisation | None = None) -> httpx.Client:
        """A client with a new key."""

        def make(tx: Tx) -> str:
            return keys.create(tx, (org or self.org).id, label="test", scope=scope)[1]

        token = self.services.db.write_now(make)
        return httpx.Client(transport=self.transport, base_url=BASE, headers={"authorization": f"Bearer {token}"})

    def other_org(self) -> organisations.Organisation:
        """Another organisation."""
        return self.services.db.write_now(organisations.found, "Other")


@pytest.fixture(scope="session")
def files() -> Iterator[Files]:
    """A server of files on loopback."""
    held = Files()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            held.asked.append(self.path)
            body = held.bodies.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("content-length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        held.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield held
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory, databases: Databases, files: Files) -> Iterator[Api]:
    """The API on a database of its own; every test makes its own keys."""
    folder = datafolder.claim(tmp_path_factory.mktemp("render") / "data")
    db = databases.new(folder.path, utc_now)
    services = bootstrap.open_services(Settings(data=folder.path), folder, db)
    local = Outbound(allowed=[ip_network("127.0.0.1/32")], ports=[files.port])
    services = replace(services, outbound=local)
    org = db.write_now(bootstrap.found_installation)
    with asyncio.Runner() as runner:
        transport = _InProcess(runner, httpx.ASGITransport(app.build(services), raise_app_exceptions=False))
        yield Api(services, transport, org)
    services.close()


@pytest.fixture
def client(api: Api) -> httpx.Client:
    """A client with an admin key."""
    return api.client()


@pytest.fixture
def reader(api: Api) -> httpx.Client:
    """A client whose key may only read."""
    return api.client(Scope.READ)


@pytest.fixture
def stranger(api: Api) -> httpx.Client:
    """A client with an admin key of another organisation."""
    return api.client(org=api.other_org())
