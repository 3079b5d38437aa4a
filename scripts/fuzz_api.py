"""Ask the native API thousands of things, sensible and absurd, and hold it to its description.

    python scripts/fuzz_api.py --cases 20000 --seed 1

Starts a server of its own and lets schemathesis ask it, with all checks and in all phases (examples, coverage, fuzzing,
stateful), round after round with another seed, until there were as many cases as wanted. Ends with 1 where a check
failed, or where the server's log tells of a bug; what failed is printed with the request that shows it.
"""

# ruff: noqa: INP001, T201  # a script, run by path; prints its figures

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.web.api.test_description import hooked  # noqa: E402 - found through the line before
from tests.web.conftest import Served, serving  # noqa: E402 - as above

CONFIGURATION = ROOT / "tests" / "web" / "api" / "schemathesis.toml"
SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
EXAMPLES = 40  # for each operation and phase of a round
SHOWN_CHARACTERS = 20_000


def configuration(folder: Path) -> Path:
    """That of the suite, without what makes every run the same and short."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    text = text.replace("deterministic = true", "deterministic = false")
    text = re.sub(r"max-examples = \d+", f"max-examples = {EXAMPLES}", text)
    written = folder / "schemathesis.toml"
    written.write_text(text, encoding="utf-8")
    return written


def ask(server: Served, folder: Path, *, seed: int) -> tuple[int, bool]:
    """One round: how many cases there were, and whether all checks held."""
    run = subprocess.run(  # noqa: S603 - our own program and arguments
        [
            str(SCHEMATHESIS),
            f"--config-file={configuration(folder)}",
            "run",
            f"{server.url}/api/v1/openapi.json",
            f"--url={server.url}/api/v1",
            f"--header=Authorization: Bearer {server.token}",
            f"--seed={seed}",
            "--continue-on-failure",
            "--no-color",
        ],
        cwd=folder,
        env={**os.environ, "NO_PROXY": "*", "COLUMNS": "200", **hooked(server)},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"([\d,]+) generated", run.stdout)
    with server.client() as client:
        is_known = client.get("/api/v1/me").status_code == 200
    if run.returncode != 0 or found is None or not is_known:
        print(run.stdout[-SHOWN_CHARACTERS:], run.stderr, sep="\n")
        print("" if is_known else "The key was lost on the way, and the rest was refused.")
    return int(found[1].replace(",", "")) if found else 0, run.returncode == 0 and is_known


def main() -> int:
    """Run from the command line; 0 where every check held in every case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began, cases, seed, holds = time.monotonic(), 0, options.seed, True
    with tempfile.TemporaryDirectory(prefix="repoint-fuzz-") as temporary:
        folder = Path(temporary)
        with serving(folder / "data", REPOINT_FAILED_ATTEMPTS_PER_MINUTE="1000000") as server:
            while cases < options.cases and holds:
                some, holds = ask(server, folder, seed=seed)
                holds = holds and some > 0
                cases += some
                print(f"seed {seed}: {cases:,} cases after {time.monotonic() - began:.0f} s", flush=True)
                seed += 1
        log = (folder / "data.log").read_text(encoding="utf-8")
    bugs = [line for line in log.splitlines() if "api.bug" in line]
    print(*bugs[:10], sep="\n")
    print(f"{cases:,} cases, {'every check held' if holds and not bugs else 'NOT everything held'}")
    return 0 if holds and not bugs else 1


if __name__ == "__main__":
    raise SystemExit(main())
