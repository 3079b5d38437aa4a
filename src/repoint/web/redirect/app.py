"""Answer scans: the plain ASGI way."""

from collections import Counter
from collections.abc import Mapping

import structlog
from starlette.types import Receive, Scope, Send

from repoint.kit.db import DatabaseUnavailable
from repoint.kit.proxies import Proxies
from repoint.links.resolve import Redirect, Resolution, Resolver
from repoint.links.served import ServedDomains
from repoint.scans.capture import Capture
from repoint.scans.enrich import Sighting
from repoint.web.redirect.answer import BAD_METHOD, UNAVAILABLE, Answer, answer_to, is_scan
from repoint.web.redirect.sighting import sighting_of, wanted

PATH_PREFIX = b"/r/"

log = structlog.get_logger(__name__)


class Redirects:
    """A raw ASGI application for `/r/{slug}`, and for `/{slug}` on a short domain."""

    def __init__(self, resolver: Resolver, capture: Capture, proxies: Proxies, *, domains: ServedDomains) -> None:
        self.resolver = resolver
        self.capture = capture
        self.proxies = proxies
        self.results: Counter[str] = Counter()
        self._domains = domains

    def key(self, path: bytes, host: bytes) -> bytes | None:
        """The link that a path on a host names; None where it names none, `b""` where none can have that name."""
        if hosts := self._domains.hosts:
            name = host.rpartition(b":")[0] or host
            name = name.lower().rstrip(b".")
            if name in hosts:
                return name + path
        if not path.startswith(PATH_PREFIX):
            return None
        slug = path[len(PATH_PREFIX) :]
        # A key with a slash is one of a short domain, and those are answered there alone.
        return b"" if b"/" in slug else slug

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one scan. Everything a scanning phone waits for is in this function."""
        del receive
        headers = wanted(scope["headers"])
        method = scope["method"].encode()
        if method not in (b"GET", b"HEAD"):
            return await self._send(BAD_METHOD, method, send)
        key = self.key(scope["raw_path"].partition(b"?")[0], headers.get(b"host", b"")) or b""
        try:
            resolution: Resolution = await self.resolver.resolve(key)
        except Exception as error:  # noqa: BLE001 - whoever scanned can try again, whatever it is
            tell_failure(error)
            return await self._send(UNAVAILABLE, method, send)
        if isinstance(resolution, Redirect) and is_scan(method, headers):
            await self.capture.scan(resolution.link, self._sighting(scope, headers))
        return await self._send(answer_to(resolution), method, send)

    def _sighting(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Sighting:
        client = scope.get("client")
        return sighting_of(headers, client[0] if client else "", self.proxies, lines=scope["headers"])

    async def _send(self, answer: Answer, method: bytes, send: Send) -> None:
        self.results[answer.result] += 1
        headers = list(answer.headers)
        if answer.body:
            headers.append((b"content-length", b"%d" % len(answer.body)))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if method == b"HEAD" else answer.body})


def tell_failure(error: BaseException) -> None:
    """Tell the operator that a link could not be looked up: the store is away, or something of ours is wrong."""
    if isinstance(error, DatabaseUnavailable):
        log.warning("redirect.store_unavailable", error=str(error))
    else:
        log.error("redirect.store_failed", exc_info=error)
