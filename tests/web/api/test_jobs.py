"""Jobs over HTTP: a CSV comes in, is followed, and its pictures are fetched."""

import csv
import io
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from repoint.accounts.actor import Scope
from tests.web.api.asking import CODES, DESTINATION, blamed, refusal
from tests.web.api.conftest import Api
from tests.web.conftest import Serve, Served

JOBS = "/api/v1/jobs"
WAIT_S = 30.0
TEXT = {"content-type": "text/csv; charset=utf-8"}
ROWS = f"destination;title;slug;filename\n{DESTINATION};Ä;;table 1\n{DESTINATION};=1+1;csv-one;=cmd\nnope;x;;\n"
UNNAMED = ROWS.replace("csv-one", "")


def upload(client: httpx.Client, text: str | bytes, **query: Any) -> dict[str, Any]:
    """A job that was queued."""
    body = text.encode() if isinstance(text, str) else text
    answer = client.post(f"{CODES}/csv", content=body, headers=TEXT, params=query)
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{JOBS}/{job['id']}"
    return job


def finished(client: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    """The job, once nothing of it changes any more."""
    deadline = time.monotonic() + WAIT_S
    while True:
        now: dict[str, Any] = client.get(f"{JOBS}/{job['id']}").json()
        if now["state"] not in ("queued", "running"):
            return now
        assert time.monotonic() < deadline, now
        time.sleep(0.05)


def test_from_a_csv_to_its_pictures(client: httpx.Client) -> None:
    """Rows become codes, results name each, and a ZIP holds their pictures under the names of the column."""
    job = finished(client, upload(client, ROWS))
    assert (job["state"], job["succeeded"], job["failed"]) == ("done", 2, 1)
    assert job["progress"] == {"done": 3, "total": 3}
    results = client.get(f"{JOBS}/{job['id']}/results", params={"limit": 2}).json()
    rest = client.get(f"{JOBS}/{job['id']}/results", params={"cursor": results["next_cursor"]}).json()
    assert [each["row"] for each in results["data"] + rest["data"]] == [2, 3, 4]
    assert rest["next_cursor"] is None
    message = "must begin with http:// or https://"
    assert rest["data"][0]["error"] == {"code": "invalid", "field": "destination", "message": message}
    code = client.get(f"{CODES}/{results['data'][1]['id']}").json()
    assert (code["title"], code["slug"], code["short_url"]) == ("=1+1", "csv-one", results["data"][1]["short_url"])

    made = client.post(f"{CODES}/pictures", json={"job_id": job["id"], "format": "png", "size": 200})
    assert made.status_code == 202
    pictures = finished(client, made.json())
    assert pictures["state"] == "done"
    file = client.get(f"{JOBS}/{pictures['id']}/file")
    assert (file.status_code, file.headers["content-type"]) == (200, "application/zip")
    assert len(file.content) == pictures["file_bytes"]
    with zipfile.ZipFile(io.BytesIO(file.content)) as read:
        assert read.namelist() == ["table 1.png", "=cmd.png"]
        assert read.read("=cmd.png").startswith(b"\x89PNG")
    listed = client.get(JOBS, params={"limit": 2}).json()["data"]
    assert [each["id"] for each in listed] == [pictures["id"], job["id"]]


def test_results_as_a_csv_hold_no_formula(client: httpx.Client) -> None:
    """A cell that a spreadsheet would calculate has an apostrophe before it; the file is a CSV like any other."""
    job = finished(
        client, upload(client, f"destination,filename\n{DESTINATION},=cmd|' /C calc'!A0\n{DESTINATION},@x\n")
    )
    answer = client.get(f"{JOBS}/{job['id']}/results.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{job["id"]}-results.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["filename"] for row in rows] == ["'=cmd|' /C calc'!A0", "'@x"]


def test_forms_and_modes(client: httpx.Client) -> None:
    """A form's file is taken too; a dry run makes nothing, and all is all or nothing."""
    form = client.post(f"{CODES}/csv", files={"file": ("a.csv", UNNAMED.encode())}, params={"dry_run": "true"})
    assert form.status_code == 202
    dry = finished(client, form.json())
    assert (dry["state"], dry["phase"], dry["failed"]) == ("done", "check", 1)
    failed = finished(client, upload(client, UNNAMED, mode="all"))
    assert failed["state"] == "failed"
    assert failed["problem"]["message"].startswith("Nothing was made, because row ")


def test_a_file_that_cannot_be_read_makes_no_job(client: httpx.Client) -> None:
    """What is wrong with the file as a whole is said at once, with its place."""
    before = client.get(JOBS, params={"limit": 1}).json()
    for body, said in (
        (b"", "is empty; its first row must name the columns"),
        (b"destination,titel\n", "row 1, column 2: 'titel' is not known; did you mean 'title'?"),
        (f"destination\n{DESTINATION}\ncaf\xe9".encode("latin-1"), "row 3 is not UTF-8"),
        (f'destination\n"{DESTINATION}\n'.encode(), "row 2 opens a quote"),
    ):
        answer = client.post(f"{CODES}/csv", content=body, headers=TEXT)
        assert said in blamed(answer)["file"]
    assert list(blamed(client.post(f"{CODES}/csv", json={}))) == ["body"]
    assert list(blamed(client.post(f"{CODES}/csv", files={"fil": ("a.csv", b"x")}))) == ["fil"]
    assert list(blamed(client.post(f"{CODES}/csv", content=b"x", headers=TEXT, params={"mode": "some"}))) == ["mode"]
    assert client.get(JOBS, params={"limit": 1}).json() == before


def test_200_megabytes(server: Served, client: httpx.Client) -> None:
    """A file that is too large is refused by its length, or where it goes beyond, and leaves nothing on the disk."""

    def pieces() -> Iterator[bytes]:
        for _ in range(200):
            yield b"x" * 1024 * 1024

    refusal(client.post(f"{CODES}/csv", content=b"x" * 70_000_000, headers=TEXT), 413, "body_too_large")
    refusal(client.post(f"{CODES}/csv", content=pieces(), headers=TEXT), 413, "body_too_large")
    assert not list((server.data / "jobs").glob("*.upload"))


def test_two_cancels_at_once(client: httpx.Client) -> None:
    """Both get the same answer; a job that is done cannot be cancelled."""
    job = upload(client, "destination\n" + f"{DESTINATION}\n" * 5_000)
    first, second = (client.post(f"{JOBS}/{job['id']}/cancel") for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["state"] == second.json()["state"] == "cancelled"
    made = len(client.get(f"{JOBS}/{job['id']}/results", params={"limit": 200}).json()["data"])
    assert made < 5_000
    done = finished(client, upload(client, f"destination\n{DESTINATION}\n"))
    refusal(client.post(f"{JOBS}/{done['id']}/cancel"), 409, "job_finished")


@pytest.mark.parametrize("path", ["", "/results", "/results.csv", "/file", "/cancel"])
def test_others_jobs_are_not_there(serve: Serve, path: str) -> None:
    """A job of another organisation does not exist, and neither does one that nobody has."""
    server = serve()
    other = server.command("org", "create", "Other", "--quiet")
    token = server.command("keys", "create", "--label", "x", "--scope", "admin", "--org", other, "--quiet")
    with server.client() as client, server.client(token) as stranger:
        job = upload(client, f"destination\n{DESTINATION}\n")
        method = "POST" if path == "/cancel" else "GET"
        for public_id in (job["id"], "job_01JZ8Q4XK7T9V2M5N6P8R0S3W1", "job_x", "qr_x"):
            refusal(stranger.request(method, f"{JOBS}/{public_id}{path}"), 404, "not_found")
        assert stranger.get(JOBS).json()["data"] == []
        finished(client, job)
        refusal(stranger.post(f"{CODES}/pictures", json={"job_id": job["id"]}), 404, "not_found")


def test_a_reading_key_starts_nothing(api: Api) -> None:
    """Jobs are made and cancelled by keys that write."""
    headers = {"authorization": f"Bearer {api.key(Scope.READ)[1]}"}
    for path, more in (
        ("/qr-codes/csv", {"content": b"destination\n", "headers": {**headers, **TEXT}}),
        ("/qr-codes/pictures", {"json": {"ids": ["qr_x"]}, "headers": headers}),
        ("/jobs/job_x/cancel", {"headers": headers}),
    ):
        answer = api.client.post(path, **more)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
