"""Short domains: add, check, make the default, remove."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from repoint.codes.short_domains import add_domain, set_default, settle_check
from repoint.links.domains import Domain, get_domain, list_domains, remove_domain
from repoint.services import Services
from repoint.web.api.answers import answered, created, unless_known
from repoint.web.api.caller import Caller
from repoint.web.api.conditional import NOT_MODIFIED, IfMatch, IfNoneMatch
from repoint.web.api.once import Once
from repoint.web.api.paging import Paged
from repoint.web.api.problems import responses
from repoint.web.api.wire_domains import DomainOut, DomainPageOut, DomainPatch, NewDomain

DomainId = Annotated[str, Path(max_length=100, examples=["domain_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])]


def routes(services: Services) -> APIRouter:
    """The routes below `/domains`."""
    router = APIRouter(prefix="/domains", tags=["Domains"])
    db, space = services.db, services.space

    @router.post(
        "", summary="Add a domain", status_code=201, response_model=DomainOut, responses=responses(402, 409, 413)
    )
    async def create_domain(caller: Caller, body: NewDomain, once: Once) -> Response:
        """Add a host that is to carry short links. It serves once its `record` is set and was checked."""
        return await once.write(
            lambda tx: add_domain(tx, caller, host=body.host, space=space),
            lambda domain: created(DomainOut.of(domain), f"/domains/{domain.public_id}", version=domain.version),
        )

    @router.get("", summary="List domains", response_model=DomainPageOut, responses=responses())
    async def list_all_domains(caller: Caller, paged: Paged) -> Response:
        """List the organisation's domains, newest first, and the ones that everybody shares."""
        page = await db.read(list_domains, caller, paged)
        return answered(DomainPageOut.of(page, sorted(space.domains)))

    @router.get(
        "/{domain_id}",
        summary="Get a domain",
        response_model=DomainOut,
        responses={304: NOT_MODIFIED, **responses(404)},
    )
    async def get_one_domain(caller: Caller, domain_id: DomainId, if_none_match: IfNoneMatch = None) -> Response:
        """Get one domain."""
        return unless_known(_answer(await db.read(get_domain, caller, domain_id)), if_none_match)

    @router.post(
        "/{domain_id}/check", summary="Check a domain", response_model=DomainOut, responses=responses(402, 404, 409)
    )
    async def check_domain(caller: Caller, domain_id: DomainId, once: Once) -> Response:
        """Ask DNS, for at most 5 seconds, whether the record is there; with the right value the domain serves at once.

        `problem` says what is missing. A domain that was verified stays so, whatever becomes of the record.
        """
        domain = await db.read(get_domain, caller, domain_id)
        # No call to somewhere else fits into a transaction.
        lookup = await services.dns.ask(domain.record[0])
        return await once.write(lambda tx: settle_check(tx, caller, domain_id, lookup, space=space), _answer)

    @router.patch(
        "/{domain_id}",
        summary="Make a domain the default",
        response_model=DomainOut,
        responses=responses(402, 404, 409, 412, 413),
    )
    async def change_domain(caller: Caller, domain_id: DomainId, body: DomainPatch, expected: IfMatch) -> Response:
        """Make the domain the one on which links are made that name none, or make it no longer that."""
        changed = await db.write(
            set_default, caller, domain_id, is_default=body.default, expected=expected, space=space
        )
        return _answer(changed)

    @router.delete("/{domain_id}", summary="Remove a domain", status_code=204, responses=responses(404, 409, 412))
    async def delete_domain(caller: Caller, domain_id: DomainId, expected: IfMatch) -> Response:
        """Remove a domain on which no code is."""
        await db.write(remove_domain, caller, domain_id, expected=expected, space=space)
        return Response(status_code=204)

    return router


def _answer(domain: Domain) -> Response:
    return answered(DomainOut.of(domain), version=domain.version)
