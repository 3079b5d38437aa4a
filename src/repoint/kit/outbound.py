"""The one client that calls addresses which strangers name.

A name is resolved once. Unless every address it has is public (`addresses.py`), nothing is sent; else one of exactly
those addresses is dialled, so that a name server which changes its answer gains nothing. The request goes to the
address, the name only into the Host header, the TLS greeting and the check of the certificate. Every call has a
connection of its own: no cookie, no kept-alive connection, no proxy of the environment is ever shared.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from ipaddress import ip_address
from typing import Literal

import httpx2

from repoint.kit.addresses import Address, Network, literal, special_use

PORTS = (80, 443)
REDIRECTS_MAX = 3
URL_CHARACTERS_MAX = 2_048
DIALLED_MAX = 3  # addresses of one name that are tried, one after the other
CONNECT_TIMEOUT_S = 3.0  # for each of them; the whole call has its own

_PORT_OF = {"http": 80, "https": 443}
_HEADERS = {"user-agent": f"Repoint/{version('repoint')}", "accept": "*/*", "accept-encoding": "identity"}

Method = Literal["GET", "POST"]
Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]


@dataclass(frozen=True, slots=True)
class Answered:
    """The other side answered, with whatever status; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """We do not call this address; nothing was sent to it. `reason` is a sentence without its subject, the URL."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No name, no connection, no trusted certificate, or no HTTP; `reason` is for people."""

    reason: str


@dataclass(frozen=True, slots=True)
class TimedOut:
    """Not done after so many seconds, everything included."""

    after_s: float


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The answer is larger than what would be read."""

    bytes_max: int


Failed = Refused | Unreachable | TimedOut | TooLarge
Outcome = Answered | Failed


async def system_resolve(host: str, port: int) -> Sequence[Address]:
    """All addresses of a name, in the order in which the system would try them; raises OSError or UnicodeError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(each[4][0]) for each in dict.fromkeys(found)]


