"""The scan journal's file format, written and read.

A segment is a file `<session>-<sequence>.scans` that one process appends to and nobody changes afterwards; a session
is a UUIDv7 in hex, made when the process begins, a sequence 8 digits counted from 1:

    segment  = magic, record*
    magic    = b"RPSCANS1"
    record   = length u32, crc u32, payload              little-endian; crc = CRC-32 (zlib) of the payload
    payload  = format u8 (1), link u64, time u64, visitor 8 bytes, tail
    tail     = country 2 bytes, device u8, os, browser, language, referrer, bot
    text     = length u8, that many bytes of UTF-8

`link` is the link's number, `time` milliseconds since 1970, `visitor` the keyed hash or zeros for none, `country` an
ISO 3166-1 code or two spaces, `device` an index into DEVICES, `bot` a reason or empty for a person. Nothing else is
ever written: no address, no user agent.

Names sort in the order in which segments were begun. A segment that is full is closed and a new one begun. What
stands in a segment was acknowledged once fdatasync came back; a torn tail (a record cut short at the end of a segment
whose process is gone) was not, and is passed over. A record whose checksum fails elsewhere is damage: it is reported,
and reading goes on at the next byte from which a whole record can be read.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

MAGIC = b"RPSCANS1"
SUFFIX = ".scans"
FORMAT = 1
LENGTH_MIN = 33
LENGTH_MAX = 33 + 5 * 255
NO_VISITOR = bytes(8)
DEVICES = ("unknown", "mobile", "tablet", "desktop")

_HEAD = struct.Struct("<II")
_FIXED = struct.Struct("<BQQ8s")
_TEXTS = 5
_pack_head = _HEAD.pack
_pack_fixed = _FIXED.pack
_crc32 = zlib.crc32


class Tail(NamedTuple):
    """What is known of a scan beside link, time and visitor; empty texts mean unknown, `bot` empty means a person."""

    country: str = ""
    device: str = "unknown"
    os: str = ""
    browser: str = ""
    language: str = ""
    referrer: str = ""
    bot: str = ""


class Record(NamedTuple):
    """One scan as it was journaled; `at_ms` is milliseconds since 1970, `visitor` 8 bytes or None."""

    link: int
    at_ms: int
    visitor: bytes | None
    tail: Tail


@dataclass(slots=True)
class Reading:
    """What a stretch of a segment holds.

    Attributes:
        payloads: the payloads of whole records, in order.
        end: offset behind the last byte that was dealt with; the next reading starts here.
        damage: (first, end) offsets of bytes that belong to no whole record.
        torn: bytes of a record that was cut short at the end of a closed segment.
    """

    payloads: list[bytes] = field(default_factory=list)
    end: int = 0
    damage: list[tuple[int, int]] = field(default_factory=list)
    torn: int = 0


def segment_name(session: str, sequence: int) -> str:
    """The file name of a session's segment; names sort in the order in which segments were begun."""
    return f"{session}-{sequence:08}{SUFFIX}"


def session_and_sequence(name: str) -> tuple[str, int]:
    """What a segment's name says; a foreign name is of no session."""
    session, _, sequence = name.removesuffix(SUFFIX).partition("-")
    return (session, int(sequence)) if sequence.isdecimal() and sequence.isascii() else ("", 0)


def encode_tail(tail: Tail) -> bytes:
    """The tail as bytes; texts are cut to 255 bytes at a character's end."""
    country = tail.country.encode("ascii").ljust(2)[:2]
    texts = (_text(text) for text in (tail.os, tail.browser, tail.language, tail.referrer, tail.bot))
    return country + bytes((DEVICES.index(tail.device),)) + b"".join(texts)


def encode(link: int, at_ms: int, visitor: bytes, tail: bytes) -> bytes:
    """A whole record, checksum included; `tail` comes from `encode_tail`."""
    payload = _pack_fixed(FORMAT, link, at_ms, visitor) + tail
    return _pack_head(len(payload), _crc32(payload)) + payload


class Decoder:
    """Turns payloads back into records; remembers the tails it has seen, which are few."""

    def __init__(self, *, tails_max: int = 10_000) -> None:
        self._tails: dict[bytes, Tail] = {}
        self._tails_max = tails_max

    def decode(self, payload: bytes) -> Record:
        """The record of a payload whose checksum was right.

        Raises:
            ValueError: a format of a newer version.
        """
        form, link, at_ms, visitor = _FIXED.unpack_from(payload)
        if form != FORMAT:
            raise ValueError(
                f"journal format {form} is newer than this version of Repoint, which reads format {FORMAT}"
            )
        raw = payload[_FIXED.size :]
        tail = self._tails.get(raw)
        if tail is None:
            if len(self._tails) >= self._tails_max:
                self._tails.clear()
            tail = self._tails[raw] = _decode_tail(raw)
        return Record(link, at_ms, None if visitor == NO_VISITOR else visitor, tail)


def read(data: bytes, *, offset: int, is_end: bool) -> Reading:
    """Find the whole records in `data`, which begins at `offset` of a segment (behind the magic).

    `is_end` says that nothing will ever follow these bytes; without it a record cut short is left for the next reading.
    """
    reading = Reading()
    at = 0
    while at < len(data):
        length = _whole_record(data, at)
        if length:
            reading.payloads.append(data[at + _HEAD.size : at + length])
            at += length
            continue
        if not is_end and len(data) - at < LENGTH_MAX + _HEAD.size:
            break
        following = next(_record_starts(data, at + 1), None)
        if following is None and not is_end:
            following = len(data) - LENGTH_MAX - _HEAD.size + 1
        if following is None and _is_cut_short(data, at):
            reading.torn = len(data) - at
        else:
            reading.damage.append((offset + at, offset + (following or len(data))))
        at = following or len(data)
    reading.end = offset + at
    return reading


def _whole_record(data: bytes, at: int) -> int:
    """Bytes of the whole record that begins at `at`, 0 where none does."""
    start = at + _HEAD.size
    if start > len(data):
        return 0
    length, crc = _HEAD.unpack_from(data, at)
    if not LENGTH_MIN <= length <= LENGTH_MAX or start + length > len(data):
        return 0
    return int(_HEAD.size + length) if _crc32(data[start : start + length]) == crc else 0


def _record_starts(data: bytes, at: int) -> Iterator[int]:
    return (start for start in range(at, len(data) - _HEAD.size - LENGTH_MIN + 1) if _whole_record(data, start))


def _is_cut_short(data: bytes, at: int) -> bool:
    """Whether the bytes from `at` are the beginning of a record and nothing worse."""
    if len(data) - at < _HEAD.size:
        return True
    length: int = _HEAD.unpack_from(data, at)[0]
    return LENGTH_MIN <= length <= LENGTH_MAX and at + _HEAD.size + length > len(data)


def _text(text: str) -> bytes:
    raw = text.encode("utf-8", "replace")[:255].decode("utf-8", "ignore").encode()
    return bytes((len(raw),)) + raw


def _decode_tail(raw: bytes) -> Tail:
    texts = []
    at = 3
    for _ in range(_TEXTS):
        length = raw[at]
        texts.append(raw[at + 1 : at + 1 + length].decode())
        at += 1 + length
    return Tail(raw[:2].decode("ascii").strip(), DEVICES[raw[2]], *texts)
