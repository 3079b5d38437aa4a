"""Everything of an organisation as one archive: out, and in."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import StreamingResponse

from repoint.codes.portability.pictures import Format
from repoint.codes.portability.progress import require_imports
from repoint.services import Services
from repoint.web.api.answers import answered
from repoint.web.api.caller import Caller
from repoint.web.api.incoming_archive import FORM, archive_from_form
from repoint.web.api.once import Once
from repoint.web.api.problems import responses
from repoint.web.api.wire_portability import ImportOut
from repoint.web.transfer.incoming import Importer
from repoint.web.transfer.outgoing import Exporter, file_name

EXPORT_PATH = "/export"
IMPORT_PATH = "/import"
MEDIA_TYPE = "application/zip"


def routes(services: Services) -> APIRouter:
    """The routes `/export` and `/import`."""
    router = APIRouter(tags=["Export and import"])
    exporter = Exporter(services.db, services.space, services.drawing, services.spool)
    importer = Importer(services.db, services.space, services.logo_reader, services.spool)

    @router.get(
        EXPORT_PATH,
        summary="Export everything",
        response_class=StreamingResponse,
        responses={200: {"content": {MEDIA_TYPE: {}}, "description": "A ZIP archive."}, **responses()},
    )
    async def export_everything(
        caller: Caller,
        pictures: Annotated[Format | None, Query(description="Also draw each code, in this format.")] = None,
    ) -> Response:
        """Export the organisation: codes, designs, logos, domains, tags, scans, audit log, and maps for other servers.

        The archive is whole if it ends with `manifest.json`.
        """
        source = await exporter.begin(caller)
        headers = {"content-disposition": f'attachment; filename="{file_name(source)}"', "cache-control": "no-store"}
        return StreamingResponse(exporter.stream(source, fmt=pictures), media_type=MEDIA_TYPE, headers=headers)

    @router.post(
        IMPORT_PATH,
        summary="Import an archive",
        response_model=ImportOut,
        responses=responses(402, 409, 413),
        openapi_extra=FORM,
    )
    async def import_archive(caller: Caller, request: Request, once: Once) -> Response:
        """Import what `GET /export` gave: here, or on another installation.

        What is there is never changed, slugs are kept where they are free, and the same archive changes nothing the
        second time. An archive that cannot be read whole is refused whole.
        """
        await services.db.read(require_imports, caller)
        with importer.reception(caller):
            file = await archive_from_form(request, spool=services.spool, bytes_max=services.import_bytes_max)
        with file:
            kept = await once.kept()  # an import is many transactions; its answer is kept in one behind the last
            if kept is not None:
                return kept
            state = await importer.run(caller, file)
        return await once.write(lambda _: state, lambda done: answered(ImportOut.of(done)))

    return router
