"""API keys of the organisation."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from repoint.accounts.key_ring import get_key, list_keys, revoke_key
from repoint.plans import seats, upkeep
from repoint.services import Services
from repoint.web.api.answers import SECRET, answered, created, unless_known
from repoint.web.api.caller import Caller
from repoint.web.api.conditional import NOT_MODIFIED, IfMatch, IfNoneMatch
from repoint.web.api.once import Once
from repoint.web.api.paging import Paged
from repoint.web.api.problems import responses
from repoint.web.api.wire_accounts import KeyMadeOut, KeyOut, KeyPageOut, KeyPatch, NewKeyIn, Rotation

KeyId = Annotated[str, Path(max_length=100, examples=["key_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])]


def routes(services: Services) -> APIRouter:
    """The routes below `/keys`."""
    router = APIRouter(prefix="/keys", tags=["Keys"])
    db = services.db

    @router.post(
        "", summary="Make a key", status_code=201, response_model=KeyMadeOut, responses=responses(402, 404, 409, 413)
    )
    async def create_key(caller: Caller, body: NewKeyIn, once: Once) -> Response:
        """Make a key; its token is in this answer and in no other."""
        return await once.write(
            lambda tx: seats.make_key(tx, caller, body.wanted()),
            lambda made: created(
                KeyMadeOut.made(*made), f"/keys/{made[0].public_id}", version=made[0].version, headers=SECRET
            ),
            is_secret=True,
        )

    @router.get("", summary="List keys", response_model=KeyPageOut, responses=responses(404))
    async def list_all_keys(caller: Caller, paged: Paged) -> Response:
        """List keys without their tokens, newest first, revoked ones too."""
        return answered(KeyPageOut.of(await db.read(list_keys, caller, paged)))

    @router.get(
        "/{key_id}", summary="Get a key", response_model=KeyOut, responses={304: NOT_MODIFIED, **responses(404)}
    )
    async def get_one_key(caller: Caller, key_id: KeyId, if_none_match: IfNoneMatch = None) -> Response:
        """Get one key, without its token."""
        key = await db.read(get_key, caller, key_id)
        return unless_known(answered(KeyOut.of(key), version=key.version), if_none_match)

    @router.patch(
        "/{key_id}", summary="Change a key", response_model=KeyOut, responses=responses(402, 404, 409, 412, 413)
    )
    async def change_one_key(caller: Caller, key_id: KeyId, body: KeyPatch, expected: IfMatch) -> Response:
        """Change a key's label, scope, limit or end; the next request with it sees it."""
        key = await db.write(upkeep.change_key, caller, key_id, body.wanted(), expected=expected)
        return answered(KeyOut.of(key), version=key.version)

    @router.post(
        "/{key_id}/rotate",
        summary="Rotate a key",
        response_model=KeyMadeOut,
        responses=responses(402, 404, 409, 412, 413),
    )
    async def rotate_one_key(
        caller: Caller, key_id: KeyId, expected: IfMatch, once: Once, body: Rotation | None = None
    ) -> Response:
        """Give a key a new token, which works at once; the present one works on for the overlap."""
        hours = (body or Rotation()).overlap_hours
        return await once.write(
            lambda tx: upkeep.rotate_key(tx, caller, key_id, overlap_hours=hours, expected=expected),
            lambda made: answered(KeyMadeOut.made(*made), version=made[0].version, headers=SECRET),
            is_secret=True,
        )

    @router.delete("/{key_id}", summary="Revoke a key", status_code=204, responses=responses(404, 412))
    async def revoke_one_key(caller: Caller, key_id: KeyId, expected: IfMatch) -> Response:
        """Stop a key at once and for ever; a second time changes nothing."""
        await db.write(revoke_key, caller, key_id, expected=expected)
        return Response(status_code=204)

    return router
