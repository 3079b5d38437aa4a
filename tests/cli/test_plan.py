"""`repoint plan`: plans are listed, shown, given and read again, with and without a server."""

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from repoint.plans import catalogue
from repoint.plans.catalogue import SHIPPED
from tests.cli.conftest import Run
from tests.web.conftest import Serve

GOLD = '[gold]\naccount_type = "paid"\ntitle = "Gold"\nlimits.active_codes = 7\nwindows.per_day = 2\n'


@pytest.fixture(autouse=True)
def _own_catalogue() -> Iterator[None]:
    """The commands of this process leave the catalogue as it was."""
    before = catalogue.present()
    yield
    catalogue._present = before


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An operator's file with one plan."""
    path = tmp_path / "plans.toml"
    path.write_text(GOLD)
    return path


def test_every_plan_is_listed(run: Run, tmp_path: Path) -> None:
    """One line for each, with its limits; the first organisation is counted where it belongs."""
    lines = run("plan", "list", "--data", tmp_path / "data").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(SHIPPED)
    assert re.fullmatch(r"selfhosted +paid +1  no limits", lines[0])
    (business,) = (line for line in lines if line.startswith("abundera-business "))
    assert "active_codes 500, scans_per_month 1,000,000, per_day 1,000, no " in business


def test_a_plan_is_shown_whole(run: Run, tmp_path: Path) -> None:
    """Each field has its line."""
    shown = run("plan", "show", "rapidapi-mega", "--data", tmp_path / "data").stdout
    fields = dict(line.split(maxsplit=1) for line in shown.splitlines())
    assert (fields["title"], fields["account_type"]) == ("MEGA", "paid")
    assert (fields["limits.active_codes"], fields["windows.per_second"]) == ("10,000", "10")
    assert (fields["features.webhooks"], fields["analytics_retention_days"]) == ("yes", "365")


@pytest.mark.parametrize("words", [("org", "set-plan"), ("plan", "set")])
def test_an_organisation_is_given_a_plan(run: Run, tmp_path: Path, words: tuple[str, str]) -> None:
    """With an end and without; both commands say what it has then."""
    data = tmp_path / "data"
    org = run("org", "create", "Acme", "--quiet", "--data", data).stdout.strip()
    assert run(*words, org, "abundera-team", "--data", data).stdout == (
        f"{org}  Acme  (plan abundera-team, without an end: active)\n"
    )
    assert run(*words, org, "abundera-team", "--ends-at", "2100-01-01", "--data", data).stdout == (
        f"{org}  Acme  (plan abundera-team, until 2100-01-01T00:00:00Z, changes until 2100-04-01T00:00:00Z: active)\n"
    )
    assert (
        "2100-01-01T00:00:00Z"
        in run(*words, org, "selfhosted", "--ends-at", "2100-01-01T01:00:00+01:00", "--data", data).stdout
    )
    assert "There is no plan 'golden'." in run(*words, org, "golden", "--data", data, fails=True).stderr


def test_an_operators_file_without_a_server(run: Run, tmp_path: Path, file: Path) -> None:
    """A command takes the file that the environment names; a broken one is told, and what it held is missed."""
    data, environment = tmp_path / "data", {"REPOINT_PLANS": str(file)}
    org = run("org", "create", "Acme", "--plan", "gold", "--quiet", "--data", data, **environment).stdout.strip()
    assert re.search(
        r"gold +paid +1  active_codes 7, per_day 2", run("plan", "list", "--data", data, **environment).stdout
    )
    assert (
        f"{len(SHIPPED) + 1} plans are in use, of {file}."
        in run("plan", "reload", "--data", data, **environment).stdout
    )

    file.write_text(GOLD.replace("7", "-7"))
    listed = run("plan", "list", "--data", data, fails=True, **environment)
    assert "gold.limits.active_codes: must be a whole number from 0" in listed.stderr
    assert re.search(r"gold +\? +1  NOT IN THE CATALOGUE", listed.stdout)
    assert "gold.limits.active_codes" in run("plan", "reload", "--data", data, fails=True, **environment).stderr
    assert org in run("org", "set-plan", org, "selfhosted", "--data", data, **environment).stdout


def test_beside_a_server(run: Run, serve: Serve, tmp_path: Path, file: Path) -> None:
    """The server reads its file again when told to; limits hold over a restart, and redirects never meet one."""
    data = tmp_path / "data"
    server = serve(data, REPOINT_PLANS=str(file))
    with server.client() as client:
        code = client.post("/api/v1/qr-codes", json={"destination": "https://example.com"}).json()
        org = run("org", "create", "Acme", "--plan", "gold", "--quiet", "--data", data).stdout.strip()
        token = run("keys", "create", "--label", "x", "--scope", "read", "--org", org, "--quiet", "--data", data).stdout
    with server.client(token.strip()) as client:
        assert client.get("/api/v1/plan").json()["limits"]["active_codes"] == 7

        file.write_text("[gold")
        assert "must be TOML" in run("plan", "reload", "--data", data, fails=True).stderr
        os.kill(server.process.pid, signal.SIGHUP)
        _wait_for(lambda: "plans.not_reloaded" in _log(data))
        file.write_text(GOLD.replace("7", "8").replace("per_day = 2", "per_day = 3"))
        os.kill(server.process.pid, signal.SIGHUP)
        _wait_for(lambda: "plans.reloaded" in _log(data))
        assert "active_codes 8" in run("plan", "list", "--data", data).stdout
        time.sleep(1)
        assert [client.get("/api/v1/plan").status_code for _ in range(4)] == [200, 200, 429, 429]
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(20) == 0

    again = serve(data, REPOINT_PLANS=str(file))
    with again.client(token.strip()) as client:
        assert client.get("/api/v1/plan").status_code == 429
        for _ in range(20):
            redirect = client.get(f"/r/{code['slug']}")
            assert redirect.status_code == 302
            assert not {name for name in redirect.headers if "ratelimit" in name}


def test_a_server_starts_with_a_broken_file(serve: Serve, tmp_path: Path) -> None:
    """Redirects do not wait for a plan file to be mended; the greeting says what is wrong with it."""
    file = tmp_path / "plans.toml"
    file.write_text("[gold]\n")
    server = serve(tmp_path / "data", REPOINT_PLANS=str(file))
    assert "The plan file is not in use: gold.account_type: is required" in server.greeting
    with server.client() as client:
        assert client.get("/api/v1/plan").json()["name"] == "selfhosted"


def _log(data: Path) -> str:
    text = data.with_suffix(".log").read_text()
    return " ".join(json.loads(line)["event"] for line in text.splitlines() if line.startswith("{"))


def _wait_for(condition: object) -> None:
    assert callable(condition)
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
