"""Load again what was announced as changed, once at a time."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from repoint.kit.db.database import DatabaseUnavailable

RETRY_S = 0.5

log = structlog.get_logger(__name__)


class Reloading:
    """Runs a load on the event loop; what is announced while it runs is loaded after it, so the last one is newest."""

    def __init__(self, load: Callable[[], Awaitable[None]]) -> None:
        self._load = load
        self._is_due = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Something has changed."""
        self._is_due = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while self._is_due:
            self._is_due = False
            try:
                await self._load()
            except DatabaseUnavailable as error:
                log.warning("reload.no_database", error=str(error))
                self._is_due = True
                await asyncio.sleep(RETRY_S)
