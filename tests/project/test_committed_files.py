"""What no committed file may hold."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Spelt in pieces, so that this file does not hold what it looks for.
REGISTRIES = ("py" + "pi.org", "python" + "hosted.org", "registry.n" + "pmjs", "deb.d" + "ebian.org")
KEY = re.compile(rb"\brp_[1-9A-HJ-NP-Za-km-z]{34}\b")


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)  # noqa: S607
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_registry_is_named() -> None:
    """No file names the host of a package registry; lock files carry hashes and no addresses."""
    found = [path for path in _tracked() for host in REGISTRIES if host.encode() in path.read_bytes()]
    assert not found


def test_no_key_is_committed() -> None:
    """No file holds an API key with the right checksum's length."""
    allowed = {ROOT / "tests"}
    found = [path for path in _tracked() if KEY.search(path.read_bytes()) and not allowed & set(path.parents)]
    assert not found


def test_every_locked_package_has_a_hash() -> None:
    """Whatever is installed is exactly what was locked."""
    for name in ("base", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="ascii")
        for requirement in re.split(r"\n(?=\S)", text.strip()):
            assert "--hash=sha256:" in requirement, requirement
