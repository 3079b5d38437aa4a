"""Capture one scan: enrich it, journal it, say when it is safe."""

import asyncio
import time

import structlog

from repoint.scans.commit import GroupCommit, Written
from repoint.scans.enrich import Enricher, Sighting

log = structlog.get_logger(__name__)


class Capture:
    """The only way a scan gets in."""

    def __init__(self, enricher: Enricher, commit: GroupCommit) -> None:
        self._enricher = enricher
        self._commit = commit

    def begin(self, link: int, sighting: Sighting, written: Written) -> None:
        """Journal a scan; `written` runs when it is on the disk, after 50 ms at the latest, and whatever goes wrong."""
        try:
            record = self._enricher.record(link, time.time_ns() // 1_000_000, sighting)
        except Exception:
            # A scan that cannot be described is a bug to report, not a reason to keep a phone from its destination.
            log.exception("capture.failed", link=link)
            self._commit.stats.lost += 1
            written()
        else:
            self._commit.append(record, written)

    async def scan(self, link: int, sighting: Sighting) -> None:
        """`begin`, awaited."""
        written = asyncio.get_running_loop().create_future()

        def wake() -> None:
            if not written.done():
                written.set_result(None)

        self.begin(link, sighting, wake)
        await written
