"""One journal segment on the disk, while it is written."""

import contextlib
import os
from pathlib import Path
from typing import Protocol

from repoint.scans.journal import MAGIC


class Disk(Protocol):
    """What a segment asks of the operating system; tests put a failing one in its place."""

    def write(self, fd: int, data: bytes) -> int:
        """As `os.write`."""

    def sync(self, fd: int) -> None:
        """As `os.fdatasync`."""


class SyncedDisk:
    """Every write reaches the disk before it counts."""

    def write(self, fd: int, data: bytes) -> int:
        """As `os.write`."""
        return os.write(fd, data)

    def sync(self, fd: int) -> None:
        """As `os.fdatasync`."""
        os.fdatasync(fd)


class BufferedDisk(SyncedDisk):
    """A write counts once the kernel has it: survives kill -9, not a power cut."""

    def sync(self, fd: int) -> None:
        """Leave it to the kernel."""


class Segment:
    """An open segment; `committed` is the offset up to which everything is whole and safe."""

    def __init__(self, path: Path, disk: Disk) -> None:
        """Begin a new segment and make its directory entry durable."""
        self.path = path
        self._disk = disk
        self._fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self.committed = 0
        try:
            self.append(MAGIC)
            _sync_folder(path.parent)
        except Exception:
            self.close()
            with contextlib.suppress(OSError):
                self.path.unlink()
            raise

    def append(self, data: bytes) -> None:
        """Write and sync.

        Raises:
            OSError: nothing of `data` counts; the caller must `abandon` this segment.
        """
        rest = memoryview(data)
        while rest:
            rest = rest[self._disk.write(self._fd, bytes(rest)) :]
        self._disk.sync(self._fd)
        self.committed += len(data)

    def abandon(self) -> bool:
        """Cut off what a failed append left behind, durably, and close; False where even that failed."""
        try:
            os.ftruncate(self._fd, self.committed)
            # The same records are stored again elsewhere; after a power cut they must not be here as well.
            self._disk.sync(self._fd)
        except OSError:
            return False
        finally:
            self.close()
        return True

    def close(self) -> None:
        """Close the file; it is never written again. What was committed is safe whatever `close` says."""
        with contextlib.suppress(OSError):
            os.close(self._fd)


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
