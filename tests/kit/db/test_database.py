"""One function is one transaction; hooks follow it, the caller comes last."""

import asyncio
import threading
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import IntegrityError

from repoint.kit.db import Database, Tx, database, postgresql
from repoint.kit.errors import DomainError, NotFound
from repoint.scans.tables import offsets
from tests.conftest import START, FakeClock

PATIENCE_S = 10
HOLDERS = postgresql.WRITERS


def _put(tx: Tx, name: str, stored: int = 0) -> str:
    tx.execute(insert(offsets).values(segment=name, stored=stored))
    return name


def _fail(tx: Tx) -> None:
    _put(tx, "failed")
    _put(tx, "failed")


def _names(tx: Tx) -> list[str]:
    return [row.segment for row in tx.execute(select(offsets.c.segment).order_by(offsets.c.segment))]


def test_a_write_answers_and_is_there(db: Database) -> None:
    """What a use case returns reaches its caller; what it wrote, every later reader. Named arguments are passed on."""

    async def story() -> tuple[str, list[str]]:
        return await db.write(_put, "a", stored=7), await db.read(_names)

    assert asyncio.run(story()) == ("a", ["a"])
    assert db.read_now(_names) == ["a"]


@pytest.mark.parametrize("error", [NotFound("thing", "x"), ValueError("a bug"), KeyboardInterrupt()])
def test_an_error_rolls_everything_back(db: Database, error: BaseException) -> None:
    """Whatever a use case raises reaches its caller as it is; nothing is written and no hook runs."""
    ran = list[str]()

    def use_case(tx: Tx) -> None:
        _put(tx, "a")
        tx.after_commit(lambda: ran.append("hook"))
        raise error

    with pytest.raises(type(error)) as caught:
        db.write_now(use_case)
    assert caught.value is error
    if isinstance(error, Exception):
        with pytest.raises(type(error)):
            asyncio.run(db.write(use_case))
    assert db.read_now(_names) == []
    assert ran == []


def test_a_broken_constraint_rolls_everything_back(db: Database) -> None:
    """The second of two statements fails, the first is undone; it is a bug, whose text tells no value."""

    def use_case(tx: Tx) -> None:
        _put(tx, "a")
        _put(tx, "a")

    with pytest.raises(IntegrityError) as caught:
        db.write_now(use_case)
    assert db.read_now(_names) == []
    assert "INSERT" in str(caught.value)
    assert "[parameters:" not in str(caught.value)


def test_hooks_run_after_the_commit_and_before_the_caller_goes_on(db: Database) -> None:
    """In the order registered, on the thread of the event loop, when other connections already see the change."""
    story = list[object]()

    def use_case(tx: Tx) -> None:
        _put(tx, "a")
        tx.after_commit(lambda: story.append(("first", threading.current_thread(), db.read_now(_names))))
        tx.after_commit(lambda: story.append("second"))
        story.append("worked")

    async def tell() -> None:
        await db.write(use_case)
        story.append("caller")

    asyncio.run(tell())
    assert story == ["worked", ("first", threading.current_thread(), ["a"]), "second", "caller"]


def test_hooks_run_without_an_event_loop_too(db: Database) -> None:
    """`write_now` runs them after the commit, before it returns."""
    seen = list[list[str]]()

    def use_case(tx: Tx) -> None:
        _put(tx, "a")
        tx.after_commit(lambda: seen.append(db.read_now(_names)))

    db.write_now(use_case)
    assert seen == [["a"]]


def test_a_cancelled_caller_stops_neither_commit_nor_hooks(db: Database) -> None:
    """A client that went away while its change was written: the change is there, and its hooks ran."""
    began, may_go_on, ran = threading.Event(), threading.Event(), list[str]()

    def use_case(tx: Tx) -> None:
        _put(tx, "a")
        tx.after_commit(lambda: ran.append("hook"))
        began.set()
        assert may_go_on.wait(PATIENCE_S)

    async def story() -> None:
        writing = asyncio.create_task(db.write(use_case))
        assert await asyncio.to_thread(began.wait, PATIENCE_S)
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        assert ran == []
        may_go_on.set()
        assert await db.write(_names) == ["a"]
        assert ran == ["hook"]

    asyncio.run(story())


