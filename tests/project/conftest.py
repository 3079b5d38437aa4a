"""The real application and its metrics, to compare the documentation with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from repoint import bootstrap
from repoint.services import Services
from repoint.settings import Settings
from repoint.web import app as surfaces
from repoint.web.api import app as native
from repoint.web.metrics import Metrics


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Services that were built and not started."""
    settings = Settings(data=tmp_path / "data")
    folder = bootstrap.claim(settings.data)
    db, _, _ = bootstrap.migrate_database(folder)
    built = bootstrap.open_services(settings, folder, db)
    yield built
    built.close()


@pytest.fixture
def api(services: Services) -> FastAPI:
    """The native API."""
    return native.build(services)


@pytest.fixture
def openapi(api: FastAPI) -> dict[str, Any]:
    """Its OpenAPI document."""
    return api.openapi()


@pytest.fixture
def metrics(services: Services) -> str:
    """What `/metrics` shows."""
    return Metrics(services, surfaces.build_redirects(services)).exposition().decode()
