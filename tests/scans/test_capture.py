"""Capture: a scan gets in, or its redirect goes on without it."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from repoint.scans.capture import Capture
from repoint.scans.commit import GroupCommit, Launch
from repoint.scans.enrich import Enricher, Sighting
from repoint.scans.journal import Record
from repoint.scans.segment import SyncedDisk

SEEN = Sighting("192.0.2.7", b"curl/8.5.0", b"de", b"https://example.com/", b"DE")

OnDisk = Callable[[Path], list[Record]]
OnLoop = Callable[[Coroutine[Any, Any, Any]], Any]
Scribes = Callable[..., Launch]


def test_a_scan_is_on_the_disk_when_it_was_captured(
    journal: Path, on_disk: OnDisk, on_loop: OnLoop, scribes: Scribes
) -> None:
    """`scan` comes back once the record can be read, with the time of now."""

    async def capture() -> None:
        commit = GroupCommit(journal, scribes(SyncedDisk()))
        await commit.start()
        await asyncio.wait_for(Capture(Enricher(b"k" * 32), commit).scan(42, SEEN), 5)
        assert commit.stats.appended == 1
        await commit.close()

    on_loop(capture())
    (record,) = on_disk(journal)
    assert (record.link, record.tail.referrer, record.tail.bot) == (42, "example.com", "http-library")
    assert record.at_ms > 1_700_000_000_000


def test_a_scan_that_cannot_be_described_is_answered_and_counted_as_lost(
    journal: Path, on_disk: OnDisk, on_loop: OnLoop, scribes: Scribes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug in enrichment costs the scan, shows in the figures and the log, and names neither address nor agent."""

    def fail(*_: object) -> bytes:
        raise ZeroDivisionError

    async def capture() -> None:
        commit = GroupCommit(journal, scribes(SyncedDisk()))
        await commit.start()
        enricher = Enricher(b"k" * 32)
        with monkeypatch.context() as broken:
            broken.setattr(enricher, "record", fail)
            await asyncio.wait_for(Capture(enricher, commit).scan(42, SEEN), 5)
        assert commit.stats.lost == 1
        await Capture(enricher, commit).scan(43, SEEN)
        await commit.close()

    with capture_logs() as logs:
        on_loop(capture())
    assert [record.link for record in on_disk(journal)] == [43]
    (line,) = [line for line in logs if line["event"] == "capture.failed"]
    assert line["link"] == 42
    assert "192.0.2.7" not in str(line)
    assert "curl" not in str(line)
