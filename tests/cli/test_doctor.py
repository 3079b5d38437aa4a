"""`repoint doctor` finds what is wrong, says what to do, and touches nothing."""

import shutil
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from repoint.plans import catalogue
from repoint.scans.backlog import DAMAGED_SUFFIX
from tests.cli.conftest import Run
from tests.web.conftest import Serve

MODULE = sys.modules["repoint.cli.doctor"]  # as an attribute of its package it is the command


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast the disk of a test machine is must not decide a test."""
    monkeypatch.setattr(MODULE, "SYNC_SLOW_MS", 60_000.0)


@pytest.fixture
def data(tmp_path: Path, run: Run) -> Path:
    """A data folder as Repoint makes it."""
    data = tmp_path / "data"
    run("migrate", "--data", data)
    return data


def test_all_is_well(run: Run, data: Path) -> None:
    """On a sound folder every check is ok, the status is 0, and the folder stays as it was."""
    before = sorted(path.name for path in data.iterdir())
    lines = run("doctor", "--data", data).stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["ok", name] for name in ("folder", "lock", "space", "fsync", "clock")
    ]
    assert str(data) in lines[0]
    assert sorted(path.name for path in data.iterdir()) == before


def test_a_folder_that_is_not_there_yet(run: Run, tmp_path: Path) -> None:
    """A folder that the first start would make is no fault, and is not made now."""
    output = run("doctor", "--data", tmp_path / "deep" / "data").stdout
    assert "does not exist yet; the first `repoint serve` makes it" in output
    assert not (tmp_path / "deep").exists()


def test_the_folder_of_the_environment(run: Run, data: Path) -> None:
    """Without `--data` it is the folder that a server would use."""
    assert str(data) in run("doctor", REPOINT_DATA=str(data)).stdout


@pytest.mark.parametrize("mode", [0o755, 0o701, 0o777])
def test_a_folder_open_to_all(run: Run, data: Path, mode: int) -> None:
    """Keys and scans lie in the folder: where others can enter it, the remedy is spelled out."""
    data.chmod(mode)
    output = run("doctor", "--data", data, fails=True).stdout
    assert "FAIL  access       every user of this machine can enter the folder" in output
    assert f"chmod 700 {data}" in output


def test_a_file_in_the_folders_place(run: Run, tmp_path: Path) -> None:
    """A file where the folder should be is a fault, not "not there yet"."""
    (tmp_path / "data").write_text("")
    assert (
        f"FAIL  folder       {tmp_path / 'data'} is no folder"
        in run("doctor", REPOINT_DATA=str(tmp_path / "data"), fails=True).stdout
    )


def test_a_lock_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    """A lock file that is none is a fault of its own; the other checks go on."""
    (tmp_path / "data" / "repoint.lock").mkdir(parents=True)
    output = run("doctor", "--data", tmp_path / "data", fails=True).stdout
    assert "FAIL  lock         Is a directory" in output
    assert "ok    clock" in output


def test_damaged_segments(run: Run, data: Path) -> None:
    """Journal segments that were put aside as damaged are counted, and where they lie is said."""
    for name in ("a", "b"):
        (data / "journal" / f"{name}{DAMAGED_SUFFIX}").write_bytes(b"")
    output = run("doctor", "--data", data, fails=True).stdout
    assert f"FAIL  journal      2 damaged segments are kept in {data / 'journal'}" in output


def test_a_full_disk(run: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too little room is a fault, and what it would lead to is said."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=500 * 1024**2))
    assert "FAIL  space        0.5 GiB free" in run("doctor", "--data", data, fails=True).stdout


def test_a_slow_disk(run: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that every redirect would wait for is a fault, with its times and the way out."""
    monkeypatch.setattr(MODULE, "SYNC_SLOW_MS", 0.0)
    output = run("doctor", "--data", data, fails=True).stdout
    assert "FAIL  fsync        median " in output
    assert "REPOINT_JOURNAL_SYNC=os" in output


def test_a_disk_that_takes_nothing(run: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that cannot be written says so instead of times."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert "FAIL  fsync        Read-only file system" in run("doctor", "--data", data, fails=True).stdout


def test_a_clock_that_was_never_set(run: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock before this software was written would count scans on wrong days."""
    monkeypatch.setattr(time, "gmtime", lambda: time.struct_time((1970, 1, 1, 0, 0, 7, 3, 1, 0)))
    assert "FAIL  clock        1970-01-01T00:00:07Z" in run("doctor", "--data", data, fails=True).stdout


@pytest.mark.parametrize("is_running", [False, True])
def test_a_plan_that_the_catalogue_has_lost(
    run: Run, serve: Serve, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_running: bool
) -> None:
    """An organisation whose plan is gone can change nothing: that is a fault, beside a server too."""
    monkeypatch.setattr(catalogue, "_present", catalogue.present())
    file = tmp_path / "plans.toml"
    file.write_text('[gold]\naccount_type = "paid"\n')
    org = run("org", "create", "Acme", "--quiet", "--data", data).stdout.strip()
    run("org", "set-plan", org, "gold", "--data", data, REPOINT_PLANS=str(file))
    assert "plans" not in run("doctor", "--data", data, REPOINT_PLANS=str(file)).stdout
    if is_running:
        serve(data)
    said = run("doctor", "--data", data, fails=True).stdout
    assert "FAIL  plans        organisations have plans that the catalogue has not: gold" in said


def test_a_plan_file_that_is_not_in_use(run: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be used is told with what is wrong in it."""
    monkeypatch.setattr(catalogue, "_present", catalogue.present())
    file = tmp_path / "plans.toml"
    file.write_text('[gold]\naccount_type = "rich"\n')
    said = run("doctor", "--data", data, fails=True, REPOINT_PLANS=str(file)).stdout
    assert "FAIL  plans        the plan file is not in use: " in said
    assert "gold.account_type" in said


def test_beside_a_server(run: Run, serve: Serve, tmp_path: Path) -> None:
    """Beside a running server it says that one runs, finds nothing wrong, and does not disturb it."""
    server = serve(tmp_path / "data")
    assert "ok    lock         a Repoint process owns the folder" in run("doctor", "--data", server.data).stdout
    assert httpx.get(f"{server.url}/readyz", trust_env=False).status_code == 200
