"""The process that writes the journal: frames in, acknowledgements out.

It stands apart from the server so that waiting for the disk costs the server's interpreter nothing, and so that what
was handed over is written even when the server is killed. On a stream socket:

    frame            = length u32, records                                       little-endian
    acknowledgement  = frames u32, errno u32, sequence u32, committed u64, took u64

A frame is what came together in one turn of the server's loop. Frames that wait together are written and synced
together, and acknowledged together, in order. `errno` 0 says that they are safe; anything else that none of them
counts. `sequence` is the segment's number in this session, `committed` the offset up to which it may be read, `took`
the nanoseconds of writing and syncing. A first acknowledgement, of no frame, says that the scribe is reading.
"""

import contextlib
import errno
import signal
import socket
import struct
import sys
import time
from pathlib import Path

from repoint.scans.journal import segment_name
from repoint.scans.segment import BufferedDisk, Disk, Segment, SyncedDisk

SEGMENT_BYTES = 32 * 1024 * 1024
READ_BYTES = 256 * 1024

FRAME = struct.Struct("<I")
ACKNOWLEDGEMENT = struct.Struct("<IIIQQ")


class Scribe:
    """Writes the segments of one session."""

    def __init__(self, folder: Path, session: str, disk: Disk, *, segment_bytes: int = SEGMENT_BYTES) -> None:
        self._folder = folder
        self._session = session
        self._disk = disk
        self._segment_bytes = segment_bytes
        self._segment: Segment | None = None
        self._sequence = 0

    def serve(self, connection: socket.socket) -> None:
        """Write what comes until the other side closes; what was handed over before that is written too."""
        waiting = bytearray()
        _tell(connection, ACKNOWLEDGEMENT.pack(0, 0, 0, 0, 0))
        while data := _receive(connection):
            waiting += data
            frames, records = _take_frames(waiting)
            if frames:
                began = time.perf_counter_ns()
                outcome = self._store(records)
                _tell(connection, ACKNOWLEDGEMENT.pack(frames, *outcome, time.perf_counter_ns() - began))
        if self._segment is not None:
            self._segment.close()

    def _store(self, records: bytes) -> tuple[int, int, int]:
        committed = 0
        try:
            segment = self._segment or self._begin_segment()
            committed = segment.committed
            segment.append(records)
        except OSError as error:
            if self._segment is not None:
                self._segment.abandon()
                self._segment = None
            return error.errno or errno.EIO, self._sequence, committed
        if segment.committed >= self._segment_bytes:
            segment.close()
            self._segment = None
        return 0, self._sequence, segment.committed

    def _begin_segment(self) -> Segment:
        self._sequence += 1
        self._segment = Segment(self._folder / segment_name(self._session, self._sequence), self._disk)
        return self._segment


def _tell(connection: socket.socket, acknowledgement: bytes) -> None:
    """A server that is gone needs no answer, but what it handed over is still to be written."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(acknowledgement)


def _receive(connection: socket.socket) -> bytes:
    """The next bytes; none at the end, which is "connection reset" where the other side was killed with mail unread."""
    try:
        return connection.recv(READ_BYTES)
    except ConnectionResetError:
        return b""


def _take_frames(waiting: bytearray) -> tuple[int, bytes]:
    """Take the whole frames off the front: how many, and their records."""
    frames, at = 0, 0
    parts = []
    while at + FRAME.size <= len(waiting):
        start = at + FRAME.size
        end = start + FRAME.unpack_from(waiting, at)[0]
        if end > len(waiting):
            break
        parts.append(bytes(waiting[start:end]))
        frames, at = frames + 1, end
    del waiting[:at]
    return frames, b"".join(parts)


def main() -> None:
    """Run as a process: `python -m repoint.scans.scribe SOCKET-FD FOLDER SESSION fsync|os`; ends with the server."""
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # The server says when it is over, by closing the socket; a signal to its whole group must not cut the journal
        # off.
        signal.signal(ending, signal.SIG_IGN)
    fd, folder, session, sync = sys.argv[1:]
    disk = SyncedDisk() if sync == "fsync" else BufferedDisk()
    with socket.socket(fileno=int(fd)) as connection:
        Scribe(Path(folder), session, disk).serve(connection)


if __name__ == "__main__":
    main()
