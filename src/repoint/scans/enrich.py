"""From what a request says to what may be kept of it.

A sighting holds the address and the user agent; the record that leaves `Enricher.record` holds neither. What stands
between is derived: device, system, browser, country, language, referrer's host, a bot's kind, and a keyed hash of
(link, address, user agent).
"""

import hashlib
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from repoint.scans.agents import Agents
from repoint.scans.journal import NO_VISITOR, Tail, encode, encode_tail

TAILS_KEPT_MAX = 20_000
HEADER_BYTES_MAX = 2048

_COUNTRY = re.compile(rb"[A-Z][A-Z0-9]")
_UNKNOWN_COUNTRY = b"XX"
_LANGUAGE = re.compile(rb"\s*([A-Za-z]{2,3})(?:[-_;,\s]|\Z)")
# A name, never an address: that might be the client's own.
_HOST = re.compile(r"(?=[^:]*[a-z])[a-z0-9._-]{1,255}")


class Sighting(NamedTuple):
    """A scan as the network told it; lives in memory only, for as long as the request."""

    address: str
    user_agent: bytes
    language: bytes
    referrer: bytes
    country: bytes


class Enricher:
    """Turns sightings into journal records under one visitor key (16 to 64 bytes)."""

    def __init__(self, visitor_key: bytes) -> None:
        self._agents = Agents()
        self._keyed = hashlib.blake2b(key=visitor_key, digest_size=8)
        self._tails: dict[tuple[bytes, bytes, bytes, bytes], tuple[bytes, bool]] = {}

    def record(self, link: int, at_ms: int, sighting: Sighting) -> bytes:
        """The whole journal record of one scan."""
        address, user_agent, language, referrer, country = sighting
        known = (user_agent, language, referrer, country)
        found = self._tails.get(known)
        if found is None:
            found = self._derive(known)
        tail, is_bot = found
        return encode(link, at_ms, NO_VISITOR if is_bot else self.visitor(link, address, user_agent), tail)

    def visitor(self, link: int, address: str, user_agent: bytes) -> bytes:
        """8 bytes, the same for the same link, address and user agent; without the key they tell nothing.

        Keyed BLAKE2b (RFC 7693, section 2.9) takes the place of HMAC: one pass, the key's block hashed once for all.
        """
        keyed = self._keyed.copy()
        keyed.update(b"%d %s %s" % (link, address.encode(), user_agent))
        return keyed.digest()

    def _derive(self, known: tuple[bytes, bytes, bytes, bytes]) -> tuple[bytes, bool]:
        user_agent, language, referrer, country = known
        agent = self._agents.read(user_agent)
        tail = encode_tail(
            Tail(
                country=_country(country),
                device=agent.device,
                os=agent.os,
                browser=agent.browser,
                language=_language(language),
                referrer=_referrer_host(referrer),
                bot=agent.bot,
            )
        )
        found = tail, bool(agent.bot)
        if sum(map(len, known)) <= HEADER_BYTES_MAX:
            if len(self._tails) >= TAILS_KEPT_MAX:
                del self._tails[next(iter(self._tails))]
            self._tails[known] = found
        return found


def _country(header: bytes) -> str:
    return header.decode() if _COUNTRY.fullmatch(header) and header != _UNKNOWN_COUNTRY else ""


def _language(header: bytes) -> str:
    """The primary subtag of the first language, lower case (RFC 5646, section 2.2.1)."""
    found = _LANGUAGE.match(header[:64])
    return found[1].decode().lower() if found else ""


def _referrer_host(header: bytes) -> str:
    try:
        host = urlsplit(header[:HEADER_BYTES_MAX].decode("latin-1")).hostname or ""
    except ValueError:
        return ""
    return host if _HOST.fullmatch(host) else ""
