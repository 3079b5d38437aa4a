"""A server that is killed in the middle of creates, and callers that do not give up."""

from pathlib import Path

import pytest

from bench.idempotency import measure

CREATES = 60
KILLS = 2


@pytest.mark.timeout(120)
def test_a_killed_server_makes_one_code_for_each_key(tmp_path: Path) -> None:
    """However often it is killed, each key ends with one code, and its caller is told of that one.

    A share of `make bench-retry`.
    """
    outcome = measure(CREATES, folder=tmp_path, seed=7, kills=KILLS)
    assert outcome.is_exact, outcome
    assert outcome.codes == CREATES
