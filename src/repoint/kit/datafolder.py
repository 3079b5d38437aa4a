"""The data folder and the lock that gives it one owner.

Where several processes serve one database, each owns a journal of its own in the folder, `journal/<number>`, with a
lock in it. A journal has a name in the database, made with it and kept in `journal.id`: the database may take in
journals of several machines.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LOCK_NAME = "repoint.lock"
DATABASE_NAME = "repoint.sqlite3"
JOURNAL_ID_NAME = "journal.id"
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
    """A folder that this process alone writes, from `claim` to `release`.

    Attributes:
        path: the folder.
        journal: the folder of the scan journal's segments.
        journal_id: what the database calls this journal; empty where it takes in only one.
    """

    path: Path
    journal: Path
    journal_id: str
    _lock: IO[str]

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.path / DATABASE_NAME

    @property
    def control_socket(self) -> Path:
        """Where a running server takes commands of the command line."""
        return self.path / "control.sock"

    def emptied_spool(self) -> Path:
        """The folder of what lives as long as one request; whatever a process that was killed left there is gone."""
        spool = self.path / (f"spool-{self.journal.name}" if self.journal_id else "spool")
        shutil.rmtree(spool, ignore_errors=True)
        spool.mkdir(mode=0o700)
        return spool

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
    lock = _lock(path)
    folder = DataFolder(path.resolve(), path.resolve() / "journal", "", lock)
    folder.journal.mkdir(mode=0o700, exist_ok=True)
    return folder


def claim_journal(path: Path, number: int) -> DataFolder:
    """Lock one of several journals of a data folder for this process, and nothing else of the folder.

    Raises:
        DataFolderBusy: another process holds the lock.
        OSError: the journal cannot be made or written.
    """
    journal = path.resolve() / "journal" / str(number)
    lock = _lock(journal)
    return DataFolder(path.resolve(), journal, _journal_id(journal / JOURNAL_ID_NAME), lock)


def journals(path: Path) -> list[int]:
    """The numbers of the journals that `claim_journal` has ever made in a folder, in order."""
    return sorted(int(made.parent.name) for made in (path / "journal").glob(f"*/{JOURNAL_ID_NAME}"))


def _journal_id(path: Path) -> str:
    if not path.exists():
        fresh = path.with_suffix(".new")
        with fresh.open("w", encoding="ascii") as file:
            file.write(secrets.token_hex(16))
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)  # as a whole or not at all: scans are stored under this name
    return path.read_text(encoding="ascii")


def _lock(folder: Path) -> IO[str]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = (folder / LOCK_NAME).open("a+", encoding="ascii")
    deadline = time.monotonic() + LAST_WRITES_WAIT_S
    while not _try_lock(lock):
        lock.seek(0)
        owner = lock.read(20).strip()
        if _is_alive(owner) or time.monotonic() > deadline:
            lock.close()
            raise DataFolderBusy(folder, owner)
        time.sleep(LOOK_AGAIN_S)
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


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
