"""Numbered scans over keep-alive connections, until they are used up or the server is gone."""

import asyncio
import contextlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SLOW_S = 0.05
ANSWER_WAIT_S = 10.0
AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Mobile Safari/537.36",
    "curl/8.5.0",
)


@dataclass(slots=True)
class Load:
    """The numbers that were sent, and those whose 302 came back; how many took longer than `SLOW_S`."""

    sent: set[int] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)
    slow: int = 0


async def load(url: str, slug: str, *, numbers: Iterable[int], connections: int) -> Load:
    """Scan as fast as answers come back; each number is sent once, on one of the connections."""
    seen = Load()
    left = iter(numbers)
    await asyncio.gather(*(_scan(url, slug, left, seen) for _ in range(connections)))
    return seen


async def _scan(url: str, slug: str, numbers: Iterator[int], seen: Load) -> None:
    host, port = urlsplit(url).hostname, urlsplit(url).port
    with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            for number in numbers:
                seen.sent.add(number)
                began = time.perf_counter()
                writer.write(_request(slug, number))
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), ANSWER_WAIT_S)
                assert head.startswith(b"HTTP/1.1 302 "), head
                seen.answered.add(number)
                seen.slow += time.perf_counter() - began > SLOW_S
        finally:
            writer.close()


def _request(slug: str, number: int) -> bytes:
    return (
        f"GET /r/{slug} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {AGENTS[number % len(AGENTS)]}\r\n"
        f"Accept-Language: de-DE,de;q=0.9\r\nReferer: https://n{number}.example/menu\r\n\r\n"
    ).encode()
