"""TXT records of a name, asked for within a bound."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import dns.resolver

WAIT_S = 5.0
THREADS = 4
PORT = 53


@dataclass(frozen=True, slots=True)
class Found:
    """The records' texts."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """The name does not exist, or has no TXT record."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nobody could say; `reason` is the end of a sentence."""

    reason: str


Lookup = Found | Missing | NoAnswer


class TxtLookup:
    """Asks the resolver of the system, or one server alone; on threads of its own, which slow servers may fill."""

    def __init__(self, server: tuple[str, int] | None = None) -> None:
        self._server = server
        self._threads = ThreadPoolExecutor(THREADS, "dns")

    async def ask(self, name: str) -> Lookup:
        """What DNS says of a name now, at most `WAIT_S` later."""
        asking = asyncio.get_running_loop().run_in_executor(self._threads, self.ask_now, name)
        try:
            return await asyncio.wait_for(asking, WAIT_S)
        except TimeoutError:
            return _too_late()

    def ask_now(self, name: str) -> Lookup:
        """`ask` for a caller without an event loop."""
        import dns.exception
        import dns.resolver

        try:
            answer = self._resolver().resolve(f"{name}.", "TXT", lifetime=WAIT_S, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return Missing()
        except dns.exception.Timeout:
            return _too_late()
        except dns.resolver.NoNameservers:
            return NoAnswer("the name servers answered with an error")
        except (dns.exception.DNSException, OSError) as error:
            return NoAnswer(f"DNS could not be asked ({type(error).__name__})")
        return Found(tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer))

    def close(self) -> None:
        """Wait for nobody."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _resolver(self) -> "dns.resolver.Resolver":
        import dns.resolver

        if self._server is None:
            return dns.resolver.Resolver()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = [self._server[0]]
        resolver.port = self._server[1]
        return resolver


def server_of(text: str) -> tuple[str, int]:
    """The address and port in `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`.

    Raises:
        ValueError: it is none of these.
    """
    host, port = text, str(PORT)
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":") or port
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    number = int(port) if port.isdecimal() else 0
    if not 1 <= number <= 65535:
        raise ValueError(f"{port!r} is no port")
    return str(ip_address(host)), number


def _too_late() -> NoAnswer:
    return NoAnswer(f"DNS gave no answer within {WAIT_S:g} s")
