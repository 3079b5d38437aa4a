"""`repoint user`, `org`, `keys` and `audit`: the same beside a running server and without one."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Run
from tests.web.conftest import Serve, Served, serving

PASSWORD = re.compile(r"[1-9A-HJ-NP-Za-km-z]{20}")


@pytest.fixture(scope="module")
def commanded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for everything that is said over its socket."""
    with serving(tmp_path_factory.mktemp("commanded") / "data") as server:
        yield server


@pytest.fixture(params=["without a server", "beside a server"])
def data(request: pytest.FixtureRequest, tmp_path: Path, commanded: Served) -> Path:
    """A data folder on which a server runs, or none."""
    return commanded.data if request.param == "beside a server" else tmp_path / "data"


def test_people(run: Run, data: Path) -> None:
    """A user is made with a password that is shown once, listed, changed and removed; the last owner stays."""
    org = run("org", "create", "Acme", "--quiet", "--data", data).stdout.strip()
    where = ("--org", org, "--data", data)
    email = f"ada-{org}@Example.com"
    password = run("user", "create", email, "--role", "owner", "--name", "Ada", "--quiet", *where).stdout.strip()
    assert PASSWORD.fullmatch(password)
    (line,) = (line for line in run("user", "list", *where).stdout.splitlines() if "Ada" in line)
    assert re.fullmatch(rf"user_\w+  owner   {re.escape(email.lower())}  Ada", line)
    assert password not in run("user", "show", email, *where).stdout
    assert run("user", "set-role", email, "editor", *where).stdout.endswith(" is editor.\n")
    again = run("user", "set-password", email, "--data", data).stdout
    assert PASSWORD.match(again)
    assert not again.startswith(password)
    assert run("user", "remove", email, *where).stdout.endswith(" is removed.\n")
    (owner,) = run("user", "list", *where).stdout.splitlines()
    told = run("user", "remove", owner.split()[0], *where, fails=True).stderr
    assert told == "repoint: This is the last owner; make somebody else an owner first.\n"
    told = run("user", "set-password", owner.split()[0], "--data", data, fails=True).stderr
    assert told.endswith("give one with --email.\n")
    run("user", "set-password", owner.split()[0], "--email", f"o-{org}@example.com", "--data", data)
    told = run("user", "create", f"o-{org}@example.com", *where, fails=True).stderr
    assert told.startswith("repoint: There is a user with the email")


def test_keys_change_and_rotate(run: Run, data: Path) -> None:
    """What is set is shown, what is lifted is gone; a rotated key has another token, shown once."""
    made = run("keys", "create", "--label", "till", "--scope", "write", "--rate-limit", "60", "--data", data).stdout
    (token,) = re.findall(r"rp_\w{34}", made)
    key = re.findall(r"key_\w{26}", made)[0]
    run("keys", "set", key, "--label", "door", "--no-rate-limit", "--expires", "2099-01-01", "--data", data)
    shown = run("keys", "show", key, "--data", data).stdout
    assert re.search(r"^label +door$", shown, re.MULTILINE)
    assert re.search(r"^rate_limit_per_minute +-$", shown, re.MULTILINE)
    assert re.search(r"^expires_at +2099-01-01T00:00:00Z$", shown, re.MULTILINE)
    rotated = run("keys", "rotate", key, "--overlap-hours", "1", "--quiet", "--data", data).stdout.strip()
    assert re.fullmatch(r"rp_\w{34}", rotated)
    assert rotated != token
    told = run("keys", "set", key, "--expires", "2000-01-01", "--data", data, fails=True).stderr
    assert told.startswith("repoint: expires_at: must lie in the future")


def test_organisations(run: Run, data: Path) -> None:
    """They are listed, shown and renamed by id."""
    org = run("org", "create", "Acme", "--quiet", "--data", data).stdout.strip()
    assert run("org", "rename", org, "Über", "--data", data).stdout == f"{org}  Über  (plan selfhosted)\n"
    assert f"{org}  Über  (plan selfhosted)" in run("org", "list", "--data", data).stdout.splitlines()
    assert re.search(r"^name +Über$", run("org", "show", org, "--data", data).stdout, re.MULTILINE)
    assert run("org", "show", "--data", data).stdout.startswith("id          org_")


def test_the_log_shows_tampering(run: Run, tmp_path: Path) -> None:
    """`verify` ends with 0 while each chain holds, else with 1 and the entry; cut-off ends show."""
    data = tmp_path / "data"
    org = run("org", "create", "Acme", "--quiet", "--data", data).stdout.strip()
    for label in "abc":
        run("keys", "create", "--label", label, "--scope", "read", "--org", org, "--data", data)
    assert f"{org}  4 entries, whole" in run("audit", "verify", "--data", data).stdout.splitlines()
    ((number, digest),) = re.findall(
        rf"^{org}  (\d+):(\w{{64}})$", run("audit", "head", "--data", data).stdout, re.MULTILINE
    )
    assert number == "4"
    noted = ("audit", "verify", "--org", org, "--head", f"{number}:{digest}", "--data", data)
    run(*noted)

    def write(statement: str) -> None:
        database = sqlite3.connect(data / "repoint.sqlite3")
        with database:
            assert database.execute(statement).rowcount == 1
        database.close()

    write("DELETE FROM audit_log WHERE number = 4 AND change LIKE '%\"c\"%'")
    assert "3 entries, whole" in run("audit", "verify", "--org", org, "--data", data).stdout
    assert run(*noted, fails=True).stdout == f"{org}  entry 4 is missing or is not the one that was noted\n"
    write("UPDATE audit_log SET who = 'nobody' WHERE number = 2 AND change LIKE '%\"a\"%'")
    assert f"{org}  broken at entry 2 of 3\n" in run("audit", "verify", "--data", data, fails=True).stdout


def test_the_first_login(run: Run, serve: Serve, tmp_path: Path) -> None:
    """The login in the greeting works, is shown once, and what it does is written into the log."""
    server = serve(tmp_path / "data")
    found = re.search(r"^  (owner@localhost)  (\S{20})$", server.greeting, re.MULTILINE)
    assert found is not None
    answer = httpx.post(
        f"{server.url}/api/v1/session", json={"email": found[1], "password": found[2]}, trust_env=False, timeout=20
    )
    assert (answer.status_code, answer.json()["role"]) == (201, "owner")
    server.process.terminate()
    server.process.wait(20)
    log = server.data.with_suffix(".log").read_text()
    again = serve(tmp_path / "data")
    assert "owner@localhost" not in again.greeting
    assert found[2] not in log
    assert "whole" in run("audit", "verify", "--data", again.data).stdout
