"""A CSV becomes codes row by row, exactly once, whatever ends in the middle."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from repoint import worker
from repoint.accounts import audit
from repoint.accounts.actor import Actor, Scope
from repoint.codes import csv_import
from repoint.codes.create import create_code
from repoint.codes.draft import DynamicDraft
from repoint.codes.find import list_codes
from repoint.codes.folders import add_folder
from repoint.codes.jobs import lease
from repoint.codes.jobs.follow import cancel_job
from repoint.codes.jobs.job import UNFINISHED_MAX, Job, rows_file
from repoint.kit.cursor import Cursors
from repoint.kit.db import Database, DatabaseUnavailable
from repoint.kit.errors import Conflict, Forbidden, LimitReached
from repoint.kit.pages import Asked
from repoint.links.space import LinkSpace
from repoint.plans import catalogue, subscriptions
from repoint.plans.catalogue import Catalogue
from repoint.plans.plan import Feature, Plan
from tests.codes.conftest import GOAL
from tests.codes.jobs.conftest import Office
from tests.conftest import FakeClock, MakeActor

CURSORS = Cursors(b"secret")
TEN = "destination,title\n" + "".join(f"{GOAL}/{number},T{number}\n" for number in range(10))
BAD = TEN + "nope,x\n"


@pytest.fixture
def titles(db: Database) -> Callable[[Actor], list[str]]:
    """The titles of an organisation's codes, in order of creation."""

    def of(actor: Actor) -> list[str]:
        page = db.read_now(list_codes, actor, Asked(None, 200, CURSORS))
        return [code.title for code in reversed(page.codes)]

    return of


def test_every_column(office: Office, actor: Actor, db: Database) -> None:
    """A row takes what its columns say; the result names the code and its short link, and the job counts."""
    folder = db.write_now(add_folder, actor, name="Print", parent_id=None)
    header = "title;destination;slug;domain;tags;folder;filename"
    text = f"{header}\n Menu ;{GOAL};menu;go.example;b|a, c;Print;table-1\n"
    job = office.queue_csv(actor, text)
    assert (job.state, job.total) == ("queued", 1)
    office.finish()
    done = office.now(job)
    assert (done.state, done.done, done.succeeded, done.failed) == ("done", 1, 1, 0)
    (result,) = office.results(job)
    assert (result.number, result.status, result.filename) == (2, "created", "table-1")
    assert result.short_url == "https://go.example/menu"
    (code,) = db.read_now(list_codes, actor, Asked(None, 2, CURSORS)).codes
    assert (code.id, code.title, code.destination, code.tags) == (result.code_id, "Menu", GOAL, ("a", "b", "c"))
    assert code.folder_id == folder.id
    assert not rows_file(office.data, job.id).exists()


def test_folders(office: Office, actor: Actor, make_actor: MakeActor, db: Database) -> None:
    """A folder is named by its path in any case, or by its id; one that is not there, or another's, is refused."""
    top = db.write_now(add_folder, actor, name="Print", parent_id=None)
    inner = db.write_now(add_folder, actor, name="Tables", parent_id=top.public_id)
    slashed = db.write_now(add_folder, actor, name="A/B", parent_id=None)
    theirs = db.write_now(add_folder, make_actor(name="Other"), name="Theirs", parent_id=None)
    named = ["Print", "PRINT / tables", inner.public_id, slashed.public_id, "", "A/B", "Tables", theirs.public_id, "/"]
    office.queue_csv(actor, "destination,folder\n" + "".join(f"{GOAL},{name}\n" for name in named))
    job = office.queue_csv(actor, "destination,folder\n" + "".join(f"{GOAL},{name}\n" for name in named[5:]))
    office.finish()
    page = db.read_now(list_codes, actor, Asked(None, 50, CURSORS))
    assert [code.folder_id for code in reversed(page.codes)] == [top.id, inner.id, inner.id, slashed.id, None]
    problems = [each.problem for each in office.results(job)]
    assert all(each is not None and (each.code, each.field) == ("invalid", "folder") for each in problems)
    assert len(problems) == 4


