"""What stands in the journal and not yet in the database."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from repoint.scans.journal import MAGIC, SUFFIX, Decoder, Record, read

READ_BYTES = 384 * 1024
DAMAGED_SUFFIX = ".damaged"


class Writer(Protocol):
    """The writing end of the journal as its reader sees it."""

    def is_open(self, path: Path) -> bool:
        """Whether the segment may still grow."""

    def readable_end(self, path: Path) -> int | None:
        """The offset up to which the segment may be read; None for all of it."""


class NobodyWrites:
    """The writing end of a journal whose process is gone."""

    def is_open(self, path: Path) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def readable_end(self, path: Path) -> int | None:  # noqa: ARG002
        """All of it."""
        return None


@dataclass(frozen=True, slots=True)
class Batch:
    """A stretch of one segment.

    Attributes:
        path: the segment.
        start: offset of the first byte, up to which the database has everything.
        end: offset behind the last byte.
        records: the scans between, in order.
        damage: (first, end) offsets that hold no whole record.
        torn: bytes of a record cut short by the end of its process.
        is_last: whether nothing follows, now or ever.
    """

    path: Path
    start: int
    end: int
    records: list[Record]
    damage: list[tuple[int, int]]
    torn: int
    is_last: bool


class Backlog:
    """Reads the segments of a folder, oldest first."""

    def __init__(self, folder: Path, writer: Writer) -> None:
        self._folder = folder
        self._writer = writer
        self._decoder = Decoder()

    def segments(self) -> list[Path]:
        """The segments there are, oldest first."""
        return sorted(path for path in self._folder.iterdir() if path.suffix == SUFFIX)

    def waiting_bytes(self, stored: Mapping[str, int]) -> int:
        """Bytes that the database does not have, given how far each segment is stored."""
        return sum(max(0, self._end(path) - stored.get(path.name, 0)) for path in self.segments())

    def remove(self, batch: Batch, *, is_damaged: bool) -> None:
        """Take a stored segment away, durably; one with damage is kept under another name for whoever wants to look."""
        if is_damaged:
            batch.path.rename(batch.path.with_suffix(DAMAGED_SUFFIX))
        else:
            batch.path.unlink()
        fd = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            # Before its offset is forgotten: a segment that came back after a power cut would be counted twice.
            os.fsync(fd)
        finally:
            os.close(fd)

    def next_of(self, path: Path, start: int) -> Batch | None:
        """The stretch of a segment that begins at `start`, at most `READ_BYTES` long; None where nothing has come yet.

        Raises:
            ValueError: a newer version of Repoint wrote the segment.
        """
        is_open = self._writer.is_open(path)  # asked first: a segment that closes meanwhile is finished next time
        end = self._end(path)
        start = max(start, len(MAGIC))
        if end <= start:
            return None if is_open else Batch(path, start, start, [], [], 0, is_last=True)
        with path.open("rb") as file:
            is_marked = start > len(MAGIC) or file.read(len(MAGIC)) == MAGIC
            file.seek(start)
            data = file.read(min(READ_BYTES, end - start))
        reaches_end = start + len(data) >= end
        reading = read(data, offset=start, is_end=reaches_end)
        if not is_marked:
            # Some other file, or ours with a flipped bit: in both cases what can be read is read.
            reading.damage.insert(0, (0, len(MAGIC)))
        return Batch(
            path,
            start,
            reading.end,
            [self._decoder.decode(payload) for payload in reading.payloads],
            reading.damage,
            reading.torn,
            is_last=reaches_end and not is_open,
        )

    def _end(self, path: Path) -> int:
        end = self._writer.readable_end(path)
        if end is not None:
            return end
        try:
            return path.stat().st_size
        except FileNotFoundError:
            return 0
