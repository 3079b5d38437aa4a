"""Kill -9 under load: no answered scan is lost and none is counted twice; and a server that loses some is found out."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
RUN_WAIT_S = 100.0


def _kill(*options: str) -> tuple[int, dict[str, Any]]:
    ended = subprocess.run(
        [sys.executable, "-m", "bench.kill", "--json", *options],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=RUN_WAIT_S,
    )
    assert ended.stdout, ended.stderr
    return ended.returncode, json.loads(ended.stdout)


@pytest.mark.timeout(120)
def test_no_answered_scan_is_lost_and_none_is_counted_twice() -> None:
    """Three kills at random moments: every scan with a 302 is in the database once, the others once at most."""
    code, outcome = _kill("--rounds", "3")
    assert (outcome["lost"], outcome["doubled"], outcome["unasked"]) == (0, 0, 0), outcome
    assert outcome["counted"] == outcome["total"] == outcome["answered"] + outcome["unanswered_counted"], outcome
    assert outcome["answered"] > 100, outcome
    assert outcome["unanswered"] >= 3, outcome
    assert code == 0


@pytest.mark.timeout(120)
def test_the_kill_test_finds_a_server_that_answers_too_early() -> None:
    """With the journal's write delayed on purpose, the same measurement reports lost scans and fails."""
    code, outcome = _kill("--rounds", "1", "--lossy")
    assert outcome["lost"] > 0, outcome
    assert outcome["doubled"] == 0, outcome
    assert code == 1