@pytest.mark.usefixtures("small_batches")
def test_rows_are_refused_by_themselves(
    office: Office, actor: Actor, titles: Callable[[Actor], list[str]], db: Database
) -> None:
    """Row by row, what cannot be is refused with its field, and the others are made; the audit log has each code."""
    rows = ["nope,a,", f"{GOAL},b,", f",c,{'s' * 3}", f"{GOAL},d,slug", f"{GOAL},e,slug", f"{GOAL},{'t' * 151},"]
    job = office.queue_csv(actor, "destination,title,slug\n" + "\n".join(rows))
    office.finish()
    done = office.now(job)
    assert (done.state, done.succeeded, done.failed) == ("done", 2, 4)
    refused = {each.number: each.problem for each in office.results(job) if each.problem}
    assert {number: (each.code, each.field) for number, each in refused.items()} == {
        2: ("invalid", "destination"),
        4: ("invalid", "destination"),
        6: ("slug_taken", "slug"),
        7: ("invalid", "title"),
    }
    assert titles(actor) == ["b", "d"]
    entries = db.read_now(audit.newest, actor.org, subject=None, below=None, limit=10)
    assert [entry.action for entry in reversed(entries)] == ["job.created", "code.created", "code.created"]


@pytest.mark.usefixtures("small_batches")
def test_a_dry_run_makes_nothing(office: Office, actor: Actor, titles: Callable[[Actor], list[str]]) -> None:
    """Every row is looked at, across batches too, and nothing is made."""
    rows = [f"{GOAL},slug-{number % 5}" for number in range(8)]
    job = office.queue_csv(actor, "destination,slug\n" + "\n".join(rows), dry_run=True)
    office.finish()
    assert office.now(job).state == "done"
    assert office.statuses(job) == [(n, "valid") for n in range(2, 7)] + [(n, "refused") for n in range(7, 10)]
    assert titles(actor) == []


