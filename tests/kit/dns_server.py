"""A tiny DNS server on loopback."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


@dataclass
class DnsServer:
    """Answers TXT questions from `records`; `is_silent` keeps it from answering, `rcode` makes it fail."""

    port: int
    records: dict[str, list[str]] = field(default_factory=dict)
    is_silent: bool = False
    rcode: dns.rcode.Rcode | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """As REPOINT_DNS_SERVER takes it."""
        return f"127.0.0.1:{self.port}"

    def answer(self, question: bytes) -> bytes | None:
        """The answer to one question."""
        asked = dns.message.from_wire(question)
        name = asked.question[0].name.to_text(omit_final_dot=True).lower()
        self.asked.append(name)
        if self.is_silent:
            return None
        answer = dns.message.make_response(asked)
        answer.flags |= dns.flags.RA
        if self.rcode is not None:
            answer.set_rcode(self.rcode)
        elif name not in self.records:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif texts := self.records[name]:
            answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *(f'"{text}"' for text in texts)))
        return answer.to_wire()


@contextmanager
def dns_server() -> Iterator[DnsServer]:
    """Runs until the end of the block."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        server = DnsServer(listener.getsockname()[1])

        def serve() -> None:
            while (received := listener.recvfrom(4096))[0]:
                if (answer := server.answer(received[0])) is not None:
                    listener.sendto(answer, received[1])

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stopping:
                stopping.sendto(b"", ("127.0.0.1", server.port))
            thread.join()
