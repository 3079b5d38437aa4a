"""Starts the journal's process and waits for its end."""

import contextlib
import socket
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Literal

END_WAIT_S = 10.0


class ScribeProcess:
    """Launches scribes as processes of their own, out of the reach of signals to the server's group.

    `inherited` are file descriptors that a scribe holds for as long as it lives: with the data folder's lock among
    them, no other server can begin before the last scan of a killed one is written.
    """

    def __init__(self, sync: Literal["fsync", "os"], *, inherited: Collection[int]) -> None:
        self._sync = sync
        self._inherited = tuple(inherited)
        self._process: subprocess.Popen[bytes] | None = None

    def __call__(self, connection: socket.socket, folder: Path, session: str) -> None:
        """Start one on its end of a socket."""
        self.wait()
        fd = connection.fileno()
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", "repoint.scans.scribe", str(fd), str(folder), session, self._sync],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(fd, *self._inherited),
            start_new_session=True,
        )

    def wait(self) -> None:
        """Wait for the end of the last one, whose socket is closed; a bounded time, for a disk may hang."""
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(END_WAIT_S)
                self._process = None
