"""What a list of codes is asked for, and its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from fastapi.responses import JSONResponse

from repoint.codes.code import Code
from repoint.codes.filters import NO_FOLDER, SEARCH_MAX, Filter, Sort
from repoint.codes.find import CodePage
from repoint.codes.listing import TOTAL_MAX
from repoint.kit.errors import Invalid
from repoint.kit.pages import Asked
from repoint.links.space import LinkSpace
from repoint.web.api.answers import HEADERS
from repoint.web.api.paging import Paged
from repoint.web.api.sentences import unknown_field
from repoint.web.api.wire import CodeOut, ListedCodeOut, Moment

NAMES_MAX = 500
INCLUDED = ("image_url", "total")
FIELDS = tuple(CodeOut.model_fields)


@dataclass(frozen=True, slots=True)
class AskedCodes:
    """A list of codes that was asked for; no fields are all of them."""

    page: Asked
    filter: Filter
    sort: Sort
    fields: Sequence[str]
    include: Sequence[str]


async def _asked(  # noqa: PLR0913 - one for each parameter of the address
    paged: Paged,
    *,
    q: Annotated[
        str | None,
        Query(max_length=SEARCH_MAX, description="Part of a title, destination, slug, static text or tag; any case."),
    ] = None,
    tag: Annotated[list[str] | None, Query(description="A tag; given again, the code must have all of them.")] = None,
    folder_id: Annotated[
        str | None, Query(max_length=100, description=f"A folder, or `{NO_FOLDER}` for codes in none.")
    ] = None,
    include_subfolders: Annotated[bool, Query(description="Codes in the folders below it too.")] = False,
    status: Annotated[
        Literal["active", "paused", "deleted"] | None, Query(description="Without it, all that are not deleted.")
    ] = None,
    kind: Annotated[Literal["dynamic", "static"] | None, Query(alias="type")] = None,
    created_from: Annotated[Moment | None, Query(description="Included.")] = None,
    created_to: Annotated[Moment | None, Query(description="Not included.")] = None,
    sort: Annotated[Sort, Query(description="With `-` the greatest first.")] = Sort.CREATED_DOWN,
    fields: Annotated[
        str | None, Query(max_length=NAMES_MAX, description="Names of fields, with commas between them: no others.")
    ] = None,
    include: Annotated[str | None, Query(max_length=NAMES_MAX, description="`image_url`, `total`, or both.")] = None,
) -> AskedCodes:
    wanted = Filter(
        q=q,
        tags=tuple(tag or ()),
        folder_id=folder_id,
        include_subfolders=include_subfolders,
        status=status,
        type=kind,
        created_from=created_from,
        created_to=created_to,
    )
    return AskedCodes(paged, wanted, sort, _names("fields", fields, FIELDS), _names("include", include, INCLUDED))


ListAsked = Annotated[AskedCodes, Depends(_asked)]


def answer(page: CodePage, asked: AskedCodes, space: LinkSpace, now: datetime) -> JSONResponse:
    """A page as it is at this moment."""
    body: dict[str, Any] = {
        "data": [_listed(code, asked, space, now) for code in page.codes],
        "next_cursor": page.next_cursor,
    }
    if page.total is not None:
        body |= {"total": min(page.total, TOTAL_MAX), "total_is_exact": page.total <= TOTAL_MAX}
    return JSONResponse(body, headers=HEADERS)


def _listed(code: Code, asked: AskedCodes, space: LinkSpace, now: datetime) -> dict[str, Any]:
    listed = ListedCodeOut.of(code, space, now)
    shown = set(asked.fields or FIELDS)
    if "image_url" in asked.include:
        listed.image_url = listed.image_urls["png"]
        shown.add("image_url")
    return listed.model_dump(mode="json", include=shown)


def _names(field: str, given: str | None, known: Sequence[str]) -> tuple[str, ...]:
    names = tuple(name.strip() for name in given.split(",")) if given is not None else ()
    for name in names:
        if name not in known:
            raise Invalid(field, f"{name[:60]!r} {unknown_field(name, known)}")
    return names