def test_a_batch_that_did_not_happen_is_checked_again(
    office: Office, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction may fail and be tried later, or run again at once; its own rows do not stand in its way then."""
    rows = [f"{GOAL},slug-{number}" for number in range(5)]
    job = office.queue_csv(actor, "destination,slug\n" + "\n".join(rows), dry_run=True)
    progress = csv_import._progress

    def fails_once(*_: object) -> Job:
        monkeypatch.setattr(csv_import, "_progress", progress)
        raise DatabaseUnavailable

    monkeypatch.setattr(csv_import, "_progress", fails_once)
    runner = office.runner()
    with pytest.raises(DatabaseUnavailable):
        office.finish(runner)
    office.finish(runner)
    assert {status for _, status in office.statuses(job)} == {"valid"}


@pytest.mark.usefixtures("small_batches")
def test_all_or_nothing(office: Office, actor: Actor, titles: Callable[[Actor], list[str]]) -> None:
    """All rows are checked before the first is made: one that cannot be ends the job with its number."""
    bad = office.queue_csv(actor, BAD, mode="all")
    good = office.queue_csv(actor, TEN, mode="all")
    office.finish()
    failed = office.now(bad)
    assert (failed.state, failed.succeeded, failed.failed) == ("failed", 0, 1)
    assert failed.problem is not None
    assert failed.problem.message.startswith("Nothing was made, because row 12 cannot be: ")
    assert (office.now(good).state, office.now(good).succeeded) == ("done", 10)
    assert titles(actor) == [f"T{number}" for number in range(10)]
    assert {status for _, status in office.statuses(good)} == {"created"}


@pytest.mark.usefixtures("small_batches")
def test_all_is_undone_when_a_row_fails_after_all(
    office: Office, actor: Actor, db: Database, space: LinkSpace, titles: Callable[[Actor], list[str]]
) -> None:
    """A slug that somebody takes between checking and making leaves none of the job's codes behind."""
    text = "destination,slug\n" + "".join(f"{GOAL},slug-{number}\n" for number in range(10))
    job = office.queue_csv(actor, text, mode="all")
    runner = office.runner()
    office.batches(runner, 5)  # four to check, one to begin making
    assert office.now(job).phase == "create"
    db.write_now(create_code, actor, DynamicDraft(GOAL, slug="slug-8", title="faster"), space=space)
    office.finish(runner)
    failed = office.now(job)
    assert (failed.state, failed.succeeded) == ("failed", 0)
    assert failed.problem is not None
    assert failed.problem.code == "slug_taken"
    assert titles(actor) == ["faster"]
    statuses = dict(office.statuses(job))
    assert (statuses[2], statuses[10], statuses[11]) == ("undone", "refused", "valid")  # the last was never tried


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize(
    ("mode", "batches", "made", "left"), [("each", 0, 0, 0), ("each", 2, 6, 6), ("all", 2, 0, 0), ("all", 7, 6, 0)]
)
def test_a_plan_that_ends_meanwhile(
    office: Office,
    actor: Actor,
    db: Database,
    clock: FakeClock,
    titles: Callable[[Actor], list[str]],
    mode: str,
    batches: int,
    made: int,
    left: int,
) -> None:
    """The job fails and says why; what it has made row by row stays, all or nothing is taken back."""
    plan = catalogue.find("abundera-team")
    db.write_now(subscriptions.subscribe, actor.org, plan, ends_at=clock() + timedelta(days=1), who="cli")
    job = office.queue_csv(actor, TEN, mode=mode)
    runner = office.runner()
    held = office.batches(runner, batches)
    assert held is not None
    assert len(titles(actor)) == made
    clock.forward(timedelta(days=100))
    office.loop.run(worker.take_turn(runner, held))
    office.finish(runner)
    failed = office.now(job)
    assert failed.problem is not None
    assert (failed.state, failed.problem.code, failed.succeeded) == ("failed", "plan_expired", left)
    assert len(titles(actor)) == left
    assert not rows_file(office.data, job.id).exists()


@pytest.mark.usefixtures("small_batches")
def test_a_bug_leaves_nothing_half_done(
    office: Office, actor: Actor, monkeypatch: pytest.MonkeyPatch, titles: Callable[[Actor], list[str]]
) -> None:
    """A job that was to make all takes back what it has made before something broke."""
    job = office.queue_csv(actor, TEN, mode="all")
    runner = office.runner()
    held = office.batches(runner, 7)
    assert held is not None
    with monkeypatch.context() as broken:
        broken.setattr(csv_import, "make_codes", lambda *_, **__: 1 / 0)
        office.loop.run(worker.take_turn(runner, held))
    office.finish(runner)
    failed = office.now(job)
    assert failed.problem is not None
    assert (failed.state, failed.problem.code) == ("failed", "internal")
    assert titles(actor) == []


@pytest.mark.usefixtures("small_batches")
def test_a_check_that_is_tried_again_refuses_nothing(
    office: Office, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of a batch whose transaction did not happen are not in the way of the same rows in the next try."""
    text = "destination,slug\n" + "".join(f"{GOAL},slug-{number}\n" for number in range(4))
    job = office.queue_csv(actor, text, dry_run=True)
    runner = office.runner()
    held = office.batches(runner, 1)
    assert held is not None

    def lost(*_: object) -> None:
        raise DatabaseUnavailable("the commit failed")

    with monkeypatch.context() as failing:
        failing.setattr(csv_import, "_progress", lost)
        with pytest.raises(DatabaseUnavailable):
            office.loop.run(runner.move(held))
    office.finish(runner)
    assert office.statuses(job) == [(number, "valid") for number in range(2, 6)]


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("mode", ["each", "all"])
@pytest.mark.parametrize("batches", [0, 1, 3, 5, 6, 7])
def test_another_process_goes_on_where_one_was_killed(
    office: Office, actor: Actor, clock: FakeClock, titles: Callable[[Actor], list[str]], mode: str, batches: int
) -> None:
    """Whenever a process ends, the next one makes the rest, and no row twice; as long as the lease lasts it waits."""
    job = office.queue_csv(actor, TEN, mode=mode)
    killed, other = office.runner(), office.runner()
    office.batches(killed, batches)
    made = len(titles(actor))
    if not office.now(job).is_finished:
        office.finish(other)
        assert len(titles(actor)) == made
        clock.forward(lease.LEASE + timedelta(seconds=1))
    office.finish(other)
    assert titles(actor) == [f"T{number}" for number in range(10)]
    assert (office.now(job).state, office.now(job).succeeded) == ("done", 10)
    assert office.batches(killed, 1) is None


@pytest.mark.usefixtures("small_batches")
def test_a_process_that_lost_its_lease_writes_nothing(
    office: Office, actor: Actor, clock: FakeClock, titles: Callable[[Actor], list[str]]
) -> None:
    """One that was only slow finds its job taken, and makes nothing twice."""
    job = office.queue_csv(actor, TEN)
    slow, other = office.runner(), office.runner()
    held = office.batches(slow, 1)
    assert held is not None
    clock.forward(lease.LEASE + timedelta(seconds=1))
    office.batches(other, 1)
    assert office.loop.run(slow.move(held)) is None
    assert len(titles(actor)) == 6
    office.finish(other)
    assert office.now(job).succeeded == 10


@pytest.mark.sqlite
def test_a_start_on_sqlite_waits_for_nobody(office: Office, actor: Actor) -> None:
    """One process owns the database there, so what a killed one held is free at once; a stop frees it as well."""
    job = office.queue_csv(actor, TEN)
    office.batches(office.runner(), 0)
    again = office.runner()
    again.resume()
    office.batches(again, 0)
    office.loop.run(again.stop())
    office.finish()
    assert office.now(job).state == "done"


@pytest.mark.usefixtures("small_batches")
def test_cancel(office: Office, actor: Actor, db: Database, titles: Callable[[Actor], list[str]]) -> None:
    """A job stops between two batches and what it has made stays; a second cancel says the same, a late one is told."""
    job = office.queue_csv(actor, TEN)
    runner = office.runner()
    held = office.batches(runner, 2)
    assert held is not None
    first = db.write_now(cancel_job, actor, job.public_id)
    second = db.write_now(cancel_job, actor, job.public_id)
    assert first.state == second.state == "cancelled"
    assert office.loop.run(runner.move(held)) is None
    office.finish(runner)
    assert len(titles(actor)) == 6
    assert office.now(job).done == 6
    assert not rows_file(office.data, job.id).exists()
    done = office.queue_csv(actor, TEN)
    office.finish(runner)
    with pytest.raises(Conflict) as caught:
        db.write_now(cancel_job, actor, done.public_id)
    assert caught.value.code == "job_finished"


@pytest.mark.usefixtures("small_batches")
def test_cancel_all_or_nothing(
    office: Office, actor: Actor, db: Database, titles: Callable[[Actor], list[str]]
) -> None:
    """A job that was to make all takes back what it has made, and is cancelled then."""
    job = office.queue_csv(actor, TEN, mode="all")
    runner = office.runner()
    office.batches(runner, 7)
    assert len(titles(actor)) == 6
    assert db.write_now(cancel_job, actor, job.public_id).state == "running"
    assert db.write_now(cancel_job, actor, job.public_id).ending == "cancelled"
    office.finish(runner)
    assert office.now(job).state == "cancelled"
    assert titles(actor) == []


def test_jobs_take_turns(office: Office, actor: Actor, make_actor: MakeActor, clock: FakeClock) -> None:
    """Who has waited longest is next, so that a long job of one organisation holds up no other."""
    runner = office.runner()
    first = office.queue_csv(actor, TEN)
    clock.forward(timedelta(seconds=1))
    second = office.queue_csv(make_actor(name="Other"), TEN)
    taken = []
    for _ in range(4):
        clock.forward(timedelta(seconds=1))
        job = office.batches(runner, 0)
        assert isinstance(job, Job)
        taken.append(job.id)
    assert taken == [first.id, second.id, first.id, second.id]


def test_limits(
    office: Office, make_actor: MakeActor, monkeypatch: pytest.MonkeyPatch, titles: Callable[[Actor], list[str]]
) -> None:
    """The plan's size, its active codes, the scope and the number of jobs under way hold for jobs too."""
    plan = Plan("seven", limits={Feature.ACTIVE_CODES: 7, Feature.BULK_SIZE: 10})
    monkeypatch.setattr(catalogue, "_present", Catalogue({**catalogue.SHIPPED, plan.name: plan}))
    monkeypatch.setattr(csv_import, "ROWS_AT_ONCE", 3)
    small = make_actor(name="Small", plan=plan.name)
    with pytest.raises(LimitReached):
        office.queue_csv(small, BAD)
    with pytest.raises(Forbidden):
        office.queue_csv(make_actor(scope=Scope.READ), TEN)
    job = office.queue_csv(small, TEN)
    office.finish()
    assert office.statuses(job) == [(n, "created") for n in range(2, 9)] + [(n, "refused") for n in range(9, 12)]
    assert len(titles(small)) == 7
    for _ in range(UNFINISHED_MAX):
        office.queue_csv(small, TEN)
    with pytest.raises(Conflict) as caught:
        office.queue_csv(small, TEN)
    assert caught.value.code == "too_many_jobs"


def test_an_upload_that_cannot_be_read_leaves_no_file(tmp_path: Path, office: Office, actor: Actor) -> None:
    """What was written down before the mistake was found is removed."""
    with pytest.raises(Exception, match="row 3"):
        office.queue_csv(actor, f'destination\n{GOAL}\n"{GOAL}\n')
    assert [path for path in tmp_path.rglob("*") if path.suffix == ".rows"] == []
