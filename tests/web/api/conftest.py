"""The native API in this process, where its parts can be watched and broken."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from repoint import bootstrap
from repoint.accounts import keys
from repoint.accounts.actor import Actor, Scope
from repoint.kit import datafolder
from repoint.kit.clock import SteadyClock, utc_now
from repoint.kit.db import Tx
from repoint.kit.failures import Failures
from repoint.services import Services
from repoint.settings import Settings
from repoint.web.api import app
from tests.databases import Databases


class _InProcess(httpx.BaseTransport):
    """Takes requests to an ASGI application, one at a time, on an event loop of its own."""

    def __init__(self, runner: asyncio.Runner, application: httpx.ASGITransport) -> None:
        self._runner = runner
        self._application = application

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request, and its whole answer."""

        async def ask() -> httpx.Response:
            answer = await self._application.handle_async_request(request)
            return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())

        return self._runner.run(ask())


@dataclass(frozen=True, slots=True)
class Api:
    """The API without a server around it."""

    services: Services
    client: httpx.Client

    def key(self, scope: Scope = Scope.ADMIN) -> tuple[str, str]:
        """A new key: its id and its token."""

        def make(tx: Tx) -> tuple[str, str]:
            key, token = keys.create(tx, bootstrap.found_installation(tx).id, label="test", scope=scope)
            return key.public_id, token

        return self.services.db.write_now(make)

    def revoke(self, key: str) -> None:
        """Revoke a key."""
        self.services.db.write_now(lambda tx: keys.revoke(tx, bootstrap.found_installation(tx).id, key))


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Api]:
    """The API on a database of its own; without codes, and every test makes its own keys."""
    folder = datafolder.claim(tmp_path_factory.mktemp("api") / "data")
    db = databases.new(folder.path, utc_now)
    opened = bootstrap.open_services(Settings(data=folder.path), folder, db)
    # Tests of wrong keys try thousands from one address; tests of that limit set it themselves.
    services = replace(opened, failures=Failures(1_000_000, clock=SteadyClock()))
    with asyncio.Runner() as runner:
        transport = _InProcess(runner, httpx.ASGITransport(app.build(services), raise_app_exceptions=False))
        with httpx.Client(transport=transport, base_url="http://127.0.0.1") as client:
            yield Api(services, client)
    services.close()


@pytest.fixture
def recognised(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens that the database was asked for."""
    asked: list[str] = []
    recognise = keys.recognise

    def noting(tx: Tx, token: str) -> Actor | None:
        asked.append(token)
        return recognise(tx, token)

    monkeypatch.setattr(keys, "recognise", noting)
    return asked


@pytest.fixture(scope="session")
def described(api: Api) -> dict[str, Any]:
    """The description of the API."""
    document: dict[str, Any] = app.build(api.services).openapi()
    return document
