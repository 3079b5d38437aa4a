"""One function is one transaction; hooks follow it, the caller comes last."""

import asyncio
import threading
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import IntegrityError

from repoint.kit.db import Database, Tx, postgresql
from repoint.kit.errors import DomainError, NotFound
from repoint.scans.tables import offsets
from tests.conftest import START, FakeClock

PATIENCE_S = 10
HOLDERS = postgresql.WRITERS


def _put(tx: Tx, name: str, stored: int = 0) -> str:
    tx.execute(insert(offsets).values(segment=name, stored=stored))
    return name


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
