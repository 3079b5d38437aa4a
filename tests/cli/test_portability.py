"""`repoint export`, `import` and `domain` without a server."""

import zipfile
from pathlib import Path

import pytest

from bench.seed import seed
from tests.cli.conftest import Run
from tests.kit.dns_server import dns_server


def test_out_and_in(run: Run, tmp_path: Path) -> None:
    """What is exported from one folder is imported into another; the second time nothing is new."""
    seed(tmp_path / "here", 3)
    out = tmp_path / "all.zip"
    assert str(out) in run("export", "-o", out, "--data", tmp_path / "here").stdout
    with zipfile.ZipFile(out) as opened:
        assert opened.namelist()[-1] == "manifest.json"
    told = run("import", out, "--data", tmp_path / "there").stdout
    assert "codes    3 created, 0 unchanged, 0 conflicts" in told
    assert "codes    0 created, 3 unchanged, 0 conflicts" in run("import", out, "--data", tmp_path / "there").stdout


def test_what_was_left_out(run: Run, tmp_path: Path) -> None:
    """Rows that were left out are named, and the exit status says so."""
    seed(tmp_path / "here", 2)
    out = tmp_path / "all.zip"
    run("export", "-o", out, "--data", tmp_path / "here")
    org = run("org", "create", "Other", "--quiet", "--data", tmp_path / "here").stdout.strip()
    left = run("import", out, "--org", org, "--data", tmp_path / "here", fails=True)
    assert "codes    0 created, 0 unchanged, 2 conflicts" in left.stdout
    assert "codes.jsonl, row 1: The slug" in left.stderr


@pytest.mark.parametrize("body", [b"", b"PK", b"no archive"])
def test_what_is_no_archive(run: Run, tmp_path: Path, body: bytes) -> None:
    """A file that is no archive is refused with a sentence."""
    (tmp_path / "bad.zip").write_bytes(body)
    told = run("import", tmp_path / "bad.zip", "--data", tmp_path / "data", fails=True).stderr
    assert told.startswith("repoint: file: is no ZIP archive")


def test_nowhere_to_write(run: Run, tmp_path: Path) -> None:
    """A file that cannot be written, and an organisation that is not there, are said, and leave nothing behind."""
    told = run("export", "-o", tmp_path / "none" / "all.zip", "--data", tmp_path / "data", fails=True).stderr
    assert "cannot be written" in told
    told = run("export", "-o", tmp_path / "all.zip", "--org", "org_x", "--data", tmp_path / "data", fails=True).stderr
    assert told == "repoint: There is no organisation 'org_x'.\n"
    assert list(tmp_path.glob("*.zip*")) == []


def test_domains(run: Run, tmp_path: Path) -> None:
    """A domain is added, not verified without its record, verified with it, listed and removed."""
    data = ("--data", tmp_path / "data")
    told = run("domain", "add", "go.acme.example", *data).stdout
    value = told.rsplit(maxsplit=1)[-1]
    with dns_server() as server:
        refused = run("domain", "verify", "go.acme.example", *data, fails=True, REPOINT_DNS_SERVER=server.address)
        assert refused.stderr == "repoint: there is no TXT record _repoint.go.acme.example yet\n"
        server.records["_repoint.go.acme.example"] = [value]
        told = run("domain", "verify", "Go.Acme.Example", *data, REPOINT_DNS_SERVER=server.address).stdout
        assert told == "go.acme.example is verified.\n"
    assert "verified" in run("domain", "list", *data).stdout
    assert run("domain", "remove", "go.acme.example", *data).stdout == "go.acme.example is removed.\n"
    assert run("domain", "list", *data).stdout == ""
    run("domain", "add", "b.example", *data)
    assert run("domain", "verify", "b.example", "--without-dns", *data).stdout == "b.example is verified.\n"
    assert (
        run("domain", "remove", "c.example", *data, fails=True).stderr == "repoint: There is no domain 'c.example'.\n"
    )
