"""One 128-bit time-ordered id, spelled as UUID, ULID or with a prefix.

The bits are a UUID version 7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, 12 bits that count
within one millisecond (section 6.2, method 1), 62 random bits. The same bits in Crockford's Base32 are a ULID.
"""

import secrets
import threading
from base64 import b32decode, b32encode
from uuid import UUID

from repoint.kit.errors import NotFound

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ULID_LENGTH = 26
# RFC 4648, section 6: the same digits under other names, in groups of 5 bytes and 8 characters.
_CROCKFORD = CROCKFORD.encode()
_RFC_4648 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_CROCKFORD = bytes.maketrans(_RFC_4648, _CROCKFORD)
_TO_RFC_4648 = bytes.maketrans(_CROCKFORD, _RFC_4648)
_PADDING = bytes(4)
_PADDED = 32 - ULID_LENGTH
_FIRST_MAX = ord("7")
_COUNTER_MAX = 0xFFF


class IdSource:
    """Makes ids that sort in the order in which they were made, across threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last_ms = 0
        self._counter = 0

    def new(self, now_ms: int) -> UUID:
        """A new id for this moment; a clock that steps back does not break the order."""
        with self._lock:
            if now_ms > self._last_ms:
                self._last_ms, self._counter = now_ms, secrets.randbits(8)
            elif self._counter < _COUNTER_MAX:
                self._counter += 1
            else:
                self._last_ms, self._counter = self._last_ms + 1, 0
            high = self._last_ms << 16 | 0x7000 | self._counter
        return UUID(int=high << 64 | 0b10 << 62 | secrets.randbits(62))


def ulid(identity: UUID) -> str:
    """The 26 characters of Crockford's Base32 that spell the 128 bits."""
    return b32encode(_PADDING + identity.bytes)[-ULID_LENGTH:].translate(_TO_CROCKFORD).decode()


def from_ulid(text: str) -> UUID | None:
    """The id that a ULID spells, in either case; None where it is not a ULID."""
    if len(text) != ULID_LENGTH or not text.isascii():
        return None
    spelled = text.upper().encode()
    # The first character says three of the 128 bits; a letter that Crockford leaves out is left out here too.
    if spelled[0] > _FIRST_MAX or spelled.translate(None, _CROCKFORD):
        return None
    return UUID(bytes=b32decode(b"A" * _PADDED + spelled.translate(_TO_RFC_4648))[len(_PADDING) :])


def prefixed(prefix: str, identity: UUID) -> str:
    """`qr_01J...`: a ULID behind a word that says what it identifies."""
    return f"{prefix}_{ulid(identity)}"


def parse_prefixed(prefix: str, text: str, *, kind: str) -> UUID:
    """The id in `prefix_ULID`.

    Raises:
        NotFound: the text is no such id, so nothing of this kind can have it.
    """
    head, _, tail = text.partition("_")
    identity = from_ulid(tail) if head == prefix else None
    if identity is None:
        raise NotFound(kind, text[:100])
    return identity
