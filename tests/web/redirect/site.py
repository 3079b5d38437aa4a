"""A redirect server of real parts on a port of its own, with its disk and its database in the test's hand."""

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, Self, cast

import uvicorn
import uvloop
from starlette.types import Receive, Scope, Send

from repoint.kit.proxies import Proxies
from repoint.links.resolve import GONE, UNKNOWN, Redirect, Resolution, Resolver
from repoint.links.served import ServedDomains
from repoint.scans.capture import Capture
from repoint.scans.commit import GroupCommit
from repoint.scans.enrich import Enricher, Sighting
from repoint.scans.journal import MAGIC, SUFFIX, Decoder, Record, read
from repoint.scans.scribe import Scribe
from repoint.scans.segment import SyncedDisk
from repoint.web.redirect.app import Redirects
from repoint.web.redirect.fastpath import FastRedirects, ServerLines

Way = Literal["fast", "plain"]

VISITOR_KEY = bytes(range(32))
DESTINATION = b"https://example.com/spring?q=1"
WAIT_S = 10.0


class Lever(SyncedDisk):
    """A disk that can be held, or made to fail."""

    def __init__(self) -> None:
        self.errno = 0
        self._runs = threading.Event()
        self._runs.set()

    def sync(self, fd: int) -> None:
        """Wait while held; fail with `errno` where it is set."""
        del fd
        self._runs.wait(WAIT_S)
        if self.errno:
            raise OSError(self.errno, os.strerror(self.errno))

    @contextmanager
    def held(self) -> Iterator[Callable[[], None]]:
        """No sync comes back until the end of the block, or until what it gives is called."""
        self._runs.clear()
        try:
            yield self._runs.set
        finally:
            self._runs.set()


class Trippable(Enricher):
    """An enricher that can be made to fail."""

    def __init__(self, visitor_key: bytes) -> None:
        super().__init__(visitor_key)
        self.fails = False

    def record(self, link: int, at_ms: int, sighting: Sighting) -> bytes:
        """As the real one, or a bug."""
        if self.fails:
            raise RuntimeError("a bug in the enricher")
        return super().record(link, at_ms, sighting)


class Site:
    """A running server; `way` says which of the two ways in its connections take."""

    def __init__(
        self, way: Way, journal: Path, *, trusted: Sequence[str] = (), domains: frozenset[str] = frozenset()
    ) -> None:
        self.way = way
        self.journal = journal
        self.disk = Lever()
        self.enricher = Trippable(VISITOR_KEY)
        self.commit = GroupCommit(journal, self._launch)
        self.trouble: Exception | None = None
        self.handed_down = 0
        self._links: dict[bytes, Resolution] = {}
        self._made = 0
        self._scribes: list[threading.Thread] = []
        self.resolver = Resolver(self._load)
        proxies = Proxies(tuple(map(ip_network, trusted)))
        self.domains = ServedDomains(domains, frozenset())
        self.redirects = Redirects(self.resolver, Capture(self.enricher, self.commit), proxies, domains=self.domains)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 * 1024)  # a slow reader is soon too slow
        self.port: int = self._listener.getsockname()[1]
        self.config = uvicorn.Config(
            self._app,
            interface="asgi3",
            http=self._protocol(),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=5,
        )
        self.server = uvicorn.Server(self.config)
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        """Start; comes back once connections are taken."""
        self._thread.start()
        until(lambda: self.server.started)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop as a signal would."""
        self.stop()

    def stop(self) -> None:
        """Stop, and wait for the end of every thread."""
        self.server.should_exit = True
        self._thread.join(WAIT_S)
        assert not self._thread.is_alive()
        for scribe in self._scribes:
            scribe.join(WAIT_S)
            assert not scribe.is_alive()

    def link(self, resolution: Resolution | None = None, *, domain: str = "", is_kept: bool = True) -> tuple[int, str]:
        """A new link, as its number and its slug; by default a redirect, and in memory."""
        self._made += 1
        slug = f"link-{self._made}"
        key = f"{domain}/{slug}".encode() if domain else slug.encode()
        self._links[key] = resolution or Redirect(self._made, DESTINATION)
        if is_kept:
            asyncio.run_coroutine_threadsafe(self.resolver.resolve(key), self._loop).result(WAIT_S)
        return self._made, slug

    def repoint(self, slug: str, location: bytes) -> None:
        """Change a link of the default domain, and announce it."""
        self._made += 1
        self._links[slug.encode()] = Redirect(self._made, location)
        self.on_loop(lambda: self.resolver.forget(slug.encode()))

    def scans(self, link: int) -> list[Record]:
        """What the journal on the disk says of a link."""
        decoder, found = Decoder(), []
        for path in sorted(self.journal.glob(f"*{SUFFIX}")):
            reading = read(path.read_bytes()[len(MAGIC) :], offset=len(MAGIC), is_end=True)
            assert not reading.damage
            found += [record for record in map(decoder.decode, reading.payloads) if record.link == link]
        return found

    @property
    def connections(self) -> set[Any]:
        """The protocols of all open connections."""
        return set(self.server.server_state.connections)

    @property
    def waiting(self) -> int:
        """How many requests wait for the disk."""
        return sum(len(batch.waiting) for batch in list(self.commit._in_flight))

    def on_loop(self, act: Callable[[], None]) -> None:
        """Do something on the event loop, and wait until it is done."""

        async def acting() -> None:
            act()

        asyncio.run_coroutine_threadsafe(acting(), self._loop).result(WAIT_S)

    def _protocol(self) -> type[asyncio.Protocol] | Literal["httptools"]:
        if self.way == "plain":
            return "httptools"
        return cast("type[asyncio.Protocol]", partial(FastRedirects, self.redirects, ServerLines()))

    def _run(self) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            await self.commit.start()
            await self.server.serve([self._listener])
            await self.commit.close()

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve())

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.handed_down += 1
        await self.redirects(scope, receive, send)

    async def _load(self, asked: Sequence[bytes]) -> dict[bytes, Resolution]:
        if self.trouble is not None:
            raise self.trouble
        found = {key: self._links.get(key, UNKNOWN) for key in asked}
        now_ms = time.time() * 1000
        return {key: GONE if 0 < answer.ends_ms <= now_ms else answer for key, answer in found.items()}

    def _launch(self, connection: socket.socket, folder: Path, session: str) -> None:
        theirs = connection.dup()

        def serve() -> None:
            with theirs:
                Scribe(folder, session, self.disk).serve(theirs)

        self._scribes.append(threading.Thread(target=serve))
        self._scribes[-1].start()


def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that happens on another thread; fails where it never does."""
    deadline = time.monotonic() + WAIT_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.002)
