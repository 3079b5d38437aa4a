"""Archives over the control socket, out of a server and into it.

What a running server does for `repoint export` and `repoint import`.
Behind the line of the request come, from whoever has the archive, frames of a length in 4 bytes (big-endian) and so
many bytes; a frame of length 0 ends it. The answer is a line, as it is to every command.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from tempfile import TemporaryFile
from typing import Any

from repoint.cli.org_commands import operator
from repoint.services import Services
from repoint.web.api.wire_portability import ImportOut
from repoint.web.transfer.incoming import Importer
from repoint.web.transfer.outgoing import Exporter

FRAME_BYTES_MAX = 1024 * 1024
LENGTH_BYTES = 4

Transfer = Callable[..., Awaitable[dict[str, Any]]]


async def export(
    services: Services, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, org: str | None, fmt: Any
) -> dict[str, Any]:
    """Send an organisation's archive."""
    del reader
    exporter = Exporter(services.db, services.space, services.drawing, services.spool)
    try:
        source = await exporter.begin(await services.db.read(operator, org))
        async for chunk in exporter.stream(source, fmt=fmt):
            writer.write(frame(chunk))
            await writer.drain()
    finally:
        writer.write(frame(b""))
    return {"org": source.public_id}


async def take_in(
    services: Services, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, org: str | None
) -> dict[str, Any]:
    """Receive an archive and import it."""
    del writer
    actor = await services.db.read(operator, org)
    importer = Importer(services.db, services.space, services.logo_reader, services.spool)
    with TemporaryFile(dir=services.spool) as file:
        async for chunk in frames(reader):
            await asyncio.to_thread(file.write, chunk)
        return ImportOut.of(await importer.run(actor, file)).model_dump()


TRANSFERS: Mapping[str, Transfer] = {"export": export, "import": take_in}


def frame(data: bytes) -> bytes:
    """Bytes with their length before them."""
    return len(data).to_bytes(LENGTH_BYTES) + data


async def frames(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """What comes before the frame of length 0."""
    while length := int.from_bytes(await reader.readexactly(LENGTH_BYTES)):
        if length > FRAME_BYTES_MAX:
            raise ValueError("a frame is too long")
        yield await reader.readexactly(length)
