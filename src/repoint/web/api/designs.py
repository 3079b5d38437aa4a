"""Stored designs, presets, and the schema of a design."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from repoint.codes.designs import add_design, delete_design, edit_design, get_design, list_designs
from repoint.codes.pictures import design_schema, presets
from repoint.services import Services
from repoint.web.api.answers import answered, created, unless_known
from repoint.web.api.caller import Caller
from repoint.web.api.conditional import NOT_MODIFIED, IfMatch, IfNoneMatch
from repoint.web.api.once import Once
from repoint.web.api.paging import NamePart, Paged
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

SCHEMA_EXAMPLE: dict[str, Any] = {
    "content": {"application/json": {"example": {"type": "object", "properties": {"quiet_zone": {"type": "integer"}}}}}
}


def routes(services: Services) -> APIRouter:
    """The routes below `/designs`."""
    router = APIRouter(prefix="/designs", tags=["Designs"])
    db = services.db

    @router.post(
        "", summary="Store a design", status_code=201, response_model=DesignOut, responses=responses(402, 404, 409, 413)
    )
    async def create_design(caller: Caller, body: NewDesign, once: Once) -> Response:
        """Store a design for everybody in the organisation."""
        return await once.write(
            lambda tx: add_design(tx, caller, name=body.name, design=body.design),
            lambda stored: created(DesignOut.of(stored), f"/designs/{stored.public_id}", version=stored.version),
        )

    @router.get("", summary="List designs", response_model=DesignPageOut, responses=responses())
    async def list_stored_designs(caller: Caller, paged: Paged, q: NamePart = None) -> Response:
        """List stored designs, newest first."""
        return answered(DesignPageOut.of(await db.read(list_designs, caller, paged, q=q)))

    @router.get("/presets", summary="List presets", response_model=PresetsOut, responses=responses())
    async def list_presets(_: Caller) -> Response:
        """List the designs that look good as they are."""
        return answered(
            PresetsOut(data=[PresetOut(name=name, design=dict(design)) for name, design in presets().items()])
        )

    @router.get("/schema", summary="Get the schema of a design", responses={200: SCHEMA_EXAMPLE, **responses()})
    async def get_design_schema(_: Caller) -> dict[str, Any]:
        """Get the JSON Schema of everything that a `design` takes."""
        return design_schema()

    @router.get(
        "/{design_id}",
        summary="Get a design",
        response_model=DesignOut,
        responses={304: NOT_MODIFIED, **responses(404)},
    )
    async def get_stored_design(caller: Caller, design_id: DesignId, if_none_match: IfNoneMatch = None) -> Response:
        """Get one stored design."""
        stored = await db.read(get_design, caller, design_id)
        return unless_known(answered(DesignOut.of(stored), version=stored.version), if_none_match)

    @router.patch(
        "/{design_id}",
        summary="Change a design",
        response_model=DesignOut,
        responses=responses(402, 404, 409, 412, 413),
    )
    async def change_design(
        caller: Caller, design_id: DesignId, body: StoredDesignPatch, expected: IfMatch
    ) -> Response:
        """Change a stored design; codes that took it keep what they have."""
        given = body.model_dump(exclude_unset=True)
        name, patch = given.get("name"), given.get("design")
        stored = await db.write(edit_design, caller, design_id, name=name, patch=patch, expected=expected)
        return answered(DesignOut.of(stored), version=stored.version)

    @router.delete("/{design_id}", summary="Delete a design", status_code=204, responses=responses(404, 412))
    async def delete_stored_design(caller: Caller, design_id: DesignId, expected: IfMatch) -> Response:
        """Delete a stored design; codes that took it keep what they have."""
        await db.write(delete_design, caller, design_id, expected=expected)
        return Response(status_code=204)

    return router
