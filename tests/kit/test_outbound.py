"""Strangers' URLs: what is called, what is refused, and what bounds hold."""

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
import trustme

from repoint.kit.addresses import Address
from repoint.kit.outbound import Answered, Outbound, Outcome, Refused, TimedOut, TooLarge, Unreachable

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
BYTES_MAX = 1_000

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Site:
    """A server on loopback that plays a script, and what it was sent."""

    port: int = 0
    heads: list[bytes] = field(default_factory=list)


@dataclass
class Names:
    """A name server that counts its answers; each question takes the next one, the last for ever."""

    answers: list[list[str]]
    asked: list[str] = field(default_factory=list)

    async def __call__(self, host: str, port: int) -> Sequence[Address]:
        """Answer."""
        del port
        self.asked.append(host)
        return [ip_address(each) for each in self.answers[min(len(self.asked), len(self.answers)) - 1]]


def _play(script: Script, call: Callable[[Site], Awaitable[Outcome]], *, tls: ssl.SSLContext | None = None) -> Any:
    """What a call gives while a server plays the script on loopback; gives the site too."""

    async def both() -> tuple[Outcome, Site]:
        site = Site()
        conversations: list[asyncio.Task[None]] = []

        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                site.heads.append(await reader.readuntil(b"\r\n\r\n"))
                await script(reader, writer)
            except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            finally:
                writer.transport.abort()

        def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            conversations.append(asyncio.create_task(converse(reader, writer)))

        server = await asyncio.start_server(begin, "127.0.0.1", 0, ssl=tls)
        async with server:
            site.port = server.sockets[0].getsockname()[1]
            outcome = await call(site)
            for conversation in conversations:
                conversation.cancel()
            await asyncio.gather(*conversations)
        await asyncio.sleep(0)
        return outcome, site

    return asyncio.run(both())


def _says(*parts: bytes) -> Script:
    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()

    return script


def _fetch(site: Site, url: str = "http://shop.example:{port}/logo.png?q=1", **client: Any) -> Awaitable[Outcome]:
    client = {"allowed": LOOPBACK, "resolve": Names([["127.0.0.1"]]), **client}
    outbound = Outbound(ports=[site.port], **client)
    return outbound.fetch(url.format(port=site.port), bytes_max=BYTES_MAX, timeout_s=2)


def _redirect(location: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


def test_a_file_is_fetched_by_its_name() -> None:
    """The request goes to the vetted address, and names the host it was meant for; nobody is identified."""
    outcome, site = _play(_says(OK), _fetch)
    assert outcome == Answered(200, {"content-length": "2"}, b"hi")
    head = site.heads[0].decode().lower()
    assert head.startswith("get /logo.png?q=1 http/1.1\r\n")
    assert f"\r\nhost: shop.example:{site.port}\r\n" in head
    assert "\r\naccept-encoding: identity\r\n" in head
    assert "cookie" not in head
    assert "authorization" not in head


def test_an_error_is_an_answer() -> None:
    """A status other than 200 is told, not raised."""
    outcome, _ = _play(_says(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), _fetch)
    assert outcome == Answered(404, {"content-length": "0"}, b"")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://shop.example/logo.png", "must begin with http:// or https://"),
        ("file:///etc/passwd", "must begin with http:// or https://"),
        ("gopher://127.0.0.1:80/_x", "must begin with http:// or https://"),
        ("shop.example/logo.png", "must begin with http:// or https://"),
        ("//shop.example/logo.png", "must begin with http:// or https://"),
        ("http://", "names no host"),
        ("http:///path", "names no host"),
        ("http://me:secret@shop.example/", "holds a user name or password"),
        ("http://me@shop.example/", "holds a user name or password"),
        ("http://shop.example:22/", "names the port 22; 80 and 443 are called"),
        ("http://shop.example:6379/", "names the port 6379; 80 and 443 are called"),
        ("https://shop.example:8443/", "names the port 8443; 80 and 443 are called"),
        ("http://shop.example:99999/", "names the port 99999; 80 and 443 are called"),
        ("http://[::1", "is not a URL"),
        ("http://a\r\nb/", "is not a URL"),
        ("http://shop.example/" + "a" * 2048, "must have at most 2,048 characters"),
    ],
)
def test_urls_that_are_never_called(url: str, reason: str) -> None:
    """Other schemes, other ports, credentials and malformed URLs are refused before a name is looked up."""
    names = Names([["127.0.0.1"]])
    outcome = asyncio.run(Outbound(allowed=LOOPBACK, resolve=names).fetch(url, bytes_max=1, timeout_s=1))
    assert outcome == Refused(reason)
    assert names.asked == []


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "100.100.100.200", "0.0.0.0", "224.0.0.1"),  # noqa: S104
        *("[::1]", "[::]", "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"),
        *("[2002:7f00:1::]", "[2001:0:7f00:1::]", "[ff02::1]", "[::127.0.0.1]", "255.255.255.255"),
    ],
)
def test_special_addresses_are_refused(host: str) -> None:
    """A URL that names a special address is refused with its meaning."""
    outcome = asyncio.run(Outbound().fetch(f"http://{host}/", bytes_max=1, timeout_s=1))
    assert isinstance(outcome, Refused)
    assert outcome.reason.startswith("leads to no public address: ")


