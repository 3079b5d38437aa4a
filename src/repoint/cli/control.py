"""Commands to a running server, over a socket in its data folder.

Only one process may write a SQLite file, so a command that changes something asks the server that owns the folder,
and does the work itself where none runs. One request and one answer, each a line of JSON:

    {"command": "keys.create", "arguments": {...}}
    {"result": {...}}  or  {"error": "a sentence"}

The socket lies in a folder that only its owner may enter, and is readable by its owner alone.
"""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from repoint import bootstrap
from repoint.cli.commands import COMMANDS
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
        try:
            asked = json.loads(await reader.readline())
            answer: dict[str, Any] = {"result": await db.write(COMMANDS[asked["command"]], **asked["arguments"])}
        except _REFUSALS as error:
            answer = {"error": str(error)}
        except (ValueError, KeyError, TypeError) as error:
            answer = {"error": f"the command was not understood ({error!r}); do both sides have the same version?"}
        writer.write(json.dumps(answer).encode() + b"\n")
        writer.close()
        await writer.wait_closed()

    listener = _listen(folder)
    try:
        async with await asyncio.start_unix_server(converse, sock=listener, limit=LINE_BYTES_MAX):
            yield
    finally:
        (folder / SOCKET_NAME).unlink(missing_ok=True)


def command(data: Path, name: str, /, **arguments: Any) -> Any:
    """Have a command carried out, by the server that owns the folder or else here; a refusal ends the program."""
    try:
        folder = bootstrap.claim(data)
    except DataFolderBusy as busy:
        return _ask_server(data, name, arguments, busy)
    except OSError as error:
        fail(f"the data folder {data} cannot be used: {error.strerror}")
    db, _, _ = bootstrap.migrate_database(folder)
    try:
        db.write_now(bootstrap.found_installation)
        return db.write_now(COMMANDS[name], **arguments)
    except _REFUSALS as error:
        fail(str(error))
    finally:
        db.close()
        folder.release()


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
