"""The resolver asks once, within bounds, and keeps nothing that has changed."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any

import pytest

from repoint.kit.db import DatabaseUnavailable
from repoint.links import resolve
from repoint.links.resolve import GONE, UNKNOWN, Paused, Redirect, Resolution, Resolver

HERE = Redirect(1, b"https://example.com/here")
THERE = Redirect(1, b"https://example.com/there")


class Store:
    """A store that counts how it is asked, and answers when it is let."""

    def __init__(self, links: dict[bytes, Resolution] | None = None) -> None:
        self.links = links or {}
        self.asked: list[list[bytes]] = []
        self.error: Exception | None = None
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def load(self, keys: Sequence[bytes]) -> dict[bytes, Resolution]:
        """What it holds now; the answer takes until the store is open."""
        self.asked.append(list(keys))
        found = {key: self.links[key] for key in keys if key in self.links}
        await self.is_open.wait()
        if self.error is not None:
            raise self.error
        return found


@pytest.fixture(autouse=True)
def nobody_gathers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions go out at once, so that what shares one is what the test says."""
    monkeypatch.setattr(resolve, "GATHER_S", 0)


async def _soon(asking: Awaitable[Resolution]) -> "asyncio.Future[Resolution]":
    """Begin to ask, and let everything that can happen now happen."""
    task = asyncio.ensure_future(asking)
    for _ in range(5):
        await asyncio.sleep(0)
    return task