@pytest.mark.parametrize("host", ["127.1", "0x7f000001", "2130706433", "localhost", "0177.0.0.1", "0"])
def test_other_spellings_of_loopback_are_refused(host: str) -> None:
    """What the system resolves to loopback is refused, however it is spelt."""
    outcome = asyncio.run(Outbound().fetch(f"http://{host}/", bytes_max=1, timeout_s=5))
    assert isinstance(outcome, Refused | Unreachable)


@pytest.mark.parametrize("private", ["127.0.0.1", "10.0.0.1", "::1", "169.254.169.254"])
@pytest.mark.parametrize("first", [True, False])
def test_one_private_address_spoils_the_name(private: str, first: bool) -> None:
    """A name with one private address is refused, whatever its other addresses are and in whichever order they come."""
    answer = [private, "8.8.8.8"] if first else ["8.8.8.8", "1.1.1.1", private]
    outcome = asyncio.run(Outbound(resolve=Names([answer])).fetch("http://x.example/", bytes_max=1, timeout_s=1))
    assert isinstance(outcome, Refused)
    assert outcome.reason.startswith("leads to no public address: ")
    assert private not in outcome.reason


def test_a_name_server_that_changes_its_mind_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is asked for once; what is dialled is the address that was vetted, and never the name."""
    looked_up: list[Any] = []
    getaddrinfo = socket.getaddrinfo

    def watched(host: Any, *args: Any, **kwargs: Any) -> Any:
        looked_up.append(host)
        return getaddrinfo(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", watched)
    names = Names([["127.0.0.1"], ["10.0.0.1"]])
    outcome, _ = _play(_says(OK), lambda site: _fetch(site, resolve=names))
    assert isinstance(outcome, Answered)
    assert names.asked == ["shop.example"]
    assert not {"shop.example", b"shop.example"} & set(looked_up)


def test_redirects_are_followed_and_vetted() -> None:
    """At most three redirects are followed; each one is resolved and vetted as if it had been given."""
    hops = iter([_redirect("/b"), _redirect("//other.example:{port}/c"), _redirect("d"), OK])

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = writer.get_extra_info("sockname")[1]
        writer.write(next(hops).replace(b"{port}", str(port).encode()))
        await writer.drain()

    names = Names([["127.0.0.1"]])
    outcome, site = _play(script, lambda site: _fetch(site, resolve=names))
    assert isinstance(outcome, Answered)
    assert [head.split()[1] for head in site.heads] == [b"/logo.png?q=1", b"/b", b"/c", b"/d"]
    assert names.asked == ["shop.example", "shop.example", "other.example", "other.example"]


def test_the_fourth_redirect_is_refused() -> None:
    """A loop of redirects ends."""
    outcome, site = _play(_says(_redirect("/again")), _fetch)
    assert outcome == Refused("redirects more than 3 times")
    assert len(site.heads) == 4


@pytest.mark.parametrize(
    "location",
    [
        *("http://10.0.0.1/", "http://[::1]:{port}/", "http://inside.example:{port}/", "file:///etc/passwd"),
        *("http://me:secret@shop.example/", "http://169.254.169.254/latest/meta-data/", "http://shop.example:22/"),
    ],
)
def test_a_redirect_to_where_we_would_not_go_is_refused(location: str) -> None:
    """What would be refused as a URL is refused as a redirect too, and nothing is sent there."""
    names = Names([["127.0.0.1"], ["10.0.0.1"]])

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = writer.get_extra_info("sockname")[1]
        writer.write(_redirect(location.format(port=port)))
        await writer.drain()

    outcome, site = _play(script, lambda site: _fetch(site, resolve=names, allowed=LOOPBACK[:1]))
    assert isinstance(outcome, Refused)
    assert len(site.heads) == 1


def test_a_webhook_follows_no_redirect_and_reads_the_beginning() -> None:
    """A POST carries its body and headers; a redirect is its answer, and of a long answer the beginning is kept."""
    answer = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000

    def call(site: Site) -> Awaitable[Outcome]:
        outbound = Outbound(allowed=LOOPBACK, ports=[site.port], resolve=Names([["127.0.0.1"]]))
        headers = {"webhook-id": "msg_1", "content-type": "application/json"}
        url = f"http://shop.example:{site.port}/hook"
        return outbound.post(url, body=b'{"a":1}', headers=headers, timeout_s=2, answer_bytes_max=10)

    outcome, site = _play(_says(answer), call)
    assert (outcome.status, outcome.body, len(site.heads)) == (302, b"x" * 10, 1)
    head = site.heads[0].lower()
    assert head.startswith(b"post /hook ")
    assert b"webhook-id: msg_1" in head
    assert b"content-length: 7" in head


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"400\r\n" + b"x" * 1024 + b"\r\n",
    ],
    ids=["declared", "until the end", "chunked"],
)
def test_a_large_answer_is_not_read(answer: bytes) -> None:
    """Whether the length is declared or not, reading stops at the bound."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        await reader.read()

    assert _play(script, _fetch)[0] == TooLarge(BYTES_MAX)


