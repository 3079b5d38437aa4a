"""The description of the native API (OpenAPI 3.1) says what is there, and the API does what it says."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from repoint.web.api.sentences import SHAPES
from tests.kit.dns_server import DnsServer, dns_server
from tests.web.conftest import Serve, Served

SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
HOOKS = Path(__file__).with_name("schemathesis_hooks.py")
METHODS = {"get", "put", "post", "delete", "patch"}
RUN_MAX_S = 380
OPEN = {"POST /session", "POST /invitations/accept"}


@pytest.fixture
def document(client: httpx.Client) -> dict[str, Any]:
    """The description as clients get it."""
    found: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return found


@pytest.fixture
def dns() -> Iterator[DnsServer]:
    """A DNS server that knows no name, so that domains are checked without leaving this machine."""
    with dns_server() as running:
        yield running


def hooked(server: Served) -> dict[str, str]:
    """What the hooks of schemathesis are told."""
    with server.client() as client:
        return {"SCHEMATHESIS_HOOKS": str(HOOKS), "SCHEMATHESIS_OWN_KEY": client.get("/api/v1/me").json()["key"]["id"]}


@pytest.mark.timeout(RUN_MAX_S + 20)
def test_schemathesis_finds_nothing(serve: Serve, tmp_path: Path, dns: DnsServer) -> None:
    """Thousands of requests that follow the description, and that break it, are answered as it says; none breaks us.

    All checks of schemathesis, but for what its configuration gives reasons for; the same requests each time.
    """
    server = serve(REPOINT_DNS_SERVER=dns.address, REPOINT_FAILED_ATTEMPTS_PER_MINUTE="1000000")
    run = subprocess.run(
        [
            str(SCHEMATHESIS),
            f"--config-file={CONFIGURATION}",
            "run",
            f"{server.url}/api/v1/openapi.json",
            f"--url={server.url}/api/v1",
            f"--header=Authorization: Bearer {server.token}",
            "--no-color",
        ],
        cwd=tmp_path,
        env={**os.environ, "NO_PROXY": "*", "COLUMNS": "200", **hooked(server)},
        capture_output=True,
        text=True,
        check=False,
        timeout=RUN_MAX_S,
    )
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr
    described = httpx.get(f"{server.url}/api/v1/openapi.json", trust_env=False).json()
    operations = len(list(_operations(described)))
    assert f"Tested: {operations}\n" in run.stdout
    with server.client() as client:
        assert client.get("/api/v1/me").status_code == 200, "the key was lost on the way, and the rest was refused"
    assert "api.bug" not in server.data.with_suffix(".log").read_text()


def test_everything_referred_to_is_there(document: dict[str, Any]) -> None:
    """Every `$ref` of the description leads somewhere; the version is the one that is promised."""
    assert document["openapi"].startswith("3.1.")
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    referred = {node["$ref"] for node in _nodes(document) if isinstance(node.get("$ref"), str)}
    assert "#/components/schemas/Problem" in referred
    assert referred <= schemas


def test_every_operation_says_how_it_refuses(document: dict[str, Any]) -> None:
    """Each operation wants a key or a session, but those that begin one; all refusals are problem documents."""
    for name, operation in _operations(document):
        assert operation.get("security") == (None if name in OPEN else [{"key": []}, {"session": []}]), name
        refusals = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        assert {"400", "401", "403", "422", "429", "500", "503"} <= set(refusals), name
        for answer in refusals.values():
            problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
            assert answer["content"] == {"application/problem+json": problem}, name


def test_every_pattern_has_a_sentence(document: dict[str, Any]) -> None:
    """A field with a pattern has words for people who break it; nobody is shown a regular expression."""
    fields = {
        name
        for node in _nodes(document)
        for name, schema in [(node.get("name"), node.get("schema")), *(node.get("properties") or {}).items()]
        if isinstance(schema, dict) and any("pattern" in part for part in [schema, *schema.get("anyOf", [])])
    }
    assert "destination" in fields
    assert fields <= set(SHAPES)


def test_the_description_is_for_everybody(client: httpx.Client) -> None:
    """No key is needed to read it, and it lies below the address it describes."""
    with httpx.Client(base_url=client.base_url, trust_env=False) as stranger:
        answer = stranger.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json()["servers"] == [{"url": "/api/v1"}]


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", operation


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of the description, examples apart: there `pattern` would be a value."""
    if isinstance(node, list):
        for each in node:
            yield from _nodes(each)
    elif isinstance(node, dict):
        yield node
        for name, value in node.items():
            if name not in ("examples", "example"):
                yield from _nodes(value)