def run(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a story to its end, within bounds."""
    asyncio.run(asyncio.wait_for(story(), 10))


def test_a_link_is_asked_for_once() -> None:
    """The first question goes to the store, every later one is answered from memory, unknown links included."""

    async def story() -> None:
        store = Store({b"abc": HERE, b"go.example/abc": THERE, b"off": Paused(), b"old": GONE})
        resolver = Resolver(store.load)
        wanted = {b"abc": HERE, b"go.example/abc": THERE, b"off": Paused(), b"old": GONE, b"nix": UNKNOWN}
        for key, resolution in wanted.items():
            assert resolver.kept(key) is None
            assert await resolver.resolve(key) == resolution
            assert await resolver.resolve(key) == resolver.kept(key) == resolution
        assert store.asked == [[key] for key in wanted]

    run(story)


def test_many_misses_are_one_question() -> None:
    """While the store is being asked, further misses gather and are asked together, each key once."""

    async def story() -> None:
        store = Store({b"%03d" % n: Redirect(n, b"x") for n in range(100)})
        resolver = Resolver(store.load)
        store.is_open.clear()
        first = await _soon(resolver.resolve(b"000"))
        rest = [await _soon(resolver.resolve(b"%03d" % (n % 100))) for n in range(1, 300)]
        assert len(store.asked) == 1
        store.is_open.set()
        answers = await asyncio.gather(first, *rest)
        assert answers == [Redirect(n % 100, b"x") for n in range(300)]
        assert store.asked[0] == [b"000"]
        assert sorted(store.asked[1]) == sorted(b"%03d" % n for n in range(100))
        assert len(store.asked) == 2

    run(story)


def test_one_question_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """More misses than go into one question are asked in several, and all are answered."""
    monkeypatch.setattr(resolve, "ASKED_AT_ONCE_MAX", 10)

    async def story() -> None:
        store = Store()
        resolver = Resolver(store.load)
        answers = await asyncio.gather(*(resolver.resolve(b"%03d" % n) for n in range(95)))
        assert answers == [UNKNOWN] * 95
        assert [len(keys) for keys in store.asked] == [10] * 9 + [5]

    run(story)


def test_a_change_is_seen_by_the_next_question() -> None:
    """After `forget` the store is asked again: redirects change, and a slug that was unknown comes to life."""

    async def story() -> None:
        store = Store({b"abc": HERE})
        resolver = Resolver(store.load)
        assert [await resolver.resolve(key) for key in (b"abc", b"new")] == [HERE, UNKNOWN]
        store.links = {b"abc": THERE, b"new": HERE}
        resolver.forget(b"abc")
        resolver.forget(b"new")
        assert [await resolver.resolve(key) for key in (b"new", b"abc")] == [HERE, THERE]
        assert [resolver.kept(key) for key in (b"abc", b"new")] == [THERE, HERE]

    run(story)


@pytest.mark.parametrize("before", [{b"abc": HERE}, {}], ids=["known", "unknown"])
def test_a_change_during_a_question_is_not_covered_up(before: dict[bytes, Resolution]) -> None:
    """An answer read before a change and arriving after it is given to who asked before, and not kept."""

    async def story() -> None:
        store = Store(dict(before))
        resolver = Resolver(store.load)
        store.is_open.clear()
        early = await _soon(resolver.resolve(b"abc"))
        store.links[b"abc"] = THERE
        resolver.forget(b"abc")
        store.is_open.set()
        assert await early == before.get(b"abc", UNKNOWN)
        assert resolver.kept(b"abc") is None
        assert await resolver.resolve(b"abc") == resolver.kept(b"abc") == THERE

    run(story)


def test_a_change_spoils_one_question_only() -> None:
    """Other links of the same question are kept, and so is the changed one after it was asked for again."""

    async def story() -> None:
        store = Store({b"aaa": HERE, b"bbb": HERE})
        resolver = Resolver(store.load)
        store.is_open.clear()
        asking = [asyncio.ensure_future(resolver.resolve(key)) for key in (b"aaa", b"bbb")]
        await _soon(asking[0])
        resolver.forget(b"aaa")
        late = await _soon(resolver.resolve(b"aaa"))
        store.is_open.set()
        await asyncio.gather(*asking, late)
        assert store.asked == [[b"aaa", b"bbb"], [b"aaa"]]
        assert resolver.kept(b"aaa") == resolver.kept(b"bbb") == HERE

    run(story)


def test_who_asks_later_gets_no_earlier_answer() -> None:
    """A question that comes while the store is being asked for the same link waits for an answer of its own."""

    async def story() -> None:
        store = Store({b"abc": HERE})
        resolver = Resolver(store.load)
        store.is_open.clear()
        early = await _soon(resolver.resolve(b"abc"))
        store.links[b"abc"] = THERE
        late = await _soon(resolver.resolve(b"abc"))
        store.is_open.set()
        assert (await early, await late) == (HERE, THERE)

    run(story)


def test_an_error_reaches_everyone_who_waits_and_is_not_kept() -> None:
    """A store that gives no answer: all who wait hear so; once it works again, the next question is answered."""

    async def story() -> None:
        store = Store({b"abc": HERE})
        resolver = Resolver(store.load)
        store.error = DatabaseUnavailable("locked")
        answers = await asyncio.gather(*(resolver.resolve(b"abc") for _ in range(3)), return_exceptions=True)
        assert answers == [store.error] * 3
        store.error = None
        assert await resolver.resolve(b"abc") == HERE

    run(story)


def test_what_is_in_memory_needs_no_store() -> None:
    """With the store gone, known links go on redirecting and known unknowns stay unknown."""

    async def story() -> None:
        store = Store({b"abc": HERE})
        resolver = Resolver(store.load)
        await asyncio.gather(resolver.resolve(b"abc"), resolver.resolve(b"nix"))
        store.error = DatabaseUnavailable("gone")
        assert [await resolver.resolve(key) for key in (b"abc", b"nix")] == [HERE, UNKNOWN]
        with pytest.raises(DatabaseUnavailable):
            await resolver.resolve(b"other")

    run(story)


def test_a_cancelled_question_disturbs_nobody() -> None:
    """One phone hangs up: the others that wait for the same link are answered, and the answer is kept."""

    async def story() -> None:
        store = Store({b"abc": HERE})
        resolver = Resolver(store.load)
        store.is_open.clear()
        one, other = await _soon(resolver.resolve(b"abc")), await _soon(resolver.resolve(b"abc"))
        one.cancel()
        store.is_open.set()
        assert await other == HERE
        assert one.cancelled()
        assert resolver.kept(b"abc") == HERE

    run(story)


def test_an_error_that_nobody_waits_for_any_more() -> None:
    """Every phone hung up before the store failed: the resolver goes on, and the next one is answered."""

    async def story() -> None:
        store = Store()
        resolver = Resolver(store.load)
        store.is_open.clear()
        only = await _soon(resolver.resolve(b"abc"))
        only.cancel()
        store.error = DatabaseUnavailable("locked")
        store.is_open.set()
        await asyncio.sleep(0.01)
        assert only.cancelled()
        store.error = None
        assert await resolver.resolve(b"abc") == UNKNOWN

    run(story)


@pytest.mark.parametrize("answer", [HERE, UNKNOWN])
def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch, answer: Resolution) -> None:
    """Links and unknown links each have a bound; the oldest goes first, and is simply asked for again."""
    monkeypatch.setattr(resolve, "KEPT_MAX", 10)
    monkeypatch.setattr(resolve, "UNKNOWN_KEPT_MAX", 10)

    async def story() -> None:
        keys = [b"%03d" % n for n in range(50)]
        resolver = Resolver(Store(dict.fromkeys(keys, answer)).load)
        for key in keys:
            assert await resolver.resolve(key) == answer
        assert [key for key in keys if resolver.kept(key) is not None] == keys[-10:]
        assert len(resolver._kept) + len(resolver._unknown) == 10
        assert await resolver.resolve(keys[0]) == answer

    run(story)


def test_made_up_slugs_do_not_push_real_links_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tries out slugs fills only the room for unknown ones."""
    monkeypatch.setattr(resolve, "UNKNOWN_KEPT_MAX", 5)

    async def story() -> None:
        resolver = Resolver(Store({b"abc": HERE}).load)
        await resolver.resolve(b"abc")
        for n in range(100):
            await resolver.resolve(b"%05d" % n)
        assert resolver.kept(b"abc") == HERE
        assert len(resolver._unknown) == 5

    run(story)


@pytest.mark.parametrize(
    "key",
    [
        b"",
        b"a" * 65,
        b"a b",
        b"a/b/c",
        b"a%2fb",
        b"\xff",
        b"GO.example/abc",
        b"abc\n",
        b"a?b",
        b"/abc",
        b"x/",
    ],
)
def test_what_cannot_be_a_slug_is_not_asked_for(key: bytes) -> None:
    """A path that no link can have is unknown without a question, and takes no room."""

    async def story() -> None:
        store = Store()
        resolver = Resolver(store.load)
        assert await resolver.resolve(key) == UNKNOWN
        assert store.asked == []
        assert resolver.kept(key) is None

    run(story)


@pytest.mark.parametrize("answer", [Redirect(1, b"x", 5_000), Paused(5_000)])
def test_the_grace_time_ends_by_the_clock(monkeypatch: pytest.MonkeyPatch, answer: Resolution) -> None:
    """A deleted code's link works to the last millisecond and is gone from the end on, without asking the store."""

    async def story() -> None:
        store = Store({b"abc": answer})
        resolver = Resolver(store.load)
        for now_s, expected in ((4.0, answer), (4.999, answer), (5.0, GONE), (6.0, GONE)):
            monkeypatch.setattr("repoint.links.resolve.time.time", partial(float, now_s))
            assert await resolver.resolve(b"abc") == expected
        assert len(store.asked) == 1

    run(story)


def test_what_is_learned_leaves_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a start the first links are kept before anybody asks, and what is scanned pushes no others out at once."""
    monkeypatch.setattr(resolve, "LEARNED_MAX", 3)

    async def answers(*keys: bytes) -> dict[bytes, Resolution]:
        return dict.fromkeys(keys, HERE)

    async def story() -> None:
        store = Store({b"scanned%d" % number: HERE for number in range(5)})
        resolver = Resolver(store.load)
        assert await resolver.learn(answers(b"a", b"b")) == 2
        assert await resolver.learn(answers(b"c", b"d")) == 1
        for key in store.links:
            assert await resolver.resolve(key) == HERE
        assert await resolver.learn(answers(b"e", b"f")) == 0
        assert [key for key in (b"a", b"b", b"c", b"d", b"e", *store.links) if resolver.kept(key) is not None] == [
            b"a",
            b"b",
            b"c",
            *store.links,
        ]

    run(story)


def test_what_changes_while_it_is_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    """A link that is changed while the newest are read is asked for again."""
    monkeypatch.setattr(resolve, "LEARNED_MAX", 3)

    async def story() -> None:
        store = Store({b"a": THERE})
        resolver = Resolver(store.load)

        async def old() -> dict[bytes, Resolution]:
            resolver.forget(b"a")
            return {b"a": HERE}

        await resolver.learn(old())
        assert await resolver.resolve(b"a") == THERE

    run(story)