def test_a_file_of_exactly_the_bound_is_read() -> None:
    """The bound itself is allowed."""
    outcome, _ = _play(_says(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * BYTES_MAX), _fetch)
    assert len(outcome.body) == BYTES_MAX


def test_a_compressed_answer_is_refused() -> None:
    """Nothing is unpacked, so that a small answer cannot become a large one."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b"
    assert _play(_says(answer), _fetch)[0] == Unreachable("answers compressed, although it was asked not to")


@pytest.mark.parametrize("drip", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"])
def test_the_time_is_bounded_as_a_whole(drip: bytes) -> None:
    """A server that is silent, or sends a byte now and then, is given up after the total time."""

    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(drip)
        while not writer.transport.is_closing():
            writer.write(b"x" if drip.endswith(b"\r\n\r\n") else b"")
            await asyncio.sleep(0.05)

    def call(site: Site) -> Awaitable[Outcome]:
        outbound = Outbound(allowed=LOOPBACK, ports=[site.port], resolve=Names([["127.0.0.1"]]))
        return outbound.fetch(f"http://shop.example:{site.port}/", bytes_max=BYTES_MAX, timeout_s=0.4)

    began = time.monotonic()
    assert _play(script, call)[0] == TimedOut(0.4)
    assert time.monotonic() - began < 2


def test_a_slow_name_server_counts() -> None:
    """Looking up the name is part of the total time."""

    async def never(host: str, port: int) -> Sequence[Address]:
        del host, port
        await asyncio.sleep(10)
        return []

    outcome = asyncio.run(Outbound(resolve=never).fetch("http://x.example/", bytes_max=1, timeout_s=0.2))
    assert outcome == TimedOut(0.2)


def test_the_next_address_is_tried() -> None:
    """A name with an address that nobody answers at is reached at its next one."""
    outcome, _ = _play(_says(OK), lambda site: _fetch(site, resolve=Names([["127.0.0.2", "127.0.0.1"]])))
    assert isinstance(outcome, Answered)


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.9\r\n", b"HTTP/1.1 200 OK\r\nA: " + b"b" * 200_000])
def test_what_does_not_speak_http_is_unreachable(answer: bytes) -> None:
    """A closed connection, another protocol and endless headers are told as an outcome."""
    assert isinstance(_play(_says(answer), _fetch)[0], Unreachable)


def test_a_name_without_address_is_unreachable() -> None:
    """A name that is not there is the other side's matter."""

    async def nothing(host: str, port: int) -> Sequence[Address]:
        raise socket.gaierror(host, port)

    outcome = asyncio.run(Outbound(resolve=nothing).fetch("https://nowhere.example/", bytes_max=1, timeout_s=1))
    assert outcome == Unreachable("nowhere.example has no address")


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxy settings would make somebody else dial the name."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert isinstance(_play(_says(OK), _fetch)[0], Answered)


def _certified(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("shop.example").configure_cert(context)
    return context


def test_a_certificate_is_checked_against_the_name() -> None:
    """Although an address is dialled, the other side hears the name in the TLS greeting and must prove it."""
    greeted: list[str | None] = []
    authority = trustme.CA()
    server = _certified(authority)
    server.sni_callback = lambda _socket, name, _context: greeted.append(name)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)

    def call(host: str) -> Callable[[Site], Awaitable[Outcome]]:
        return lambda site: _fetch(site, f"https://{host}:{{port}}/", tls=trusting)

    assert isinstance(_play(_says(OK), call("shop.example"), tls=server)[0], Answered)
    outcome, _ = _play(_says(OK), call("other.example"), tls=server)
    assert isinstance(outcome, Unreachable)
    assert outcome.reason.startswith("its certificate is not trusted: Hostname mismatch")
    assert greeted == ["shop.example", "other.example"]


def test_an_unknown_authority_is_not_trusted() -> None:
    """Without our own context the authorities of the system decide."""
    stranger = _certified(trustme.CA())
    outcome, site = _play(_says(OK), lambda site: _fetch(site, "https://shop.example:{port}/"), tls=stranger)
    assert isinstance(outcome, Unreachable)
    assert "certificate is not trusted" in outcome.reason
    assert site.heads == []
