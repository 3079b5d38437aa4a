"""Commands to a running server, over a socket in its data folder.

Only one process may write a SQLite file, so a command that changes something asks the server that owns the folder,
and does the work itself where none runs. PostgreSQL takes care of several processes, so there every command works on
the database itself. One request and one answer, each a line of JSON:

    {"command": "keys.create", "arguments": {...}}
    {"result": {...}}  or  {"error": "a sentence"}

The socket lies in a folder that only its owner may enter, and is readable by its owner alone.
"""

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from repoint import bootstrap
from repoint.cli.commands import CHANGING, READING
from repoint.cli.domain_commands import TAKE_SPACE
from repoint.cli.folder import claim, open_database, open_server
from repoint.cli.options import fail, read_settings
from repoint.cli.transfers import TRANSFERS
from repoint.kit.datafolder import DataFolderBusy
from repoint.kit.db import Database, DatabaseUnavailable
from repoint.kit.errors import DomainError
from repoint.links.space import LinkSpace
from repoint.services import Services
from repoint.settings import Settings

SOCKET_NAME = "control.sock"
LINE_BYTES_MAX = 64 * 1024
ANSWER_WAIT_S = 30.0
_REFUSALS = (DomainError, DatabaseUnavailable)


@asynccontextmanager
async def listening(services: Services) -> AsyncIterator[None]:
    """Take commands for as long as the server runs."""
    folder = services.data

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer = await _carry_out(services, reader, writer)
        with contextlib.suppress(ConnectionError):  # whoever asked may have gone
            writer.write(json.dumps(answer).encode() + b"\n")
            writer.close()
            await writer.wait_closed()

    listener = _listen(folder)
    try:
        async with await asyncio.start_unix_server(converse, sock=listener, limit=LINE_BYTES_MAX):
            yield
    finally:
        (folder / SOCKET_NAME).unlink(missing_ok=True)


async def _carry_out(services: Services, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> dict[str, Any]:
    try:
        asked = json.loads(await reader.readline())
        name, arguments = asked["command"], asked["arguments"]
        if name in TRANSFERS:
            return {"result": await TRANSFERS[name](services, reader, writer, **arguments)}
        if name in READING:
            return {"result": await services.db.read(READING[name], **arguments)}
        return {"result": await services.db.write(CHANGING[name], **_filled(name, arguments, services.space))}
    except _REFUSALS as error:
        return {"error": str(error)}
    except Exception as error:  # noqa: BLE001 - another version may ask for anything, and waits for an answer
        return {"error": f"the command was not understood ({error!r}); do both sides have the same version?"}


def command(data: Path, name: str, /, **arguments: Any) -> Any:
    """Have a command carried out, by the server that owns the folder or else here; a refusal ends the program."""
    _check_encoding(arguments)
    settings = read_settings(data=data)
    bootstrap.take_catalogue(settings)
    if settings.database_url:
        return _carry_out_here(settings, open_server(settings)[0], name, arguments)
    try:
        folder = claim(data)
    except DataFolderBusy as busy:
        with asking(data, name, arguments, busy=busy) as stream:
            return answered(stream, busy=busy)
    try:
        return _carry_out_here(settings, open_database(folder)[0], name, arguments)
    finally:
        folder.release()


def _carry_out_here(settings: Settings, db: Database, name: str, arguments: dict[str, Any]) -> Any:
    try:
        db.write_now(bootstrap.found_installation)
        if name in READING:
            return db.read_now(READING[name], **arguments)
        space = bootstrap.link_space(settings)
        return db.write_now(CHANGING[name], **_filled(name, arguments, space))
    except _REFUSALS as error:
        fail(str(error))
    finally:
        db.close()


def _filled(name: str, arguments: dict[str, Any], space: LinkSpace) -> dict[str, Any]:
    """The arguments, and what a command takes of the installation besides."""
    return {**arguments, "space": space} if name in TAKE_SPACE else arguments


def _check_encoding(arguments: dict[str, Any]) -> None:
    """Python hands over bytes that are no UTF-8 as halves of surrogate pairs, which no database keeps."""
    for name, value in arguments.items():
        try:
            str(value).encode()
        except UnicodeEncodeError:
            fail(f"{name}: {value!r} is no text in UTF-8")


def _listen(folder: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with _short_path(folder) as path:
        Path(path).unlink(missing_ok=True)
        listener.bind(path)
        Path(path).chmod(0o600)
    return listener


@contextmanager
def asking(
    data: Path, name: str, arguments: dict[str, Any], *, busy: DataFolderBusy, wait_s: float | None = ANSWER_WAIT_S
) -> Iterator[BinaryIO]:
    """The connection on which a command was sent to the server that owns the folder; ends the program if it is deaf."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection, _short_path(data) as path:
        connection.settimeout(wait_s)
        try:
            connection.connect(path)
            connection.sendall(json.dumps({"command": name, "arguments": arguments}).encode() + b"\n")
        except OSError:
            fail(f"{busy} It takes no commands just now; is it starting or stopping?")
        with connection.makefile("rwb") as stream:
            yield cast("BinaryIO", stream)


def answered(stream: BinaryIO, *, busy: DataFolderBusy, bytes_max: int = LINE_BYTES_MAX) -> Any:
    """The server's result; its refusal ends the program."""
    try:
        answer = json.loads(stream.readline(bytes_max))
    except (OSError, ValueError):
        fail(f"{busy} It takes no commands just now; is it starting or stopping?")
    if "error" in answer:
        fail(answer["error"])
    return answer["result"]


@contextmanager
def _short_path(folder: Path) -> Iterator[str]:
    """A path of the socket that fits into the 108 bytes of a socket address, however deep the folder lies."""
    direct = str(folder / SOCKET_NAME)
    if len(os.fsencode(direct)) < 100 or not Path("/proc/self/fd").is_dir():
        yield direct
        return
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{fd}/{SOCKET_NAME}"
    finally:
        os.close(fd)
