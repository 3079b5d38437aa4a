"""A client that says exactly the bytes it is told to, and hears exactly what comes back."""

import socket
from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

from tests.web.conftest import PHONE

HEAR_WAIT_S = 10.0
USER_AGENT = ("User-Agent", PHONE)


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer; `headers` in their order, without the date."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def __getitem__(self, name: str) -> str:
        """The value of a header that is there once."""
        (value,) = (value for key, value in self.headers if key == name)
        return value

    @property
    def will_close(self) -> bool:
        """Whether the server says that it closes the connection."""
        return ("connection", "close") in self.headers


def request(
    path: str, *headers: tuple[str, str], method: str = "GET", version: str = "1.1", body: bytes = b""
) -> bytes:
    """A request as it goes over the wire; from a phone, where no header says otherwise."""
    named = {name.lower() for name, _ in headers}
    given = [*headers]
    given += [header for header in (("Host", "127.0.0.1"), USER_AGENT) if header[0].lower() not in named]
    if body and not named & {"transfer-encoding", "content-length"}:
        given.append(("Content-Length", str(len(body))))
    lines = [f"{method} {path} HTTP/{version}", *(f"{name}: {value}" for name, value in given)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


class Phone:
    """One connection."""

    def __init__(self, port: int, *, buffer_bytes: int | None = None) -> None:
        self._socket = socket.socket()
        self._socket.settimeout(HEAR_WAIT_S)
        if buffer_bytes is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
        self._socket.connect(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._heard = b""

    def __enter__(self) -> Self:
        """The connection."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        self._socket.close()

    @property
    def socket(self) -> socket.socket:
        """What is underneath."""
        return self._socket

    def ask(self, path: str, *headers: tuple[str, str], method: str = "GET", version: str = "1.1") -> Heard:
        """One request and its answer."""
        self.say(request(path, *headers, method=method, version=version))
        return self.hear(method=method)

    def say(self, data: bytes) -> None:
        """Send."""
        self._socket.sendall(data)

    def hear(self, *, method: str = "GET") -> Heard:
        """The next answer, and nothing of what comes behind it."""
        while b"\r\n\r\n" not in self._heard:
            self._listen()
        head, _, self._heard = self._heard.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        protocol, status, phrase = first.split(" ", 2)
        assert protocol == "HTTP/1.1"
        assert phrase == HTTPStatus(int(status)).phrase
        headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
        assert [name for name, _ in headers].count("date") == (status != "100")
        length = int(dict(headers).get("content-length", "0")) if method != "HEAD" else 0
        while len(self._heard) < length:
            self._listen()
        body, self._heard = self._heard[:length], self._heard[length:]
        return Heard(int(status), tuple(header for header in headers if header[0] != "date"), body)

    def hangs_up(self) -> bool:
        """Whether the server closes the connection without another byte; waits for it."""
        try:
            return not self._heard and self._socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def is_quiet(self, *, for_s: float) -> bool:
        """Whether the connection stays open, and nothing comes."""
        if self._heard:
            return False
        self._socket.settimeout(for_s)
        try:
            self._heard = self._socket.recv(1)
        except TimeoutError:
            return True
        finally:
            self._socket.settimeout(HEAR_WAIT_S)
        return False

    def _listen(self) -> None:
        data = self._socket.recv(65536)
        assert data, f"the server hung up behind {self._heard!r}"
        self._heard += data
