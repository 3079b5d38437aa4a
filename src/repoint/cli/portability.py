"""`repoint export` and `repoint import`: an organisation as one archive."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, cast, get_args

import click

from repoint import bootstrap
from repoint.cli.control import answered, asking
from repoint.cli.folder import claim, open_database, open_server
from repoint.cli.options import data_option, fail, read_settings
from repoint.cli.org_commands import operator
from repoint.cli.transfers import FRAME_BYTES_MAX, LENGTH_BYTES, frame
from repoint.codes import logo_upload
from repoint.codes.artwork import LARGEST_LOAD_PX
from repoint.codes.portability.pictures import Format
from repoint.kit.datafolder import DataFolderBusy
from repoint.kit.db import Database, DatabaseUnavailable
from repoint.kit.errors import DomainError
from repoint.kit.heavy import HeavyWork
from repoint.kit.jail import Jail
from repoint.links import domains
from repoint.links.space import LinkSpace
from repoint.settings import Settings
from repoint.web.api.wire_portability import ImportOut
from repoint.web.transfer.incoming import Importer
from repoint.web.transfer.outgoing import Exporter

ANSWER_BYTES_MAX = 4 * 1024 * 1024
_KINDS = ("domains", "logos", "designs", "folders", "tags", "codes")
_org = click.option("--org", help="The organisation's id; without it the first one.")


@click.command()
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The ZIP archive.")
@click.option("--pictures", type=click.Choice(get_args(Format)), help="Also draw each code, in this format.")
@_org
@data_option
def export(output: Path, pictures: Format | None, org: str | None, data: Path | None) -> None:
    """Write everything of an organisation into one archive."""
    settings = read_settings(data=data)
    with _written(output) as file:
        try:
            with _here(settings) as (db, space, spool):
                asyncio.run(_export_here(db, space, spool, file, org=org, fmt=pictures))
        except DataFolderBusy as busy:
            _export_beside(settings, busy, file, org=org, fmt=pictures)
    click.echo(f"{output}  {output.stat().st_size:,} bytes")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_org
@data_option
def import_archive(file: Path, org: str | None, data: Path | None) -> None:
    """Take an archive of `repoint export` in; exits with 1 where something of it was left out."""
    settings = read_settings(data=data)
    if file.stat().st_size > settings.import_bytes_max:
        fail(f"{file} has more than {settings.import_bytes_max:,} bytes; REPOINT_IMPORT_BYTES_MAX allows no more")
    with file.open("rb") as archive:
        try:
            with _here(settings) as (db, space, spool):
                result = asyncio.run(_import_here(db, space, spool, archive, org=org))
        except DataFolderBusy as busy:
            result = _import_beside(settings, busy, archive, org=org)
    for kind in _KINDS:
        counts = result[kind]
        told = ", ".join(f"{counts[word]:,} {word}" for word in ("created", "unchanged", "conflicts"))
        click.echo(f"{kind:<8} {told}")
    for left in result["conflicts"]:
        click.echo(f"{left['file']}, row {left['row']}: {left['reason']}", err=True)
    sys.exit(1 if any(result[kind]["conflicts"] for kind in _KINDS) else 0)


@contextmanager
def _written(output: Path) -> Iterator[BinaryIO]:
    """A file that gets its name once it is whole."""
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(output)
    except OSError as error:
        fail(f"{output} cannot be written: {error.strerror}")
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _here(settings: Settings) -> Iterator[tuple[Database, LinkSpace, Path]]:
    """The database, without a server between; a refusal ends the program.

    Raises:
        DataFolderBusy: a server runs on the folder, and must be asked.
    """
    with ExitStack() as stack:
        if settings.database_url:
            db = open_server(settings)[0]
            spool = Path(stack.enter_context(TemporaryDirectory()))
        else:
            folder = claim(settings.data)
            stack.callback(folder.release)
            db = open_database(folder)[0]
            spool = folder.emptied_spool()
        stack.callback(db.close)
        try:
            db.write_now(bootstrap.found_installation)
            space = bootstrap.link_space(settings)
            space.served.load(*db.read_now(domains.load_served))
            yield db, space, spool
        except (DomainError, DatabaseUnavailable) as error:
            fail(str(error))


async def _export_here(
    db: Database, space: LinkSpace, spool: Path, file: BinaryIO, *, org: str | None, fmt: Format | None
) -> None:
    drawing = HeavyWork(capacity=LARGEST_LOAD_PX, threads=bootstrap.DRAWING_THREADS, waiting_max=1, name="drawing")
    exporter = Exporter(db, space, drawing, spool)
    try:
        source = await exporter.begin(await db.read(operator, org))
        async for chunk in exporter.stream(source, fmt=fmt):
            file.write(chunk)
    finally:
        drawing.close()


async def _import_here(
    db: Database, space: LinkSpace, spool: Path, file: BinaryIO, *, org: str | None
) -> dict[str, Any]:
    reader = Jail(*logo_upload.READER)
    importer = Importer(db, space, reader, spool)
    try:
        return ImportOut.of(await importer.run(await db.read(operator, org), file)).model_dump()
    finally:
        reader.close()


def _export_beside(
    settings: Settings, busy: DataFolderBusy, file: BinaryIO, *, org: str | None, fmt: Format | None
) -> None:
    with asking(settings.data, "export", {"org": org, "fmt": fmt}, busy=busy, wait_s=None) as stream:
        while length := int.from_bytes(stream.read(LENGTH_BYTES)):
            body = stream.read(length) if length <= FRAME_BYTES_MAX else b""
            if len(body) < length:
                fail("the server broke off; its log says why")
            file.write(body)
        answered(stream, busy=busy)


def _import_beside(settings: Settings, busy: DataFolderBusy, file: BinaryIO, *, org: str | None) -> dict[str, Any]:
    with asking(settings.data, "import", {"org": org}, busy=busy, wait_s=None) as stream:
        with suppress(ConnectionError):  # a server that refuses early says why in its answer
            while chunk := file.read(FRAME_BYTES_MAX):
                stream.write(frame(chunk))
            stream.write(frame(b""))
            stream.flush()
        return cast("dict[str, Any]", answered(stream, busy=busy, bytes_max=ANSWER_BYTES_MAX))
