"""Answer scans before an ASGI task exists.

A subclass of uvicorn's httptools protocol. Once the headers of a `GET` for a link in memory are complete, the scan
goes to the journal, and the journal's commit writes the 302. Everything else (other paths and methods, links not in
memory, a connection that is still busy) falls through to the ASGI application, which gives the same answers.

While a scan is on its way to the disk a `Flight` stands where uvicorn keeps the request it is answering, so pipelined
requests, shutdown and lost connections are dealt with by uvicorn's own code.
"""

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from repoint.links.resolve import Redirect
from repoint.web.redirect.answer import is_scan, redirect_bytes
from repoint.web.redirect.app import Redirects
from repoint.web.redirect.sighting import sighting_of, wanted


class _NobodyWaits:
    def set(self) -> None:
        """Uvicorn wakes an application here; a flight has none."""


class Flight:
    """A scan between its request and its 302, with what uvicorn looks at in a request under way."""

    __slots__ = ("disconnected", "keep_alive", "location", "message_event", "response_complete")

    def __init__(self) -> None:
        self.response_complete = True
        self.disconnected = False
        self.keep_alive = True
        self.location = b""
        self.message_event = _NobodyWaits()


class FastRedirects(HttpToolsProtocol):
    """One connection."""

    cycle: Any  # a flight, or uvicorn's own, or None before the first request

    def __init__(
        self,
        redirects: Redirects,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._redirects = redirects
        self._flight = Flight()

    def on_headers_complete(self) -> None:
        """Take off, or leave the request to uvicorn."""
        if not self._take_off():
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """The body of a scan, which means nothing, is dropped."""
        if self.cycle is not self._flight:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """A flight does not wait for it."""
        if self.cycle is not self._flight:
            super().on_message_complete()

    def _take_off(self) -> bool:
        redirects, parser = self._redirects, self.parser
        if self.cycle is not None and not self.cycle.response_complete:
            return False
        if (
            parser.get_method() != b"GET"
            or parser.should_upgrade()
            or self.expect_100_continue
            or self.flow.write_paused
        ):
            return False
        headers = wanted(self.headers)
        key = redirects.key(self.url.partition(b"?")[0], headers.get(b"host", b""))
        if key is None:
            return False
        resolution = redirects.resolver.kept(key)
        if type(resolution) is not Redirect or not is_scan(b"GET", headers):
            return False
        flight = self._flight
        flight.response_complete = False
        flight.keep_alive = parser.should_keep_alive()
        flight.location = resolution.location
        self.cycle = flight
        peer = self.client[0] if self.client else ""
        redirects.capture.begin(resolution.link, sighting_of(headers, peer, redirects.proxies), self._land)
        return True

    def _land(self) -> None:
        """The scan is on the disk: write the 302."""
        flight = self._flight
        self._redirects.results["redirect"] += 1
        flight.response_complete = True
        if flight.disconnected or self.transport.is_closing():
            return
        self.transport.write(
            redirect_bytes(flight.location, self.server_state.default_headers, keep_alive=flight.keep_alive)
        )
        if not flight.keep_alive:
            self.transport.close()
        self.on_response_complete()
