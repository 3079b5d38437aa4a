"""Commands to a running server, over a socket in its data folder.

Only one process may write a SQLite file, so a command that changes something asks the server that owns the folder,
and does the work itself where none runs. One request and one answer, each a line of JSON:

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
from typing import Any

from repoint import bootstrap
from repoint.cli.commands import COMMANDS
from repoint.cli.folder import claim, open_database
from repoint.cli.options import fail
from repoint.kit.datafolder import DataFolderBusy
from repoint.kit.db import Database, DatabaseUnavailable
from repoint.kit.errors import DomainError

SOCKET_NAME = "control.sock"
LINE_BYTES_MAX = 64 * 1024
ANSWER_WAIT_S = 30.0
_REFUSALS = (DomainError, DatabaseUnavailable)


@asynccontextmanager
async def listening(folder: Path, db: Database) -> AsyncIterator[None]:
    """Take commands for as long as the server runs."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer = await _carry_out(db, reader)
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


async def _carry_out(db: Database, reader: asyncio.StreamReader) -> dict[str, Any]:
    try:
        asked = json.loads(await reader.readline())
        return {"result": await db.write(COMMANDS[asked["command"]], **asked["arguments"])}
    except _REFUSALS as error:
        return {"error": str(error)}
    except Exception as error:  # noqa: BLE001 - another version may ask for anything, and waits for an answer
        return {"error": f"the command was not understood ({error!r}); do both sides have the same version?"}


def command(data: Path, name: str, /, **arguments: Any) -> Any:
    """Have a command carried out, by the server that owns the folder or else here; a refusal ends the program."""
    _check_encoding(arguments)
    try:
        folder = claim(data)
    except DataFolderBusy as busy:
        return _ask_server(data, name, arguments, busy)
    db, _, _ = open_database(folder)
    try:
        db.write_now(bootstrap.found_installation)
        return db.write_now(COMMANDS[name], **arguments)
    except _REFUSALS as error:
        fail(str(error))
    finally:
        db.close()
        folder.release()


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


def _ask_server(data: Path, name: str, arguments: dict[str, Any], busy: DataFolderBusy) -> Any:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection, _short_path(data) as path:
        connection.settimeout(ANSWER_WAIT_S)
        try:
            connection.connect(path)
            connection.sendall(json.dumps({"command": name, "arguments": arguments}).encode() + b"\n")
            with connection.makefile("rb") as lines:
                answer = json.loads(lines.readline(LINE_BYTES_MAX))
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
