"""An import from a file that was sent, step by step."""

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from uuid import UUID

from repoint.accounts.actor import Actor
from repoint.codes import logo_upload
from repoint.codes.portability import archive as archives
from repoint.codes.portability.archive import Archive, open_archive
from repoint.codes.portability.progress import ImportState, begin_import
from repoint.codes.portability.take_in import import_step, next_batch
from repoint.kit.db import Database
from repoint.kit.errors import Conflict, Invalid
from repoint.kit.jail import Jail
from repoint.links.space import LinkSpace

AT_ONCE = 2  # imports of a whole installation: each wants a processor
BETWEEN_STEPS_S = 0.005  # phones and other writers go first


@dataclass(frozen=True, slots=True)
class Importer:
    """What an import takes of an installation."""

    db: Database
    space: LinkSpace
    logo_reader: Jail
    spool: Path
    running: set[UUID] = field(default_factory=set)
    receiving: set[UUID] = field(default_factory=set)

    @contextmanager
    def reception(self, actor: Actor) -> Iterator[None]:
        """While an archive is received; an organisation sends one at a time, because each lies on the disk.

        Raises:
            Conflict: `import_running`.
        """
        self.admit(actor)
        if actor.org in self.receiving:
            raise Conflict(
                "import_running", "An archive of this organisation is being received. Wait until it is here."
            )
        self.receiving.add(actor.org)
        try:
            yield
        finally:
            self.receiving.discard(actor.org)

    def admit(self, actor: Actor) -> None:
        """Let an import begin where there is room for it; to be asked before the archive is received.

        Raises:
            Conflict: `import_running`.
        """
        if actor.org in self.running:
            raise Conflict("import_running", "An import of this organisation is running. Wait until it has ended.")
        if len(self.running) >= AT_ONCE:
            raise Conflict("import_running", f"{AT_ONCE} imports are running here already. Try again in a while.")

    async def run(self, actor: Actor, file: BinaryIO) -> ImportState:
        """Check a whole archive, then take it in; goes on where an import of the same archive was stopped.

        Raises:
            Forbidden: the key may not administer.
            Invalid: the archive, which is refused as a whole.
            Conflict: `import_running`.
            PlanExpired, NotInPlan: as of `require_imports`.
        """
        self.admit(actor)
        self.running.add(actor.org)
        try:
            archive = await asyncio.to_thread(open_archive, file)
            with TemporaryDirectory(dir=self.spool) as folder:
                await self._clean(archive, Path(folder))
                return await self._take(actor, archive)
        finally:
            self.running.discard(actor.org)

    async def _clean(self, archive: Archive, folder: Path) -> None:
        """Artwork of a stranger is read in a child process, as an upload is, and written anew."""
        for logo in archive.logos.values():
            if logo.file in archive.cleaned:
                continue
            body = await asyncio.to_thread(archives.artwork, archive, logo)
            try:
                new = logo_upload.new_logo(await self.logo_reader.run(body), field="file", name=logo.name)
            except Invalid as error:
                raise Invalid("file", f"cannot be imported: the entry {logo.file!r} {error.reason}") from None
            path = folder / hashlib.sha256(logo.file.encode()).hexdigest()
            await asyncio.to_thread(path.write_bytes, new.artwork)
            archive.cleaned[logo.file] = (new.media_type, path)

    async def _take(self, actor: Actor, archive: Archive) -> ImportState:
        state = await self.db.write(begin_import, actor, source=archive.source, sha256=archive.sha256)
        while not state.is_finished:
            batch = await asyncio.to_thread(next_batch, archive, state)
            state = await self.db.write(import_step, actor, state, batch, archive=archive, space=self.space)
            await asyncio.sleep(BETWEEN_STEPS_S)
        return state
