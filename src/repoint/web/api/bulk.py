"""Many QR codes in one call: create, change, delete."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Response

from repoint.codes.bulk_change import EditOf, delete_codes, edit_codes
from repoint.codes.create import NothingDone, create_codes
from repoint.codes.draft import Draft, NewLogo
from repoint.kit.db import Tx
from repoint.kit.errors import DomainError, Invalid
from repoint.services import Services
from repoint.web.api.caller import Caller
from repoint.web.api.incoming_logos import logo_from_url
from repoint.web.api.once import Once
from repoint.web.api.problems import Problem, responses
from repoint.web.api.wire_bulk import (
    CHANGE,
    CREATE,
    BulkChangeIn,
    BulkCreateIn,
    BulkDeleteIn,
    BulkOut,
    bulk_answer,
    changed_of,
    made_of,
    nothing_done,
    problem_of,
    problems_of,
    read_items,
)

BODY_BYTES_MAX = 16 * 1024 * 1024
PATH = "/qr-codes/bulk"
LOGO_URLS_MAX = 10  # in one call; each is fetched once

_ANSWERS: dict[int | str, dict[str, Any]] = {
    207: {"model": BulkOut, "description": "Some were refused; each item says what became of it."},
    **responses(402, 404, 409, 412, 413),
}


def routes(services: Services) -> APIRouter:
    """The route `/qr-codes/bulk`."""
    router = APIRouter(tags=["Many QR codes"])
    db, space = services.db, services.space

    @router.post(PATH, summary="Create many QR codes", response_model=BulkOut, responses=_ANSWERS)
    async def create_qr_codes(caller: Caller, body: BulkCreateIn, once: Once) -> Response:
        """Create up to 1,000 QR codes in one transaction: item by item, or all or nothing."""
        read = await asyncio.to_thread(read_items, CREATE, body.items)
        fetched = await _logos(services, read)
        drafts = [_draft(item, fetched, number) for number, item in enumerate(read)]
        good = [each for each in drafts if not isinstance(each, Problem)]
        if body.mode == "all" and len(good) < len(drafts):
            return nothing_done([each for each in drafts if isinstance(each, Problem)])

        def create(tx: Tx) -> Response:
            made = create_codes(tx, caller, good, mode=body.mode, space=space)
            # Written here, in the thread of the transaction, because it is long.
            return bulk_answer(body.mode, _in_order(drafts, made), lambda one: made_of(one, space))

        try:
            return await once.write(create, lambda answer: answer)
        except NothingDone as refused:
            return nothing_done(problems_of(refused))

    @router.patch(PATH, summary="Change many QR codes", response_model=BulkOut, responses=_ANSWERS)
    async def change_qr_codes(caller: Caller, body: BulkChangeIn) -> Response:
        """Change up to 1,000 QR codes in one transaction; the next scan sees it."""
        read = await asyncio.to_thread(read_items, CHANGE, body.items)
        fetched = await _logos(services, read)
        edits = [_edit(item, fetched, number) for number, item in enumerate(read)]
        good = [each for each in edits if not isinstance(each, Problem)]
        if body.mode == "all" and len(good) < len(edits):
            return nothing_done([each for each in edits if isinstance(each, Problem)])
        try:
            changed = await db.write(edit_codes, caller, good, mode=body.mode, space=space)
        except NothingDone as refused:
            return nothing_done(problems_of(refused))
        return await asyncio.to_thread(bulk_answer, body.mode, _in_order(edits, changed), changed_of)

    @router.delete(PATH, summary="Delete many QR codes", response_model=BulkOut, responses=_ANSWERS)
    async def delete_qr_codes(caller: Caller, body: BulkDeleteIn) -> Response:
        """Delete up to 1,000 QR codes in one transaction: after 90 more days of redirects, or at once."""
        _check_named(body)
        try:
            gone = await db.write(
                delete_codes,
                caller,
                body.ids,
                versions=body.versions,
                permanent=body.permanent,
                mode=body.mode,
                space=space,
            )
        except NothingDone as refused:
            return nothing_done(problems_of(refused))
        named = [
            {"status": 200, "id": public_id} if outcome is None else outcome
            for public_id, outcome in zip(body.ids, gone, strict=True)
        ]
        return await asyncio.to_thread(
            bulk_answer, body.mode, named, lambda one: one if isinstance(one, dict) else changed_of(one)
        )

    return router


def _check_named(body: BulkDeleteIn) -> None:
    """A version of a code that is not to be deleted is a mistake in one of the two."""
    if others := sorted(body.versions.keys() - set(body.ids)):
        raise Invalid("versions", f"names {others[0][:60]!r}, which is not among `ids`")


async def _logos(services: Services, items: Sequence[Any]) -> dict[str, NewLogo | DomainError]:
    """What each URL of a logo leads to; fetched before the transaction begins, each once."""
    urls = list(dict.fromkeys(url for item in items if (url := getattr(item, "logo_url", None)) is not None))
    too_many = Invalid("logo_url", f"is the {LOGO_URLS_MAX + 1}th of its kind; one call fetches {LOGO_URLS_MAX} logos")
    fetched: dict[str, NewLogo | DomainError] = dict.fromkeys(urls, too_many)

    async def fetch(url: str) -> None:
        try:
            logo = await logo_from_url(services, url)
            assert logo is not None
            fetched[url] = logo
        except DomainError as refusal:
            fetched[url] = refusal

    await asyncio.gather(*map(fetch, urls[:LOGO_URLS_MAX]))
    return fetched


def _draft(item: Any, fetched: dict[str, NewLogo | DomainError], number: int) -> Draft | Problem:
    if isinstance(item, Problem):
        return item
    logo = fetched[item.logo_url] if item.logo_url is not None else None
    if isinstance(logo, DomainError):
        return problem_of(logo, number)
    draft: Draft = replace(item.draft(), logo=logo)
    return draft


def _edit(item: Any, fetched: dict[str, NewLogo | DomainError], number: int) -> EditOf | Problem:
    if isinstance(item, Problem):
        return item
    logo = fetched[item.logo_url] if item.logo_url is not None else None
    if isinstance(logo, DomainError):
        return problem_of(logo, number)
    edit_of: EditOf = item.edit_of()
    return replace(edit_of, edit=replace(edit_of.edit, logo=logo))


def _in_order(read: Sequence[Any], done: Sequence[Any]) -> list[Any]:
    """What was done, with the problems of the items that never came so far in their places."""
    outcomes = iter(done)
    return [each if isinstance(each, Problem) else next(outcomes) for each in read]
