"""A ZIP archive written as a stream, at constant memory.

The format is PKWARE's APPNOTE 6.3.10. An entry whose length is not known beforehand is

    local header (4.3.7): flag bit 3, sizes in a ZIP64 extra field (4.5.3) of zeros
    deflated data
    data descriptor (4.3.9): CRC-32 and two sizes of 8 bytes

and one that is known is its header with all sizes, and its data. The central directory (4.3.12) waits in a file
until the archive is closed, so a million entries take no more memory than one.
"""

import hashlib
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile

COMPRESSION = 6
WRITTEN_AT_ONCE = 64 * 1024
MAX_32 = 0xFFFFFFFF
MAX_16 = 0xFFFF

_VERSION = 45  # the first that knows ZIP64
_MADE_BY = 3 << 8 | _VERSION  # Unix, so that file rights mean something
_RIGHTS = 0o100644 << 16
_UTF_8, _HAS_DESCRIPTOR = 1 << 11, 1 << 3
_DEFLATED = 8
_COPY_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Written:
    """A finished entry: its length and hash before compression."""

    name: str
    size_bytes: int
    sha256: str


class ZipWriter:
    """Hands the bytes of an archive to `sink`, in order; `spool` is a folder for what must wait."""

    def __init__(self, sink: Callable[[bytes], object], *, spool: Path, at: datetime) -> None:
        self._sink = sink
        self._position = 0
        self._entries = 0
        self._directory = TemporaryFile(dir=spool)  # noqa: SIM115 - closed with the archive
        self._time = at.second // 2 | at.minute << 5 | at.hour << 11
        self._date = at.day | at.month << 5 | max(at.year - 1980, 0) << 9

    def begin(self, name: str) -> "Entry":
        """A new entry of unknown length; the one before is finished."""
        extra = struct.pack("<HHQQ", 1, 16, 0, 0)
        offset = self._position
        self._local_header(name, _UTF_8 | _HAS_DESCRIPTOR, 0, MAX_32, MAX_32, extra)
        return Entry(name, self.emit, lambda crc, packed, size: self._end(name, offset, crc, packed, size))

    def add(self, name: str, body: bytes) -> Written:
        """An entry that is there as a whole."""
        offset, crc = self._position, zlib.crc32(body)
        packer = zlib.compressobj(COMPRESSION, wbits=-zlib.MAX_WBITS)
        packed = packer.compress(body) + packer.flush()
        self._local_header(name, _UTF_8, crc, len(packed), len(body), b"")
        self.emit(packed)
        self._note(name, _UTF_8, offset, crc, len(packed), len(body))
        return Written(name, len(body), hashlib.sha256(body).hexdigest())

    def close(self) -> None:
        """Write the central directory and the end of the archive (4.3.14 to 4.3.16)."""
        start, size = self._position, self._directory.tell()
        self._directory.seek(0)
        while some := self._directory.read(_COPY_BYTES):
            self.emit(some)
        end = self._position
        self.emit(
            struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, _MADE_BY, _VERSION, 0, 0, *(self._entries,) * 2, size, start)
        )
        self.emit(struct.pack("<4sLQL", b"PK\6\7", 0, end, 1))
        count = min(self._entries, MAX_16)
        self.emit(struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, count, count, min(size, MAX_32), min(start, MAX_32), 0))
        self.discard()

    def discard(self) -> None:
        """Give up what waits; without `close` before, the archive stays unfinished."""
        self._directory.close()

    def emit(self, data: bytes) -> None:
        """Hand bytes on."""
        self._position += len(data)
        self._sink(data)

    def _local_header(self, name: str, flags: int, crc: int, packed: int, size: int, extra: bytes) -> None:
        spelled = name.encode()
        head = (b"PK\3\4", _VERSION, flags, _DEFLATED, self._time, self._date, crc, packed, size)
        self.emit(struct.pack("<4sHHHHHLLLHH", *head, len(spelled), len(extra)) + spelled + extra)

    def _end(self, name: str, offset: int, crc: int, packed: int, size: int) -> None:
        self.emit(struct.pack("<4sLQQ", b"PK\7\x08", crc, packed, size))
        self._note(name, _UTF_8 | _HAS_DESCRIPTOR, offset, crc, packed, size)

    def _note(self, name: str, flags: int, offset: int, crc: int, packed: int, size: int) -> None:
        long = [value for value in (size, packed, offset) if value >= MAX_32]
        extra = struct.pack(f"<HH{len(long)}Q", 1, 8 * len(long), *long) if long else b""
        spelled = name.encode()
        head = (b"PK\1\2", _MADE_BY, _VERSION, flags, _DEFLATED, self._time, self._date, crc)
        sizes = (min(packed, MAX_32), min(size, MAX_32), len(spelled), len(extra), 0, 0, 0, _RIGHTS)
        self._directory.write(struct.pack("<4sHHHHHHLLLHHHHHLL", *head, *sizes, min(offset, MAX_32)) + spelled + extra)
        self._entries += 1


class Entry:
    """One entry under way."""

    def __init__(self, name: str, emit: Callable[[bytes], None], end: Callable[[int, int, int], None]) -> None:
        self._name = name
        self._emit = emit
        self._end = end
        self._packer = zlib.compressobj(COMPRESSION, wbits=-zlib.MAX_WBITS)
        self._hash = hashlib.sha256()
        self._crc = self._packed = self._size = 0
        self._waiting = bytearray()

    def write(self, text: str) -> None:
        """More of the entry, as UTF-8."""
        self._waiting += text.encode()
        if len(self._waiting) >= WRITTEN_AT_ONCE:
            self._pack()

    def finish(self) -> Written:
        """The end of the entry."""
        self._pack()
        self._hand_on(self._packer.flush())
        self._end(self._crc, self._packed, self._size)
        return Written(self._name, self._size, self._hash.hexdigest())

    def _pack(self) -> None:
        some = bytes(self._waiting)
        self._waiting.clear()
        self._hash.update(some)
        self._crc = zlib.crc32(some, self._crc)
        self._size += len(some)
        self._hand_on(self._packer.compress(some))

    def _hand_on(self, packed: bytes) -> None:
        self._packed += len(packed)
        if packed:
            self._emit(packed)
