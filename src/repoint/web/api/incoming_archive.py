"""An archive on its way in, streamed to the disk."""

import asyncio
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from fastapi import Request
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from repoint.kit.errors import Invalid
from repoint.web.api.sentences import unknown_field

FIELD = "file"
WRITTEN_AT_ONCE = 1024 * 1024
HEADER_BYTES_MAX = 8 * 1024

FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FIELD],
                    "additionalProperties": False,
                    "properties": {
                        FIELD: {"type": "string", "format": "binary", "description": "What `GET /export` gave."}
                    },
                }
            }
        },
    }
}


class _Form:
    """Collects the bytes of the one field of a form."""

    def __init__(self) -> None:
        self.waiting = bytearray()
        self.files = 0
        self.has_ended = False
        self.field: str | None = None
        self._name = self._value = b""

    def callbacks(self) -> Any:
        """What the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_end": self._end,
        }

    def check_whole(self) -> None:
        """Let pass a form that has its file and its end.

        Raises:
            Invalid: it has not.
        """
        if not self.files:
            raise Invalid(FIELD, "is required, as a file")
        if not self.has_ended:
            raise Invalid(FIELD, "was cut off")

    def _begin(self) -> None:
        self.field = None
        self._name = self._value = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]
        self._bound()

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._bound()

    def _header_end(self) -> None:
        if self._name.lower() == b"content-disposition":
            options = parse_options_header(self._value)[1]
            self.field = options.get(b"name", b"").decode("utf-8", "replace")
        self._name = self._value = b""

    def _headers_finished(self) -> None:
        if self.field != FIELD:
            name = (self.field or "")[:60]
            raise Invalid(name or "body", unknown_field(name, (FIELD,)))
        self.files += 1
        if self.files > 1:
            raise Invalid(FIELD, "is there twice; send one archive at a time")

    def _data(self, data: bytes, start: int, end: int) -> None:
        self.waiting += data[start:end]

    def _end(self) -> None:
        self.has_ended = True

    def _bound(self) -> None:
        if len(self._name) + len(self._value) > HEADER_BYTES_MAX:
            raise Invalid("body", "is no form that can be read: a header in it is too long")


async def archive_from_form(request: Request, *, spool: Path, bytes_max: int) -> BinaryIO:
    """The uploaded archive in a file that vanishes when it is closed.

    Raises:
        Invalid: the form, or its file is too large.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise Invalid(FIELD, "is required; send it in a form, as multipart/form-data")
    file = cast("BinaryIO", TemporaryFile(dir=spool))  # noqa: SIM115 - handed to the caller
    form = _Form()
    try:
        parser = MultipartParser(boundary, form.callbacks())
        size = 0
        async for chunk in request.stream():
            parser.write(chunk)
            if len(form.waiting) >= WRITTEN_AT_ONCE:
                size = await _store(file, form, size, bytes_max)
        parser.finalize()
        size = await _store(file, form, size, bytes_max)
        form.check_whole()
    except MultipartParseError as error:
        file.close()
        raise Invalid("body", f"is no form that can be read: {error}") from None
    except BaseException:
        file.close()
        raise
    return file


async def _store(file: BinaryIO, form: _Form, size: int, bytes_max: int) -> int:
    """Write what waits; gives the size so far."""
    some = bytes(form.waiting)
    form.waiting.clear()
    if size + len(some) > bytes_max:
        raise Invalid(FIELD, f"has more than {bytes_max:,} bytes, which is the most allowed here")
    await asyncio.to_thread(file.write, some)
    return size + len(some)
