"""The data folder and the lock that gives it one owner."""

import contextlib
import fcntl
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LOCK_NAME = "repoint.lock"
# A server that was killed leaves the process that writes its journal behind for a moment, and with it the lock.
LAST_WRITES_WAIT_S = 10.0
LOOK_AGAIN_S = 0.02


class DataFolderBusy(Exception):
    """Another process owns the folder; two writers can corrupt one SQLite file."""

    def __init__(self, folder: Path, owner: str) -> None:
        super().__init__(
            f"The data folder {folder} is in use by another Repoint process{f' (pid {owner})' if owner else ''}. "
            "Stop that one first, or give this one a folder of its own with --data."
        )
        self.folder = folder


@dataclass(frozen=True, slots=True)
class DataFolder:
    """A folder that this process alone writes, from `claim` to `release`."""

    path: Path
    _lock: IO[str]

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.path / "repoint.sqlite3"

    @property
    def journal(self) -> Path:
        """The folder of the scan journal's segments."""
        return self.path / "journal"

    @property
    def control_socket(self) -> Path:
        """Where a running server takes commands of the command line."""
        return self.path / "control.sock"

    @property
    def lock_fd(self) -> int:
        """The lock's file descriptor; a child process that inherits it holds the folder too."""
        return self._lock.fileno()

    def release(self) -> None:
        """Give the folder up; the kernel does the same when the process ends in any way."""
        self._lock.close()


def claim(path: Path) -> DataFolder:
    """Make the folder where it is missing, and lock it for this process.

    Raises:
        DataFolderBusy: another process holds the lock.
        OSError: the folder cannot be made or written.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = (path / LOCK_NAME).open("a+", encoding="ascii")
    deadline = time.monotonic() + LAST_WRITES_WAIT_S
    while not _try_lock(lock):
        lock.seek(0)
        owner = lock.read(20).strip()
        if _is_alive(owner) or time.monotonic() > deadline:
            lock.close()
            raise DataFolderBusy(path, owner)
        time.sleep(LOOK_AGAIN_S)
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    folder = DataFolder(path.resolve(), lock)
    folder.journal.mkdir(mode=0o700, exist_ok=True)
    return folder


def is_claimed(path: Path) -> bool:
    """Whether some process owns the folder right now."""
    try:
        lock = (path / LOCK_NAME).open("r", encoding="ascii")
    except FileNotFoundError:
        return False
    with contextlib.closing(lock):
        return not _try_lock(lock)


def _try_lock(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_alive(owner: str) -> bool:
    """Whether the process that wrote its number into the lock is still there."""
    try:
        os.kill(int(owner), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
