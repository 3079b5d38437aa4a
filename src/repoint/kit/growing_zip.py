"""A ZIP file that grows, and survives the end of its writer.

Entries are appended whole, with their sizes and checksums before their bytes (APPNOTE.TXT 6.3.10, 4.3.7), so that the
file up to any noted length can be read again and continued; the directory (4.3.12 to 4.3.16) comes last.
"""

import fcntl
import os
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

STORED, DEFLATED = 0, 8
# Below this a deflated entry is not worth the time to inflate it.
GAIN_MIN = 0.05

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR64 = struct.Struct("<4sIQI")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END64_MARK, _LOCATOR64_MARK = b"PK\x06\x06", b"PK\x06\x07"
_UTF8 = 0x800  # bit 11: the name is UTF-8 (4.4.4)
_VERSION, _VERSION64, _UNIX = 20, 45, 3 << 8
_MAX16, _MAX32 = 0xFFFF, 0xFFFFFFFF
_FILE_MODE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """A file within; `start` is where its header stands."""

    name: str
    start: int
    method: int
    time: int
    date: int
    crc: int
    packed: int
    size: int


class GrowingZip:
    """The file from its first byte to the directory; whatever lies behind `length` when it is opened is cut off.

    It has one writer: a second one finds it locked (flock(2); the lock goes with the process that has it).
    """

    def __init__(self, path: Path, *, length: int) -> None:
        """Go on with a file, or begin it.

        Raises:
            BlockingIOError: somebody else writes it.
        """
        self._file: BinaryIO = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise
        self._file.truncate(length)
        self.entries = _entries(self._file, length)
        self._file.seek(length)

    def add(self, name: str, body: bytes, *, at: datetime, is_packed: bool) -> None:
        """Append a file; `is_packed` says that deflating it again would gain nothing."""
        packed, method = body, STORED
        if not is_packed:
            deflater = zlib.compressobj(6, zlib.DEFLATED, -15)
            deflated = deflater.compress(body) + deflater.flush()
            if len(deflated) < len(body) * (1 - GAIN_MIN):
                packed, method = deflated, DEFLATED
        date = (max(at.year, 1980) - 1980) << 9 | at.month << 5 | at.day
        time = at.hour << 11 | at.minute << 5 | at.second // 2
        entry = Entry(name, self._file.tell(), method, time, date, zlib.crc32(body), len(packed), len(body))
        encoded = name.encode()
        header = _LOCAL.pack(
            _LOCAL_MARK, _VERSION, _UTF8, method, time, date, entry.crc, entry.packed, entry.size, len(encoded), 0
        )
        self._file.write(header + encoded + packed)
        self.entries.append(entry)

    def settle(self) -> int:
        """Bring what was added onto the disk; the length to open the file with after that."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def finish(self) -> int:
        """Write the directory; the size of the whole file."""
        start = self._file.tell()
        for entry in self.entries:
            self._file.write(_central(entry))
        size, count = self._file.tell() - start, len(self.entries)
        if count >= _MAX16 or size >= _MAX32 or start >= _MAX32:
            end = self._file.tell()
            rest = _END64.size - 12
            self._file.write(
                _END64.pack(_END64_MARK, rest, _VERSION64, _VERSION64, 0, 0, count, count, size, start)
                + _LOCATOR64.pack(_LOCATOR64_MARK, 0, end, 1)
            )
        counted = min(count, _MAX16)
        self._file.write(_END.pack(_END_MARK, 0, 0, counted, counted, min(size, _MAX32), min(start, _MAX32), 0))
        return self.settle()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _central(entry: Entry) -> bytes:
    name = entry.name.encode()
    extra = struct.pack("<HHQ", 1, 8, entry.start) if entry.start >= _MAX32 else b""
    version = _VERSION64 if extra else _VERSION
    return (
        _CENTRAL.pack(
            _CENTRAL_MARK,
            _UNIX | version,
            version,
            _UTF8,
            entry.method,
            entry.time,
            entry.date,
            entry.crc,
            entry.packed,
            entry.size,
            len(name),
            len(extra),
            0,
            0,
            0,
            _FILE_MODE,
            min(entry.start, _MAX32),
        )
        + name
        + extra
    )


def _entries(file: BinaryIO, length: int) -> list[Entry]:
    """What was written up to a length that `settle` gave."""
    entries: list[Entry] = []
    position = 0
    while position < length:
        file.seek(position)
        _, _, _, method, time, date, crc, packed, size, name_bytes, _ = _LOCAL.unpack(file.read(_LOCAL.size))
        entries.append(Entry(file.read(name_bytes).decode(), position, method, time, date, crc, packed, size))
        position += _LOCAL.size + name_bytes + packed
    return entries
