"""The page of a list that is asked for."""

from typing import Annotated

from fastapi import Depends, Query, Request

from repoint.codes.filters import SEARCH_MAX
from repoint.kit.cursor import LENGTH_MAX
from repoint.kit.pages import LIMIT_DEFAULT, LIMIT_MAX, Asked
from repoint.services import Services

NamePart = Annotated[str | None, Query(max_length=SEARCH_MAX, description="Part of the name; any case.")]


async def _asked(
    request: Request,
    cursor: Annotated[str | None, Query(max_length=LENGTH_MAX, pattern=r"^[A-Za-z0-9_-]+$")] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
) -> Asked:
    services: Services = request.app.state.services
    return Asked(cursor, limit, services.cursors)


Paged = Annotated[Asked, Depends(_asked)]
