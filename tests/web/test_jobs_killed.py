"""A server that is killed in the middle of a job is followed by one that does each row exactly once."""

import signal
import subprocess
import time
import zipfile
from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.web.conftest import serving

ROWS = 6_000
KILLS = 3
WAIT_S = 60.0


def _done(client: httpx.Client, job: str) -> int:
    done: int = client.get(f"/api/v1/jobs/{job}").json()["progress"]["done"]
    return done


def _wait(client: httpx.Client, job: str, *, rows: int) -> None:
    deadline = time.monotonic() + WAIT_S
    while _done(client, job) < rows:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def _finished(client: httpx.Client, job: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while (now := client.get(f"/api/v1/jobs/{job}").json())["state"] != "done":
        assert time.monotonic() < deadline, now
        time.sleep(0.1)


@pytest.mark.timeout(180)
def test_each_row_is_done_once(tmp_path: Path) -> None:
    """Killed again and again while codes are made and pictures are drawn: each row is there once, and no code more."""
    data = tmp_path / "data"
    text = "destination,filename\n" + "".join(f"https://example.com/{row},name-{row}\n" for row in range(ROWS))
    token = job = ""
    for number in range(KILLS):
        with serving(data) as served:
            token = token or served.token
            with served.client(token) as client:
                if not job:
                    answer = client.post("/api/v1/qr-codes/csv", content=text, headers={"content-type": "text/csv"})
                    job = answer.json()["id"]
                _wait(client, job, rows=(number + 1) * ROWS // (KILLS + 2))
                _kill(served.process)
    with serving(data) as served, served.client(token) as client:
        _finished(client, job)
        seen: Counter[str] = Counter()
        cursor: dict[str, str] = {}
        while True:
            page = client.get("/api/v1/qr-codes", params={"limit": 200, **cursor}).json()
            seen.update(code["destination"] for code in page["data"])
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert seen == Counter(f"https://example.com/{row}" for row in range(ROWS))
        first = client.get(f"/api/v1/jobs/{job}/results", params={"limit": 200}).json()["data"]
        ids = [each["id"] for each in first]
        pictures = client.post("/api/v1/qr-codes/pictures", json={"ids": ids}).json()["id"]
        _wait(client, pictures, rows=40)
        _kill(served.process)
    with serving(data) as served, served.client(token) as client:
        _finished(client, pictures)
        file = tmp_path / "pictures.zip"
        file.write_bytes(client.get(f"/api/v1/jobs/{pictures}/file").content)
    with zipfile.ZipFile(file) as read:
        assert read.testzip() is None
        assert len(read.namelist()) == len(set(read.namelist())) == 200
