"""The examples in README and docs work when they are typed in."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.web.conftest import Served, serving

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
# A block that cannot be run says why, in a comment before it: <!-- not run: REASON -->
BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<reason>[^\n]+) -->\n)?^```(?:sh|bash)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
RUN_MAX_S = 60
# `curl` that fails where an example meets a refusal, and says what it was.
PREAMBLE = 'set -eu\ncurl() { command curl --fail-with-body --max-time 20 --noproxy "*" "$@"; }\n'


@dataclass(frozen=True)
class Block:
    """A block of commands; `reason` where it is not run."""

    text: str
    reason: str | None

    @property
    def targets(self) -> list[str] | None:
        """The targets of a block that does nothing but call make."""
        called = [re.match(r"make ([a-z-]+)", line) for line in self.text.splitlines() if line.strip()]
        found = [each[1] for each in called if each]
        return found if len(found) == len(called) else None


def _blocks(page: Path) -> list[Block]:
    return [Block(found["text"], found["reason"]) for found in BLOCK.finditer(page.read_text(encoding="utf-8"))]


def _runnable(page: Path) -> list[Block]:
    return [block for block in _blocks(page) if block.reason is None and block.targets is None]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A server as somebody has it who has just begun."""
    with serving(tmp_path / "data") as server:
        yield server


@pytest.mark.parametrize("page", [page for page in PAGES if _runnable(page)], ids=lambda page: page.name)
def test_examples_work(page: Path, served: Served, tmp_path: Path) -> None:
    """All examples of a page, one after the other in one shell, against a new server; none is refused."""
    script = "\n".join(block.text for block in _runnable(page))
    script = script.replace("http://localhost:8000", served.url).replace("rp_...", served.token)
    script = script.replace(".venv/bin/", "")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = subprocess.run(
        ["bash", "-c", f"{PREAMBLE}KEY={served.token}\n{script}"],  # noqa: S607
        cwd=elsewhere,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "REPOINT_DATA": str(served.data),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=RUN_MAX_S,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert '"status":4' not in done.stdout
    empty = [path.name for path in elsewhere.iterdir() if path.stat().st_size == 0]
    assert not empty


def test_calls_of_make_name_targets() -> None:
    """A block of `make` lines, which set up the whole thing, names targets that are there."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    called = {target for page in PAGES for block in _blocks(page) for target in block.targets or ()}
    assert "serve" in called
    assert called <= targets


def test_what_is_not_run_says_why() -> None:
    """Every comment that keeps a block from being run stands before one, and has a reason of some words."""
    for page in PAGES:
        reasons = [block.reason for block in _blocks(page) if block.reason is not None]
        assert page.read_text(encoding="utf-8").count("<!-- not run:") == len(reasons), page.name
        assert all(len(reason.split()) >= 3 for reason in reasons), page.name


def test_examples_of_the_api_are_there() -> None:
    """The pages that people begin with have examples, and they are run."""
    assert len(_runnable(ROOT / "README.md")) >= 5
    assert len(_runnable(ROOT / "docs" / "api.md")) >= 2
