"""The page of a list that is asked for."""

from typing import Annotated

from fastapi import Depends, Request

from repoint.accounts.pages import Asked
from repoint.codes.find import LIMIT_DEFAULT
from repoint.services import Services
from repoint.web.api.code_lists import Cursor, Limit


async def _asked(request: Request, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT) -> Asked:
    services: Services = request.app.state.services
    return Asked(cursor, limit, services.cursors)


Paged = Annotated[Asked, Depends(_asked)]
