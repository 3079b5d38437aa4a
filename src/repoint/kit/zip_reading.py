"""Read a ZIP archive of a stranger within bounds.

The format is PKWARE's APPNOTE 6.3.10. Whatever a header says is checked before it is used: names, kinds, places and
sizes when the central directory (4.3.12) is read, and lengths and CRC-32 while an entry is inflated. What an export
of Repoint never has (encryption, links, other compressions, several disks, gaps before the first entry) is refused.
"""

import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from repoint.kit.errors import Invalid

FIELD = "file"
NAME_MAX = 255
READ_AT_ONCE = 64 * 1024
INFLATED_AT_ONCE = 256 * 1024
RATIO_FREE_BYTES = 1024 * 1024  # below this a good ratio harms nobody

_END_BYTES, _END_SEARCH = 22, 22 + 0xFFFF
_MAX_32, _MAX_16 = 0xFFFFFFFF, 0xFFFF
_ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
_UTF_8 = 1 << 11
_STORED, _DEFLATED = 0, 8


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much an archive may be; `ratio_max` is of inflated to compressed bytes."""

    entries_max: int
    kept_max: int
    inflated_bytes_max: int
    ratio_max: int
    line_bytes_max: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What the central directory says of an entry."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


class ZipReader:
    """The entries of an archive that `wants` names, and their contents."""

    def __init__(self, file: BinaryIO, *, wants: Callable[[str], bool], bounds: Bounds) -> None:
        """Read the central directory.

        Raises:
            Invalid: the archive is none, or holds what it may not.
        """
        self._file = file
        self._bounds = bounds
        self._start, size, self._count = _directory(file)
        self.entries = self._read_directory(size, wants)
        _check_apart(list(self.entries.values()), end=self._start)

    def check_total(self) -> None:
        """Let pass what together inflates, by its own words, to no more than the bound; the words are checked later.

        Raises:
            Invalid: it is more.
        """
        total = sum(entry.size for entry in self.entries.values())
        if total > self._bounds.inflated_bytes_max:
            raise Invalid(
                FIELD,
                f"inflates to {total:,} bytes, which is more than the {self._bounds.inflated_bytes_max:,} allowed",
            )

    def chunks(self, name: str) -> Iterator[bytes]:
        """The contents of an entry, inflated piece by piece.

        Raises:
            Invalid: it is not what the directory says, or breaks a bound.
        """
        entry = self.entries[name]
        produced = crc = 0
        for piece, consumed in self._inflated(entry):
            produced += len(piece)
            crc = zlib.crc32(piece, crc)
            if produced > entry.size:
                raise _refused(name, f"inflates to more than the {entry.size:,} bytes that it says")
            if produced > RATIO_FREE_BYTES and produced > self._bounds.ratio_max * consumed:
                raise _refused(name, f"inflates to more than {self._bounds.ratio_max} times its size (a ZIP bomb)")
            yield piece
        if produced != entry.size or crc != entry.crc:
            raise _refused(name, "is damaged: its length or checksum is another than the archive says")

    def lines(self, name: str, *, passing: Callable[[bytes], object] = lambda _: None) -> Iterator[bytes]:
        """The lines of an entry, without their ends; an empty one at the end is none. `passing` sees every byte.

        Raises:
            Invalid: as `chunks`, or a line is too long.
        """
        rest = b""
        for chunk in self.chunks(name):
            passing(chunk)
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
            if len(rest) > self._bounds.line_bytes_max:
                raise _refused(name, f"has a line of more than {self._bounds.line_bytes_max:,} bytes")
        if rest:
            yield rest

    def body(self, name: str, *, bytes_max: int) -> bytes:
        """An entry as a whole.

        Raises:
            Invalid: as `chunks`, or it is too large.
        """
        if self.entries[name].size > bytes_max:
            raise _refused(name, f"has more than {bytes_max:,} bytes, which is the most allowed")
        return b"".join(self.chunks(name))

    def _read_directory(self, size: int, wants: Callable[[str], bool]) -> dict[str, Entry]:
        kept: dict[str, Entry] = {}
        spelled: set[str] = set()
        position, end, count = self._start, self._start + size, 0
        self._file.seek(position)
        while position < end:
            count += 1
            if count > self._bounds.entries_max:
                raise Invalid(FIELD, f"has more than {self._bounds.entries_max:,} entries, which is the most allowed")
            entry, length = _entry(self._file, count, room=end - position)
            position += length
            if entry is None or not wants(entry.name):
                continue
            if entry.name.casefold() in spelled:
                raise _refused(entry.name, "is there twice")
            if len(kept) >= self._bounds.kept_max:
                raise Invalid(FIELD, f"has more than {self._bounds.kept_max:,} files to import, the most allowed")
            spelled.add(entry.name.casefold())
            kept[entry.name] = entry
        if count != self._count:
            raise Invalid(FIELD, f"says that it has {self._count:,} entries and has {count:,}")
        return kept

    def _inflated(self, entry: Entry) -> Iterator[tuple[bytes, int]]:
        """Pieces, and how much of the archive was used up for them and all before."""
        position = self._data_start(entry)
        left = entry.packed
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        while left:
            self._file.seek(position)
            some = self._file.read(min(left, READ_AT_ONCE))
            if not some:
                raise _refused(entry.name, "is cut off")
            position += len(some)
            left -= len(some)
            if entry.method == _STORED:
                yield some, entry.packed - left
                continue
            try:
                while some:
                    yield inflate.decompress(some, INFLATED_AT_ONCE), entry.packed - left
                    some = inflate.unconsumed_tail
            except zlib.error:
                raise _refused(entry.name, "is damaged: it cannot be inflated") from None
            if inflate.eof and (left or inflate.unused_data):  # asked here, because zlib keeps whatever follows
                raise _misplaced(entry)
        if entry.method == _DEFLATED:
            yield inflate.flush(INFLATED_AT_ONCE), entry.packed  # what the last bound held back
        if entry.method == _DEFLATED and not inflate.eof:
            raise _misplaced(entry)

    def _data_start(self, entry: Entry) -> int:
        """Behind the local header, which must say the same as the directory."""
        self._file.seek(entry.offset)
        head = self._file.read(30)
        if len(head) < 30 or head[:4] != b"PK\3\4":
            raise _refused(entry.name, "is not where the archive says")
        flags, method = struct.unpack_from("<HH", head, 6)
        name_length, extra_length = struct.unpack_from("<HH", head, 26)
        name = self._file.read(name_length)
        if name != entry.name.encode() or method != entry.method or flags & _ENCRYPTED:
            raise _refused(entry.name, "has two headers that contradict each other")
        start: int = entry.offset + 30 + name_length + extra_length
        if start + entry.packed > self._start:
            raise _refused(entry.name, "reaches into the archive's directory")
        return start


def _directory(file: BinaryIO) -> tuple[int, int, int]:
    """Where the central directory begins, its length, and how many entries it should have."""
    length = file.seek(0, 2)
    file.seek(max(length - _END_SEARCH, 0))
    tail = file.read(_END_SEARCH)
    at = tail.rfind(b"PK\5\6")
    while at >= 0 and (len(tail) - at < _END_BYTES or at + _END_BYTES + _u16(tail, at + 20) != len(tail)):
        at = tail.rfind(b"PK\5\6", 0, at)
    if at < 0:
        raise Invalid(FIELD, "is no ZIP archive, or was cut off")
    end = length - len(tail) + at
    disk, first_disk, here, count, size, start = struct.unpack_from("<HHHHLL", tail, at + 4)
    file.seek(max(end - 20, 0))
    locator = file.read(20)
    if locator[:4] == b"PK\6\7":
        end = int.from_bytes(locator[8:16], "little")
        file.seek(min(end, length))
        record = file.read(56)
        if len(record) < 56 or record[:4] != b"PK\6\6":
            raise Invalid(FIELD, "is damaged: its ZIP64 directory is not where it says")
        disk, first_disk, here, count, size, start = struct.unpack_from("<LLQQQQ", record, 16)
    if disk or first_disk or here != count:
        raise Invalid(FIELD, "is one part of an archive in several; send one that is whole")
    if start + size != end:
        raise Invalid(FIELD, "is damaged: its directory is not where it says, or something stands before it")
    return start, size, count


def _entry(file: BinaryIO, number: int, *, room: int) -> tuple[Entry | None, int]:
    """The next entry of the directory, None for a folder, and how many bytes it took."""
    head = file.read(46)
    if len(head) < 46 or head[:4] != b"PK\1\2":
        raise Invalid(FIELD, f"is damaged: entry {number:,} of its directory cannot be read")
    flags, method = struct.unpack_from("<HH", head, 8)
    crc, packed, size = struct.unpack_from("<LLL", head, 16)
    name_length, extra_length, comment_length = struct.unpack_from("<HHH", head, 28)
    attributes, offset = struct.unpack_from("<LL", head, 38)
    length = 46 + name_length + extra_length + comment_length
    spelled, extra = file.read(name_length), file.read(extra_length)
    file.seek(comment_length, 1)
    if length > room:
        raise Invalid(FIELD, f"is damaged: entry {number:,} of its directory cannot be read")
    name = _name(spelled, number, is_utf_8=bool(flags & _UTF_8))
    size, packed, offset = _long(name, extra, size, packed, offset)
    if stat.S_ISLNK(attributes >> 16):
        raise _refused(name, "is a symbolic link; an export has files alone")
    if flags & _ENCRYPTED:
        raise _refused(name, "is encrypted; send the archive without a password")
    if name.endswith("/"):
        if size:
            raise _refused(name, "is a folder with contents of its own")
        return None, length
    if method not in (_STORED, _DEFLATED):
        raise _refused(name, f"is compressed by method {method}; only deflate is read")
    return Entry(name, flags, method, crc, packed, size, offset), length


def _name(spelled: bytes, number: int, *, is_utf_8: bool) -> str:
    try:
        name = spelled.decode("utf-8" if is_utf_8 else "ascii")
    except UnicodeDecodeError:
        raise Invalid(FIELD, f"has an entry (number {number:,}) whose name is no UTF-8") from None
    if not name or len(name) > NAME_MAX or not name.isprintable():
        raise Invalid(FIELD, f"has an entry (number {number:,}) whose name is empty, too long or not printable")
    if "\\" in name or ":" in name or name.startswith("/"):
        raise _refused(name, "has an absolute name, or one that is a path elsewhere")
    if any(part in ("", ".", "..") for part in name.removesuffix("/").split("/")):
        raise _refused(name, "leads out of the archive (path traversal)")
    return name


def _long(name: str, extra: bytes, *values: int) -> tuple[int, ...]:
    """Sizes and offset, from the ZIP64 extra field (4.5.3) where they do not fit into 32 bits."""
    wanted = sum(value == _MAX_32 for value in values)
    if not wanted:
        return values
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1 and length >= 8 * wanted and at + 4 + 8 * wanted <= len(extra):
            long = iter(struct.unpack_from(f"<{wanted}Q", extra, at + 4))
            return tuple(next(long) if value == _MAX_32 else value for value in values)
        at += 4 + length
    raise _refused(name, "says that its sizes stand in a ZIP64 field, which is not there")


def _check_apart(entries: list[Entry], *, end: int) -> None:
    """Entries that share their data would inflate to far more than there is."""
    entries.sort(key=lambda entry: entry.offset)
    limits = [*(entry.offset for entry in entries[1:]), end]
    for entry, limit in zip(entries, limits, strict=False):
        if entry.offset + 30 + len(entry.name.encode()) + entry.packed > limit:
            raise _refused(entry.name, "overlaps another entry, or the archive's directory")


def _misplaced(entry: Entry) -> Invalid:
    return _refused(entry.name, "is damaged: its data ends in another place than the archive says")


def _refused(name: str, reason: str) -> Invalid:
    return Invalid(FIELD, f"cannot be imported: the entry {name!r} {reason}")


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")