def _several(db: Database, *use_cases: Callable[[Tx], object]) -> list[object]:
    """What use cases come to that wait for the database together."""
    may_go_on = threading.Event()

    def hold(_: Tx) -> None:
        assert may_go_on.wait(PATIENCE_S)

    async def story() -> list[object]:
        holding = [asyncio.create_task(db.write(hold)) for _ in range(HOLDERS)]
        waiting = [asyncio.create_task(db.write(each)) for each in use_cases]
        await asyncio.sleep(0)
        may_go_on.set()
        await asyncio.gather(*holding)
        return list(await asyncio.gather(*waiting, return_exceptions=True))

    return asyncio.run(story())


def test_use_cases_that_waited_share_a_commit(db: Database) -> None:
    """On SQLite, where the disk is what they wait for; on PostgreSQL the server does that itself."""
    commits = list[object]()
    event.listen(db.engine, "commit", commits.append)
    assert _several(db, *(partial(_put, name=name) for name in "abcde")) == list("abcde")
    assert db.read_now(_names) == list("abcde")
    assert len(commits) == HOLDERS + 5 if db.is_shared else len(commits) <= 2


@pytest.mark.parametrize("error", [NotFound("thing", "x"), ValueError("a bug"), None], ids=repr)
def test_one_that_fails_takes_no_other_with_it(db: Database, error: Exception | None) -> None:
    """What it wrote is undone and its hooks are dropped, whether the error is its own (None: the database's)."""
    ran = list[str]()

    def fail(tx: Tx) -> None:
        tx.after_commit(lambda: ran.append("failed"))
        _put(tx, "failed")
        if error is not None:
            raise error
        _put(tx, "failed")

    def work(tx: Tx) -> str:
        tx.after_commit(lambda: ran.append("worked"))
        return _put(tx, "worked")

    first, failed, last = _several(db, partial(_put, name="first"), fail, work)
    assert (first, last) == ("first", "worked")
    assert failed is error or isinstance(failed, IntegrityError)
    assert db.read_now(_names) == ["first", "worked"]
    assert ran == ["worked"]


