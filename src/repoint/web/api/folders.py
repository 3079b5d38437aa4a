"""Folders: make, list, get, rename, move, delete."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from repoint.codes.filters import NO_FOLDER
from repoint.codes.folders import TOP, add_folder, delete_folder, edit_folder, get_folder, list_folders
from repoint.services import Services
from repoint.web.api.answers import answered, created, unless_known
from repoint.web.api.caller import Caller
from repoint.web.api.conditional import NOT_MODIFIED, IfMatch, IfNoneMatch
from repoint.web.api.once import Once
from repoint.web.api.paging import Paged
from repoint.web.api.problems import responses
from repoint.web.api.wire_library import FolderOut, FolderPageOut, FolderPatch, NewFolder

FolderPath = Annotated[str, Path(max_length=100, examples=["folder_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])]


def routes(services: Services) -> APIRouter:
    """The routes below `/folders`."""
    router = APIRouter(prefix="/folders", tags=["Folders"])
    db = services.db

    @router.post(
        "", summary="Make a folder", status_code=201, response_model=FolderOut, responses=responses(402, 404, 409, 413)
    )
    async def create_folder(caller: Caller, body: NewFolder, once: Once) -> Response:
        """Make a folder, at the top or in another one."""
        return await once.write(
            lambda tx: add_folder(tx, caller, name=body.name, parent_id=body.parent_id),
            lambda folder: created(FolderOut.of(folder), f"/folders/{folder.public_id}", version=folder.version),
        )

    @router.get("", summary="List folders", response_model=FolderPageOut, responses=responses(404))
    async def list_all_folders(
        caller: Caller,
        paged: Paged,
        parent_id: Annotated[
            str | None, Query(max_length=100, description=f"Those in this folder alone, or with `{NO_FOLDER}` in none.")
        ] = None,
    ) -> Response:
        """List folders, newest first."""
        parent = TOP if parent_id == NO_FOLDER else parent_id
        page = await db.read(list_folders, caller, paged, parent_id=parent)
        return answered(FolderPageOut.of(page))

    @router.get(
        "/{folder_id}",
        summary="Get a folder",
        response_model=FolderOut,
        responses={304: NOT_MODIFIED, **responses(404)},
    )
    async def get_one_folder(caller: Caller, folder_id: FolderPath, if_none_match: IfNoneMatch = None) -> Response:
        """Get one folder."""
        folder = await db.read(get_folder, caller, folder_id)
        return unless_known(answered(FolderOut.of(folder), version=folder.version), if_none_match)

    @router.patch(
        "/{folder_id}",
        summary="Change a folder",
        response_model=FolderOut,
        responses=responses(402, 404, 409, 412, 413),
    )
    async def change_folder(caller: Caller, folder_id: FolderPath, body: FolderPatch, expected: IfMatch) -> Response:
        """Rename a folder, or move it with all that lies in it."""
        folder = await db.write(edit_folder, caller, folder_id, **body.changes(), expected=expected)
        return answered(FolderOut.of(folder), version=folder.version)

    @router.delete("/{folder_id}", summary="Delete a folder", status_code=204, responses=responses(404, 409, 412))
    async def delete_one_folder(caller: Caller, folder_id: FolderPath, expected: IfMatch) -> Response:
        """Delete a folder in which no folder lies; its codes move to where it lay."""
        await db.write(delete_folder, caller, folder_id, expected=expected)
        return Response(status_code=204)

    return router
