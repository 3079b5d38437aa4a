"""A ZIP holds every picture once, under a safe name, whatever ends in the middle."""

import zipfile
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import zxingcpp
from PIL import Image

from repoint.accounts.actor import Actor
from repoint.codes import picture_zip
from repoint.codes.artwork import PictureSize
from repoint.codes.delete import delete_for_good
from repoint.codes.jobs import follow, housekeeping, lease
from repoint.codes.jobs.follow import cancel_job, made_file_of
from repoint.codes.jobs.job import FILE_KEPT, RESULTS_KEPT, Job, made_file
from repoint.kit.db import Database
from repoint.kit.errors import Conflict, Invalid, NotFound
from tests.codes.conftest import GOAL, MakeCode
from tests.codes.jobs.conftest import Office
from tests.conftest import FakeClock, MakeActor


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_zip, "AT_ONCE", 2)


def _queue(office: Office, actor: Actor, *, fmt: str = "svg", **which: Any) -> Job:
    wanted = {"ids": None, "source": None, **which}
    size = PictureSize(fmt, size_px=200)
    return office.db.write_now(picture_zip.queue_pictures, actor, uuid4(), size=size, **wanted)


def _names(office: Office, job: Job) -> list[str]:
    with zipfile.ZipFile(made_file(office.data, job.id)) as file:
        assert file.testzip() is None
        return file.namelist()


def test_pictures_of_a_csv(office: Office, actor: Actor) -> None:
    """Names come from the column, made safe and unique; each picture says its code's short link."""
    rows = [("a", "table 1"), ("b", "../../table 1.png"), ("c", ""), ("d", "CON"), ("e", "TABLE 1")]
    text = "destination,slug,filename\n" + "".join(f"{GOAL},slug-{slug},{name}\n" for slug, name in rows) + "nope,,\n"
    source = office.queue_csv(actor, text)
    office.finish()
    job = _queue(office, actor, fmt="png", source=source.public_id)
    office.finish()
    done = office.now(job)
    assert (done.state, done.total, done.succeeded, done.failed) == ("done", 5, 5, 0)
    assert done.file_bytes == made_file(office.data, job.id).stat().st_size
    assert _names(office, job) == ["table 1.png", "table 1-2.png", "slug-c.png", "_CON.png", "TABLE 1-3.png"]
    with zipfile.ZipFile(made_file(office.data, job.id)) as file, file.open("slug-c.png") as picture:
        assert file.getinfo("slug-c.png").compress_type == zipfile.ZIP_STORED
        assert zxingcpp.read_barcodes(Image.open(picture))[0].text == "https://qr.example/r/slug-c"


@pytest.mark.parametrize("batches", [0, 1, 2, 3, 4])
def test_another_process_goes_on(
    office: Office, actor: Actor, make_code: MakeCode, clock: FakeClock, batches: int
) -> None:
    """Pictures that a killed process had appended and not noted are cut off and drawn again; each is there once."""
    ids = [make_code(slug=f"code-{number}").public_id for number in range(5)]
    job = _queue(office, actor, ids=[*ids, ids[0]])
    killed = office.runner()
    office.batches(killed, batches)
    killed._close(job.id)
    with made_file(office.data, job.id).open("ab") as lost:
        if not office.now(job).is_finished:
            lost.write(b"PK\x03\x04 half a picture")
    clock.forward(lease.LEASE + timedelta(seconds=1))
    office.finish()
    assert _names(office, job) == [f"code-{number}.svg" for number in range(5)]
    assert office.statuses(job) == [(number, "drawn") for number in range(1, 6)]


def test_codes_that_are_gone(office: Office, actor: Actor, make_code: MakeCode, db: Database) -> None:
    """A code that is deleted for good in the meantime has a row that says so, and no picture."""
    codes = [make_code(slug=f"code-{number}") for number in range(3)]
    job = _queue(office, actor, ids=[code.public_id for code in codes])
    db.write_now(delete_for_good, actor, codes[1].public_id, space=office.space)
    office.finish()
    assert (office.now(job).succeeded, office.now(job).failed) == (2, 1)
    assert office.statuses(job) == [(1, "drawn"), (2, "refused"), (3, "drawn")]


def test_what_cannot_be_queued(
    office: Office, actor: Actor, make_actor: MakeActor, make_code: MakeCode, db: Database
) -> None:
    """Codes and jobs of others do not exist; one of the two sources must be given, and be finished."""
    other = make_actor(name="Other")
    theirs = make_code(other)
    csv = office.queue_csv(other, f"destination\n{GOAL}\n")
    mine = office.queue_csv(actor, "destination\nnope\n")
    for error, which in (
        (NotFound, {"ids": [theirs.public_id]}),
        (NotFound, {"ids": ["qr_nope"]}),
        (NotFound, {"source": csv.public_id}),
        (NotFound, {"source": "job_nope"}),
        (Invalid, {}),
        (Invalid, {"ids": [theirs.public_id], "source": csv.public_id}),
        (Conflict, {"source": mine.public_id}),
    ):
        with pytest.raises(error):
            _queue(office, actor, **which)
    office.finish()
    with pytest.raises(Invalid, match="made no codes"):
        _queue(office, actor, source=mine.public_id)
    with pytest.raises(NotFound):
        db.read_now(follow.get_job, actor, csv.public_id)


def test_the_file_is_there_when_the_job_is_done(
    office: Office, actor: Actor, make_code: MakeCode, db: Database
) -> None:
    """Before, it is asked for in vain; of a cancelled job nothing is left."""
    job = _queue(office, actor, ids=[make_code().public_id for _ in range(3)])
    with pytest.raises(Conflict) as caught:
        db.read_now(made_file_of, actor, job.public_id)
    assert caught.value.code == "job_unfinished"
    runner = office.runner()
    held = office.batches(runner, 1)
    assert held is not None
    db.write_now(cancel_job, actor, job.public_id)
    assert office.loop.run(runner.move(held)) is None
    assert not made_file(office.data, job.id).exists()
    with pytest.raises(NotFound):
        db.read_now(made_file_of, actor, job.public_id)


def test_files_and_results_have_their_time(
    office: Office, actor: Actor, make_code: MakeCode, db: Database, clock: FakeClock
) -> None:
    """A file is kept for 7 days and results for 90; a file that no job needs goes after an hour."""
    job = _queue(office, actor, ids=[make_code().public_id])
    office.finish()
    orphan = made_file(office.data, uuid4())
    orphan.write_bytes(b"nobody's")
    housekeeping.tidy(db, office.data, now=clock())
    assert db.read_now(made_file_of, actor, job.public_id).id == job.id
    clock.forward(FILE_KEPT + timedelta(minutes=1))
    housekeeping.tidy(db, office.data, now=clock() + timedelta(days=3_650))
    assert not orphan.exists()
    assert not made_file(office.data, job.id).exists()
    with pytest.raises(NotFound):
        db.read_now(made_file_of, actor, job.public_id)
    assert office.statuses(job) == [(1, "drawn")]
    clock.forward(RESULTS_KEPT)
    housekeeping.tidy(db, office.data, now=clock())
    with pytest.raises(NotFound):
        db.read_now(follow.get_job, actor, job.public_id)
