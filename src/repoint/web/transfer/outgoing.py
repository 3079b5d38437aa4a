"""An export as a stream of bytes, at constant memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

import structlog

from repoint.accounts.actor import Actor
from repoint.codes.artwork import PictureSize
from repoint.codes.portability import pictures
from repoint.codes.portability.export import (
    OTHERS,
    begin_export,
    write_imported,
    write_manifest,
    write_readme,
    write_section,
)
from repoint.codes.portability.pictures import Format
from repoint.codes.portability.rows import Source
from repoint.kit.clock import rfc3339
from repoint.kit.db import Database
from repoint.kit.heavy import HeavyWork, TooMuchWork
from repoint.kit.zip_writing import ZipWriter
from repoint.links.space import LinkSpace
from repoint.web.transfer.spool import Spool, Unwanted

READERS = 2  # of the database's connections; requests need the others
BETWEEN_TRIES_S = 0.5
_COPY_CHARACTERS = 64 * 1024

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Exporter:
    """What an export takes of an installation."""

    db: Database
    space: LinkSpace
    drawing: HeavyWork
    spool: Path
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(READERS))

    async def begin(self, actor: Actor) -> Source:
        """Everything that can be refused is refused here, before the first byte.

        Raises:
            Forbidden: the key may not administer.
        """
        return await self.db.write(begin_export, actor, space=self.space)

    async def stream(self, source: Source, *, fmt: Format | None) -> AsyncIterator[bytes]:
        """The archive; `fmt` is of the pictures in it. Whoever stops taking it ends it."""
        spool = Spool(self.spool)
        archive = ZipWriter(spool.write, spool=self.spool, at=source.at)
        producing = asyncio.create_task(self._produce(source, archive, spool, fmt))
        producing.add_done_callback(lambda _: spool.complete())
        try:
            async for chunk in spool.chunks():
                yield chunk
            await asyncio.shield(producing)
        finally:
            spool.abandon()
            # The writer may be in the middle of a transaction on its thread; the files are closed behind it.
            producing.add_done_callback(lambda done: _close(done, archive, spool))

    async def _produce(self, source: Source, archive: ZipWriter, spool: Spool, fmt: Format | None) -> None:
        write_readme(source, archive)
        async with self.turns:
            files = await self.db.read(write_imported, source, archive)
        await spool.taken()
        for section in OTHERS:
            async with self.turns:
                files.append(await self.db.read(write_section, section, source, archive))
            await spool.taken()
        if fmt is not None:
            await self._draw(source, archive, spool, fmt)
        write_manifest(source, archive, files)
        archive.close()

    async def _draw(self, source: Source, archive: ZipWriter, spool: Spool, fmt: Format) -> None:
        after = 0
        with TemporaryFile("w+", dir=self.spool, encoding="utf-8") as lines:
            while codes := await self.db.read(pictures.following, source, after=after):
                for code in codes:
                    load = PictureSize(fmt).load_px
                    lines.write(await self._drawn(load, partial(pictures.draw_into, archive, code, fmt)))
                after = codes[-1].serial
                await spool.taken()
            lines.seek(0)
            entry = archive.begin(pictures.LIST)
            while some := lines.read(_COPY_CHARACTERS):
                entry.write(some)
            entry.finish()

    async def _drawn(self, load: int, draw: Callable[[], str]) -> str:
        """Requests go first: while as many wait as may, an export tries again later."""
        while True:
            try:
                return await self.drawing.run(load, draw)
            except TooMuchWork:
                await asyncio.sleep(BETWEEN_TRIES_S)


def file_name(source: Source) -> str:
    """What a downloaded archive is called."""
    return f"repoint-{source.public_id}-{rfc3339(source.at)[:10]}.zip"


def _close(done: "asyncio.Task[None]", archive: ZipWriter, spool: Spool) -> None:
    error = None if done.cancelled() else done.exception()
    if error is not None and not isinstance(error, Unwanted):
        log.error("export.failed", exc_info=error)
    archive.discard()
    spool.close()