@pytest.mark.sqlite
def test_a_long_use_case_keeps_nobody_waiting_for_those_behind_it(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a group has taken its time it is committed; who is left comes next, in order, and all are answered."""
    monkeypatch.setattr(database, "GROUP_S", 0.0)
    commits, order = list[object](), list[str]()
    event.listen(db.engine, "commit", commits.append)

    def use_case(tx: Tx, name: str) -> str:
        order.append(name)
        return _put(tx, name)

    assert _several(db, *(partial(use_case, name=name) for name in "dacbe")) == list("dacbe")
    assert order == list("dacbe")
    assert len(commits) == HOLDERS + 5


@pytest.mark.sqlite
def test_what_was_undone_within_a_use_case_stays_undone(db: Database) -> None:
    """Savepoints of its own, by Tx or by SQLAlchemy, undo as they do where it is alone in its transaction."""
    ran = list[str]()

    def refuse(tx: Tx) -> None:
        tx.after_commit(lambda: ran.append("undone"))
        _put(tx, "undone")
        raise NotFound("thing", "x")

    def use_case(tx: Tx) -> list[str]:
        tx.after_commit(lambda: ran.append("kept"))
        _put(tx, "kept")
        for undo in (tx.savepoint, tx.connection.begin_nested):
            with pytest.raises(IntegrityError), undo():
                _fail(tx)
        with pytest.raises(NotFound), tx.savepoint():
            refuse(tx)
        return _names(tx)

    first, names, last = _several(db, partial(_put, name="a"), use_case, partial(_put, name="z"))
    assert (first, names, last) == ("a", ["a", "kept"], "z")
    assert db.read_now(_names) == ["a", "kept", "z"]
    assert ran == ["kept"]


@pytest.mark.sqlite
def test_a_log_that_takes_nothing_keeps_nobody_waiting(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard error may be a pipe that nobody reads any more; whoever shared a commit is answered all the same."""

    def broken(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("repoint.kit.db.database.log.info", broken, raising=False)
    failed, last = _several(db, _fail, partial(_put, name="a"))
    assert isinstance(failed, IntegrityError)
    assert last == "a"


@pytest.mark.parametrize("first", [_fail, partial(_put, name="a")], ids=["apart", "together"])
def test_what_was_begun_happens_though_the_event_loop_is_closed(db: Database, first: Callable[[Tx], object]) -> None:
    """A server that ends: nobody hears of an outcome any more, and each that waits is written."""
    may_go_on = threading.Event()

    def hold(_: Tx) -> None:
        assert may_go_on.wait(PATIENCE_S)

    waiting: list[Callable[[Tx], object]] = [first, partial(_put, name="b"), partial(_put, name="c")]

    async def story() -> None:
        tasks = [asyncio.create_task(db.write(each)) for each in [hold] * HOLDERS + waiting]
        await asyncio.sleep(0)
        assert not any(task.done() for task in tasks)

    asyncio.run(story())
    may_go_on.set()
    db.close()
    assert {"b", "c"} <= set(db.read_now(_names))


@pytest.mark.parametrize("error", [NotFound("thing", "x"), ValueError("a bug")])
def test_an_error_without_a_caller_is_logged_where_it_is_a_bug(
    db: Database, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug is never lost because its caller has gone; an answer that nobody waits for is."""
    logged, began, may_go_on = list[str](), threading.Event(), threading.Event()
    monkeypatch.setattr("repoint.kit.db.database.log.error", lambda event, **_: logged.append(event), raising=False)

    def use_case(_: Tx) -> None:
        began.set()
        assert may_go_on.wait(PATIENCE_S)
        raise error

    async def story() -> None:
        writing = asyncio.create_task(db.write(use_case))
        assert await asyncio.to_thread(began.wait, PATIENCE_S)
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        may_go_on.set()
        await db.write(_names)

    asyncio.run(story())
    assert bool(logged) is not isinstance(error, DomainError)


def test_a_hook_that_fails_does_not_leave_its_caller_waiting(db: Database) -> None:
    """A bug in a hook reaches the caller of the write, which stands committed."""

    def use_case(tx: Tx) -> None:
        _put(tx, "a")
        tx.after_commit([].pop)

    with pytest.raises(IndexError):
        asyncio.run(asyncio.wait_for(db.write(use_case), PATIENCE_S))
    assert db.read_now(_names) == ["a"]


@pytest.mark.sqlite
def test_writes_of_one_process_stand_in_line(db: Database) -> None:
    """40 writes begun at once, each reading before it writes, lose no update and answer each caller its own."""

    def increase(tx: Tx, by: int) -> int:
        stored = tx.execute(text("SELECT stored FROM journal_offsets")).scalar_one()
        tx.execute(text("UPDATE journal_offsets SET stored = :now"), {"now": stored + by})
        return by

    async def story() -> list[int]:
        return await asyncio.gather(*(db.write(increase, by) for by in range(40)))

    db.write_now(_put, "a")
    assert asyncio.run(story()) == list(range(40))
    assert db.read_now(lambda tx: tx.execute(select(offsets.c.stored)).scalar_one()) == sum(range(40))


def test_reads_run_side_by_side(db: Database) -> None:
    """As many reads as there are readers are inside their transaction at the same moment."""
    together = threading.Barrier(4, timeout=PATIENCE_S)

    def meet(tx: Tx) -> list[str]:
        names = _names(tx)
        together.wait()
        return names

    async def story() -> list[list[str]]:
        return await asyncio.gather(*(db.read(meet) for _ in range(4)))

    assert asyncio.run(story()) == [[], [], [], []]


def test_a_read_sees_one_state(db: Database) -> None:
    """A change that is committed between two queries of one read is not seen by the second."""

    def twice(tx: Tx) -> tuple[list[str], list[str]]:
        before = _names(tx)
        db.write_now(_put, "a")
        return before, _names(tx)

    assert db.read_now(twice) == ([], [])
    assert db.read_now(_names) == ["a"]


def test_a_transaction_has_one_time(db: Database, clock: FakeClock) -> None:
    """`now` stands still within a use case, and its ids carry that time in the order in which they were made."""

    def use_case(tx: Tx, moving: Callable[[], None]) -> None:
        first = tx.new_id()
        moving()
        second = tx.new_id()
        assert tx.now == START
        assert first < second
        assert second.int >> 80 == int(START.timestamp() * 1000)

    db.write_now(use_case, lambda: clock.forward(START - START.replace(hour=9)))
    assert db.read_now(lambda tx: tx.now) == clock.now != START
