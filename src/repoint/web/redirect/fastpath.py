"""Answer scans before an ASGI task exists.

A subclass of uvicorn's httptools protocol. Once the headers of a scan are complete, its link is looked up (in memory,
or else together with others in the store), the scan goes to the journal, and the journal's commit writes the 302.
Everything else (other paths and methods, prefetches, a connection that is still busy) falls through to the ASGI
application, which gives the same answers.

While a scan is on its way to the disk a `Flight` stands where uvicorn keeps the request it is answering, so pipelined
requests, shutdown and lost connections are dealt with by uvicorn's own code.
"""

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from repoint.links.resolve import Redirect, Resolution, is_key
from repoint.scans.enrich import Sighting
from repoint.web.redirect.answer import (
    UNAVAILABLE,
    Answer,
    answer_bytes,
    answer_to,
    header_lines,
    is_scan,
    redirect_bytes,
)
from repoint.web.redirect.app import Redirects, tell_failure
from repoint.web.redirect.sighting import sighting_of, wanted

NOBODY = Sighting("", b"", b"", b"", b"")


class _NobodyWaits:
    def set(self) -> None:
        """Uvicorn wakes an application here; a flight has none."""


class Flight:
    """A scan between its request and its 302, with what uvicorn looks at in a request under way."""

    __slots__ = ("disconnected", "keep_alive", "location", "message_event", "response_complete", "sighting")

    def __init__(self) -> None:
        self.response_complete = True
        self.disconnected = False
        self.keep_alive = True
        self.sighting = NOBODY
        self.location = b""
        self.message_event = _NobodyWaits()


class ServerLines:
    """The header lines that uvicorn adds to every response; it makes a new list of them once a second, for the date."""

    def __init__(self) -> None:
        self._headers: list[tuple[bytes, bytes]] = []
        self._lines = b""

    def of(self, headers: list[tuple[bytes, bytes]]) -> bytes:
        """The lines of a list of headers; those of the last list are remembered."""
        if headers is not self._headers:
            self._headers, self._lines = headers, header_lines(headers)
        return self._lines


class FastRedirects(HttpToolsProtocol):
    """One connection."""

    cycle: Any  # a flight, or uvicorn's own, or None before the first request

    def __init__(
        self,
        redirects: Redirects,
        server_lines: ServerLines,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._redirects = redirects
        self._server_lines = server_lines
        self._flight = Flight()
        self._at_work: Any = None
        self._idle_since = 0.0

    # What the parser calls, in this order.

    def on_message_begin(self) -> None:
        """Note as little as a flight needs; the rest waits for `_hand_down`."""
        self.url = b""
        self.headers = []

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note a header."""
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Take off, or leave the request to uvicorn."""
        if not self._take_off():
            self._hand_down()

    def on_body(self, body: bytes) -> None:
        """The body of a scan, which means nothing, is dropped."""
        if self.cycle is not self._flight:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """A flight does not wait for it."""
        if self.cycle is not self._flight:
            super().on_message_complete()

    def _hand_down(self) -> None:
        url, headers = self.url, self.headers
        super().on_message_begin()
        super().on_url(url)
        for name, value in headers:
            super().on_header(name, value)
        super().on_headers_complete()

    def _take_off(self) -> bool:
        redirects, parser = self._redirects, self.parser
        if self.cycle is not None and not self.cycle.response_complete:
            return False
        headers = wanted(self.headers)
        key = redirects.key(self.url.partition(b"?")[0], headers.get(b"host", b""))
        if key is None or parser.get_method() != b"GET" or not self._is_plain():
            return False
        resolution = redirects.resolver.kept(key)
        if not is_scan(b"GET", headers) or (resolution is None and not is_key(key)):
            return False
        flight = self._flight
        flight.response_complete = False
        # As uvicorn has it: an HTTP/1.0 client would have to be told that the connection stays open.
        flight.keep_alive = parser.should_keep_alive() and parser.get_http_version() != "1.0"
        peer = self.client[0] if self.client else ""
        flight.sighting = sighting_of(headers, peer, redirects.proxies, lines=self.headers)
        self.cycle = flight
        if resolution is None:
            redirects.resolver.ask(key).add_done_callback(self._looked_up)
        else:
            self._go_on(resolution)
        return True

    def _is_plain(self) -> bool:
        """Whether nothing but an answer is asked for, and the peer takes it."""
        return not (
            self.parser.should_upgrade() or self.flow.write_paused or any(name == b"expect" for name, _ in self.headers)
        )

    def _looked_up(self, asked: asyncio.Future[Resolution]) -> None:
        """The store has answered."""
        if self._flight.disconnected:
            self._flight.response_complete = True
        elif (error := asked.exception()) is not None:
            tell_failure(error)
            self._write(UNAVAILABLE)
        else:
            self._go_on(asked.result())

    def _go_on(self, resolution: Resolution) -> None:
        if type(resolution) is Redirect:
            self._flight.location = resolution.location
            self._redirects.capture.begin(resolution.link, self._flight.sighting, self._land)
        else:
            self._write(answer_to(resolution))

    def _land(self) -> None:
        """The scan is on the disk: write the 302."""
        flight = self._flight
        self._redirects.results["redirect"] += 1
        lines = self._server_lines.of(self.server_state.default_headers)
        self._complete(redirect_bytes(flight.location, lines, keep_alive=flight.keep_alive))

    def _write(self, answer: Answer) -> None:
        self._redirects.results[answer.result] += 1
        lines = self._server_lines.of(self.server_state.default_headers)
        self._complete(answer_bytes(answer, lines, keep_alive=self._flight.keep_alive))

    def _complete(self, response: bytes) -> None:
        flight = self._flight
        flight.response_complete = True
        flight.sighting = NOBODY  # an open connection must not remember who scanned
        if flight.disconnected or self.transport.is_closing():
            return
        self.transport.write(response)
        if not flight.keep_alive:
            self.transport.close()
        self.on_response_complete()

    # Keep-alive: uvicorn starts and cancels a timer for every request; here one timer looks when it is due.

    def on_response_complete(self) -> None:
        """Uvicorn's own, but for the timer."""
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_again_in(self.timeout_keep_alive)

    def _unset_keepalive_if_required(self) -> None:
        """The peer has sent something: not idle."""
        self._idle_since = 0.0

    def _look_again_in(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self._close_if_idle)

    def _close_if_idle(self) -> None:
        self.timeout_keep_alive_task = None
        if not self._idle_since:
            return
        rest = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if rest > 0:
            self._look_again_in(rest)
        else:
            self.timeout_keep_alive_handler()

    # Clients that leave.

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio lets a protocol say that it goes on
        """A client that has said all it had to say still gets its answers; then the connection ends."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete or (cycle is not self._flight and cycle.more_body):
            return False
        cycle.keep_alive = False
        return True

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        """Uvicorn's own, and a note of who is to hear that the client is lost; `cycle` may be a later one by then."""
        self._at_work = cycle
        super()._start_asgi_task(cycle, app)

    def connection_lost(self, exc: Exception | None) -> None:
        """Uvicorn's own, the request at work told, and the timer's end."""
        if self._at_work is not None:
            self._at_work.disconnected = True
            self._at_work.message_event.set()
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None
        super().connection_lost(exc)
