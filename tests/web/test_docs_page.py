"""The interactive page of the API in a real browser."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.web.conftest import Served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --virtual-time-budget=10000 --dump-dom"
).split()


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt install chromium)")
def test_page_shows_every_operation(server: Served, tmp_path: Path) -> None:
    """The page draws itself under its content policy, from this server alone, and shows the API's operations."""
    done = subprocess.run(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path}", f"{server.url}/api/docs"],
        capture_output=True,
        text=True,
        check=True,
        timeout=90,
    )
    assert "Create a QR code" in done.stdout
    assert "/qr-codes/{code_id}/analytics" in done.stdout
    assert "Content Security Policy" not in done.stderr