class Outbound:
    """Calls public addresses on the ports of the web; `allowed` are networks that count as public nevertheless."""

    def __init__(
        self,
        *,
        allowed: Collection[Network] = (),
        ports: Collection[int] = PORTS,
        resolve: Resolve = system_resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = tuple(allowed)
        self._ports = frozenset(ports)
        self._resolve = resolve
        self._given_tls = tls

    async def fetch(self, url: str, *, bytes_max: int, timeout_s: float) -> Outcome:
        """GET a file of at most `bytes_max` bytes, over at most three redirects, each of which is vetted anew."""
        return await self._in_time(self._follow(url, bytes_max), timeout_s)

    async def post(
        self, url: str, *, body: bytes, headers: Mapping[str, str], timeout_s: float, answer_bytes_max: int
    ) -> Outcome:
        """POST a body and read the beginning of the answer; a redirect is an answer like any other."""
        return await self._in_time(self._send(url, body, headers, answer_bytes_max), timeout_s)

    async def _in_time(self, call: Awaitable[Outcome], timeout_s: float) -> Outcome:
        try:
            async with asyncio.timeout(timeout_s):
                return await call
        except (TimeoutError, httpx2.TimeoutException):
            return TimedOut(timeout_s)
        except (httpx2.TransportError, OSError) as error:
            return Unreachable(_told(error))

    async def _follow(self, url: str, bytes_max: int) -> Outcome:
        for _ in range(REDIRECTS_MAX + 1):
            target = await self._vet(url)
            if not isinstance(target, _Target):
                return target
            async with self._exchange("GET", target) as response:
                if not response.has_redirect_location:
                    return await _whole(response, bytes_max)
                url = _joined(target.url, response.headers["location"])
        return Refused(f"redirects more than {REDIRECTS_MAX} times")

    async def _send(self, url: str, body: bytes, headers: Mapping[str, str], answer_bytes_max: int) -> Outcome:
        target = await self._vet(url)
        if not isinstance(target, _Target):
            return target
        async with self._exchange("POST", target, body=body, headers=headers) as response:
            return await _beginning(response, answer_bytes_max)

    async def _vet(self, url: str) -> "_Target | Refused | Unreachable":
        """The addresses that a URL leads to, once nothing speaks against any of them."""
        parsed = self._parse(url)
        if isinstance(parsed, Refused):
            return parsed
        host = parsed.raw_host.decode()
        written = literal(host)
        try:
            addresses = [written] if written else await self._resolve(host, _port(parsed))
        except (OSError, UnicodeError):
            addresses = []
        for address in addresses:
            use = None if any(address in network for network in self._allowed) else special_use(address)
            if use is not None:
                # Not which one: a stranger could ask our name server about the network behind us.
                return Refused(f"leads to no public address: {use}")
        return _Target(parsed, tuple(addresses[:DIALLED_MAX])) if addresses else Unreachable(f"{host} has no address")

    def _parse(self, url: str) -> httpx2.URL | Refused:
        if len(url) > URL_CHARACTERS_MAX:
            return Refused(f"must have at most {URL_CHARACTERS_MAX:,} characters")
        try:
            parsed = httpx2.URL(url)
        except (httpx2.InvalidURL, ValueError):
            return Refused("is not a URL")
        objections = (
            (parsed.scheme not in _PORT_OF, "must begin with http:// or https://"),
            (not parsed.host, "names no host"),
            (bool(parsed.userinfo), "holds a user name or password"),
            (_port(parsed) not in self._ports, f"names the port {_port(parsed)}; {_listed(self._ports)} are called"),
        )
        reason = next((reason for is_wrong, reason in objections if is_wrong), None)
        return Refused(reason) if reason else parsed

    @asynccontextmanager
    async def _exchange(
        self, method: Method, target: "_Target", *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[httpx2.Response]:
        """One request on a connection of its own, to the first vetted address that takes it."""
        async with httpx2.AsyncHTTPTransport(verify=self._tls, trust_env=False) as transport:
            response = await _first_answer(transport, method, target, body, {**_HEADERS, **(headers or {})})
            try:
                yield response
            finally:
                await response.aclose()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """The authorities that the system trusts; made when the first call needs them, for it takes 20 ms."""
        return self._given_tls or ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class _Target:
    """A URL, and the vetted addresses behind its host."""

    url: httpx2.URL
    addresses: tuple[Address, ...]


async def _first_answer(
    transport: httpx2.AsyncHTTPTransport, method: Method, target: _Target, body: bytes, headers: Mapping[str, str]
) -> httpx2.Response:
    *others, last = target.addresses
    for address in (*others, last):
        request = httpx2.Request(
            method,
            target.url.copy_with(host=str(address)),
            headers={**headers, "host": target.url.netloc.decode()},
            content=body or None,
            extensions={"sni_hostname": target.url.raw_host.decode(), "timeout": {"connect": CONNECT_TIMEOUT_S}},
        )
        try:
            return await transport.handle_async_request(request)
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            if address is last:
                raise
    raise AssertionError("a target without addresses")


async def _whole(response: httpx2.Response, bytes_max: int) -> Answered | Unreachable | TooLarge:
    if response.headers.get("content-encoding", "identity") != "identity":
        return Unreachable("answers compressed, although it was asked not to")
    declared = response.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > bytes_max:
        return TooLarge(bytes_max)
    answer = await _beginning(response, bytes_max + 1)
    return TooLarge(bytes_max) if len(answer.body) > bytes_max else answer


async def _beginning(response: httpx2.Response, bytes_max: int) -> Answered:
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) >= bytes_max:
            break
    return Answered(response.status_code, dict(response.headers), bytes(body[:bytes_max]))


def _port(url: httpx2.URL) -> int:
    return url.port or _PORT_OF.get(url.scheme, 0)


def _joined(url: httpx2.URL, location: str) -> str:
    try:
        return str(url.join(location))
    except (httpx2.InvalidURL, ValueError):
        return location


def _listed(ports: Collection[int]) -> str:
    return " and ".join(map(str, sorted(ports)))


def _told(error: Exception) -> str:
    """What went wrong, without our own side of it."""
    cause = error.__cause__
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {cause.verify_message}"
    return str(error) or type(error).__name__
