"""Logos on their way in: a form's file, or a URL."""

from dataclasses import dataclass
from typing import Any, assert_never
from urllib.parse import unquote, urlsplit

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from repoint.codes import logo_upload
from repoint.codes.draft import LOGO_NAME_DEFAULT, NewLogo
from repoint.codes.styling_tables import NAME_MAX
from repoint.kit.errors import Invalid
from repoint.kit.outbound import Answered, Refused, TimedOut, TooLarge, Unreachable
from repoint.services import Services
from repoint.web.api.sentences import unknown_field

FETCH_TIMEOUT_S = 8.0
_FILE, _NAME = "file", "name"
_FIELDS_MAX = 8
_FIELD_BYTES_MAX = 4096

# Read here and not by FastAPI, which knows no bound of a form and refuses no field.
FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [_FILE],
                    "additionalProperties": False,
                    "properties": {
                        _FILE: {
                            "type": "string",
                            "format": "binary",
                            "description": f"PNG, JPEG, WebP or SVG, at most {logo_upload.BYTES_MAX:,} bytes.",
                        },
                        _NAME: {"type": "string", "maxLength": NAME_MAX, "description": "Else the file's own name."},
                    },
                }
            }
        },
    }
}


@dataclass(frozen=True, slots=True)
class _Upload:
    body: bytes
    name: str


async def logo_from_form(services: Services, request: Request) -> NewLogo:
    """The clean artwork of an uploaded file, read in a child process.

    Raises:
        Invalid: the form, or the file in it.
    """
    upload = await _uploaded(request)
    logo_upload.check_size(upload.body, field=_FILE)
    return logo_upload.new_logo(await services.logo_reader.run(upload.body), field=_FILE, name=upload.name)


async def logo_from_url(services: Services, url: str | None, *, field: str = "logo_url") -> NewLogo | None:
    """The clean artwork of a file that is fetched once; None without a URL.

    Raises:
        Invalid: the URL cannot or may not be called, or leads to no logo.
    """
    if url is None:
        return None
    bytes_max = logo_upload.BYTES_MAX
    match await services.outbound.fetch(url, bytes_max=bytes_max, timeout_s=FETCH_TIMEOUT_S):
        case Answered(status=200, body=body):
            return logo_upload.new_logo(await services.logo_reader.run(body), field=field, name=_last_part(url))
        case Answered(status=status):
            raise Invalid(field, f"answers with the status {status}")
        case Refused(reason=reason):
            raise Invalid(field, reason)
        case Unreachable(reason=reason):
            raise Invalid(field, f"cannot be fetched: {reason}")
        case TimedOut(after_s=after_s):
            raise Invalid(field, f"was not fetched within {after_s:g} s")
        case TooLarge(bytes_max=most):
            raise Invalid(field, f"leads to more than {most:,} bytes, which is the most allowed")
        case outcome:
            assert_never(outcome)


async def _uploaded(request: Request) -> _Upload:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise Invalid(_FILE, "is required; send it in a form, as multipart/form-data")
    try:
        form = await request.form(max_files=1, max_fields=_FIELDS_MAX, max_part_size=_FIELD_BYTES_MAX)
    except HTTPException as error:
        if error.status_code != 400:
            raise
        raise Invalid("body", f"is no form that can be read: {error.detail}") from None
    try:
        for each in form:
            if each not in (_FILE, _NAME):
                raise Invalid(each[:60], unknown_field(each, (_FILE, _NAME)))
        file, name = form.get(_FILE), form.get(_NAME)
        if not isinstance(file, UploadFile):
            raise Invalid(_FILE, "is required, as a file")
        given = name if isinstance(name, str) else (file.filename or "")[:NAME_MAX]
        return _Upload(await file.read(), given.strip() or LOGO_NAME_DEFAULT)
    finally:
        await form.close()


def _last_part(url: str) -> str:
    """The name that a URL gives its file."""
    name = unquote(urlsplit(url).path.rpartition("/")[2], errors="replace").replace("\x00", "")
    return name.strip()[:NAME_MAX] or LOGO_NAME_DEFAULT
