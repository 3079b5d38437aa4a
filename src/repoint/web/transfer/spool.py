"""Bytes on the disk, between a fast writer and a slow reader."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryFile

READ_AT_ONCE = 256 * 1024


class Unwanted(Exception):
    """Whoever was to read has gone; it ends the writer's work and goes no further."""


class Spool:
    """Takes bytes from any thread, one at a time, and gives them on the event loop while more come.

    So a transaction that reads the database ends when it has read, however slow the client is.
    """

    def __init__(self, folder: Path) -> None:
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - closed by `close`
        self._loop = asyncio.get_running_loop()
        self._moved = asyncio.Event()
        self._emptied = asyncio.Event()
        self._written = self._taken = 0
        self._is_wanted, self._is_complete = True, False

    def write(self, data: bytes) -> None:
        """Keep bytes for the reader.

        Raises:
            Unwanted: there is none any longer.
            OSError: the disk is full.
        """
        if not self._is_wanted:
            raise Unwanted
        rest = memoryview(data)
        while rest:
            done = os.pwrite(self._file.fileno(), rest, self._written)
            self._written += done
            rest = rest[done:]
        self._loop.call_soon_threadsafe(self._moved.set)

    async def taken(self) -> None:
        """Wait until everything was read, and give the disk back.

        Raises:
            Unwanted: there is no reader any longer.
        """
        while self._taken < self._written and self._is_wanted:
            self._emptied.clear()
            await self._emptied.wait()
        if not self._is_wanted:
            raise Unwanted
        os.ftruncate(self._file.fileno(), 0)
        self._written = self._taken = 0

    def complete(self) -> None:
        """Nothing more comes."""
        self._is_complete = True
        self._moved.set()

    def abandon(self) -> None:
        """Nobody reads any longer."""
        self._is_wanted = False
        self._emptied.set()

    def close(self) -> None:
        """Give the file up; the writer has ended."""
        self._file.close()

    async def chunks(self) -> AsyncIterator[bytes]:
        """What was written, as it comes."""
        while True:
            self._moved.clear()
            if self._taken < self._written:
                some = await asyncio.to_thread(os.pread, self._file.fileno(), READ_AT_ONCE, self._taken)
                self._taken += len(some)
                yield some
                self._emptied.set()
            elif self._is_complete:
                return
            else:
                await self._moved.wait()
