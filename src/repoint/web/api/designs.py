"""Stored designs, presets, and the schema of a design."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from repoint.codes.designs import add_design, delete_design, edit_design, get_design, list_designs
from repoint.codes.find import LIMIT_DEFAULT, LIMIT_MAX
from repoint.codes.pictures import design_schema, presets
from repoint.kit.cursor import LENGTH_MAX
from repoint.services import Services
from repoint.web.api.caller import Caller
from repoint.web.api.problems import responses
from repoint.web.api.wire_designs import (
    DesignOut,
    DesignPageOut,
    NewDesign,
    PresetOut,
    PresetsOut,
    StoredDesignPatch,
)

DesignId = Annotated[str, Path(max_length=100, examples=["design_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])]


def routes(services: Services) -> APIRouter:
    """The routes below `/designs`."""
    router = APIRouter(prefix="/designs", tags=["Designs"])
    db = services.db

    @router.post("", summary="Store a design", status_code=201, responses=responses(404, 413))
    async def create_design(caller: Caller, body: NewDesign, response: Response) -> DesignOut:
        """Store a design for everybody in the organisation."""
        stored = await db.write(add_design, caller, name=body.name, design=body.design)
        response.headers["location"] = f"/api/v1/designs/{stored.public_id}"
        return DesignOut.of(stored)

    @router.get("", summary="List designs", responses=responses())
    async def list_stored_designs(
        caller: Caller,
        cursor: Annotated[str | None, Query(max_length=LENGTH_MAX, pattern=r"^[A-Za-z0-9_-]+$")] = None,
        limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    ) -> DesignPageOut:
        """List stored designs, newest first."""
        return DesignPageOut.of(
            await db.read(list_designs, caller, cursor=cursor, limit=limit, cursors=services.cursors)
        )

    @router.get("/presets", summary="List presets", responses=responses())
    async def list_presets(_: Caller) -> PresetsOut:
        """List the designs that look good as they are."""
        return PresetsOut(data=[PresetOut(name=name, design=dict(design)) for name, design in presets().items()])

    @router.get("/schema", summary="Get the schema of a design", responses=responses())
    async def get_design_schema(_: Caller) -> dict[str, Any]:
        """Get the JSON Schema of everything that a `design` takes."""
        return design_schema()

    @router.get("/{design_id}", summary="Get a design", responses=responses(404))
    async def get_stored_design(caller: Caller, design_id: DesignId) -> DesignOut:
        """Get one stored design."""
        return DesignOut.of(await db.read(get_design, caller, design_id))

    @router.patch("/{design_id}", summary="Change a design", responses=responses(404, 413))
    async def change_design(caller: Caller, design_id: DesignId, body: StoredDesignPatch) -> DesignOut:
        """Change a stored design; codes that took it keep what they have."""
        given = body.model_dump(exclude_unset=True)
        stored = await db.write(edit_design, caller, design_id, name=given.get("name"), patch=given.get("design"))
        return DesignOut.of(stored)

    @router.delete("/{design_id}", summary="Delete a design", status_code=204, responses=responses(404))
    async def delete_stored_design(caller: Caller, design_id: DesignId) -> Response:
        """Delete a stored design; codes that took it keep what they have."""
        await db.write(delete_design, caller, design_id)
        return Response(status_code=204)

    return router
