"""The organisation of the caller."""

from fastapi import APIRouter, Response

from repoint.accounts.renaming import get_organisation
from repoint.plans import upkeep
from repoint.services import Services
from repoint.web.api.answers import answered, unless_known
from repoint.web.api.caller import Caller
from repoint.web.api.conditional import NOT_MODIFIED, IfMatch, IfNoneMatch
from repoint.web.api.problems import responses
from repoint.web.api.wire_accounts import OrganisationOut, OrganisationPatch


def routes(services: Services) -> APIRouter:
    """The routes at `/organisation`."""
    router = APIRouter(prefix="/organisation", tags=["Organisation"])
    db = services.db

    @router.get(
        "",
        summary="Get the organisation",
        response_model=OrganisationOut,
        responses={304: NOT_MODIFIED, **responses(404)},
    )
    async def get_own_organisation(caller: Caller, if_none_match: IfNoneMatch = None) -> Response:
        """Get the organisation that the key belongs to, or that the session works in."""
        org = await db.read(get_organisation, caller)
        return unless_known(answered(OrganisationOut.of(org), version=org.version), if_none_match)

    @router.patch(
        "",
        summary="Rename the organisation",
        response_model=OrganisationOut,
        responses=responses(402, 404, 409, 412, 413),
    )
    async def change_organisation(caller: Caller, body: OrganisationPatch, expected: IfMatch) -> Response:
        """Rename the organisation; takes an admin."""
        name = body.model_dump(exclude_unset=True).get("name")
        org = await db.write(upkeep.rename_organisation, caller, name=name, expected=expected)
        return answered(OrganisationOut.of(org), version=org.version)

    return router
