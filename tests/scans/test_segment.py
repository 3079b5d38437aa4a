"""A segment: what counts is whole and on the disk."""

import errno
import os
from pathlib import Path

import pytest

from repoint.scans.journal import MAGIC
from repoint.scans.segment import BufferedDisk, Segment, SyncedDisk


class Crumbs(SyncedDisk):
    """Takes a few bytes at a time, as a disk may."""

    def write(self, fd: int, data: bytes) -> int:
        """As `os.write`, of three bytes at most."""
        return os.write(fd, data[:3])


class Failing(SyncedDisk):
    """Writes, and fails to sync from the given time on."""

    def __init__(self, *, good_syncs: int) -> None:
        self.good_syncs = good_syncs

    def sync(self, fd: int) -> None:
        """As `os.fdatasync`, until it fails."""
        self.good_syncs -= 1
        if self.good_syncs < 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        os.fdatasync(fd)


def test_a_segment_begins_with_its_magic(journal: Path) -> None:
    """A new segment is a whole, empty one, and its offset stands behind the magic."""
    segment = Segment(journal / "a.scans", SyncedDisk())
    segment.close()
    assert segment.path.read_bytes() == MAGIC
    assert segment.committed == len(MAGIC)


def test_a_segment_is_never_opened_twice(journal: Path) -> None:
    """A file that is there is not written into: its bytes are stored already."""
    (journal / "a.scans").write_bytes(b"there")
    with pytest.raises(FileExistsError):
        Segment(journal / "a.scans", SyncedDisk())
    assert (journal / "a.scans").read_bytes() == b"there"


def test_short_writes_are_continued(journal: Path) -> None:
    """A disk that takes a part gets the rest."""
    segment = Segment(journal / "a.scans", Crumbs())
    segment.append(b"0123456789")
    segment.close()
    assert segment.path.read_bytes() == MAGIC + b"0123456789"
    assert segment.committed == len(MAGIC) + 10


def test_what_was_not_synced_is_not_committed_and_can_be_cut_off(journal: Path) -> None:
    """After a failed sync the offset stays, and `abandon` leaves only what counted."""
    disk = Failing(good_syncs=2)
    segment = Segment(journal / "a.scans", disk)
    segment.append(b"safe")
    with pytest.raises(OSError, match="Input/output"):
        segment.append(b"unsafe")
    assert segment.committed == len(MAGIC) + 4
    assert segment.path.read_bytes() == MAGIC + b"safeunsafe"
    disk.good_syncs = 1
    assert segment.abandon()
    assert segment.path.read_bytes() == MAGIC + b"safe"


def test_a_cut_that_is_not_durable_does_not_count(journal: Path) -> None:
    """Where the disk does not confirm the cut, `abandon` says so: the bytes may come back after a power cut."""
    segment = Segment(journal / "a.scans", Failing(good_syncs=1))
    with pytest.raises(OSError, match="Input/output"):
        segment.append(b"unsafe")
    assert not segment.abandon()


def test_a_cut_that_fails_does_not_count(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file cannot be cut, `abandon` says so, and the file is closed."""
    segment = Segment(journal / "a.scans", SyncedDisk())
    monkeypatch.setattr(os, "ftruncate", _refuse)
    assert not segment.abandon()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(segment._fd)


def test_a_segment_that_cannot_begin_leaves_nothing(journal: Path) -> None:
    """No file stays behind where not even the magic reached the disk."""
    with pytest.raises(OSError, match="Input/output"):
        Segment(journal / "a.scans", Failing(good_syncs=0))
    assert not list(journal.iterdir())


def test_a_failing_close_is_no_failed_append(journal: Path) -> None:
    """What was committed stays so; a caller that heard of an error would store it again."""
    segment = Segment(journal / "a.scans", SyncedDisk())
    segment.append(b"safe")
    os.close(segment._fd)
    segment.close()
    assert segment.committed == len(MAGIC) + 4


def test_without_sync_the_kernel_has_it(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The buffered disk hands every byte to the kernel and asks for nothing more."""
    monkeypatch.setattr(os, "fdatasync", _refuse)
    segment = Segment(journal / "a.scans", BufferedDisk())
    segment.append(b"safe")
    assert segment.path.read_bytes() == MAGIC + b"safe"
    segment.close()


def _refuse(*_: object) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))
