"""One event is one line."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from repoint.kit import logs


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_our_events_are_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """An event with an exception is one line of JSON with level, UTC time, names and the traceback."""
    logs.configure(as_json=True)
    try:
        int("first line\nsecond line")
    except ValueError:
        structlog.get_logger("repoint.test").exception("test.broke", links=3)
    (line,) = capsys.readouterr().err.splitlines()
    entry = json.loads(line)
    assert (entry["event"], entry["level"], entry["links"]) == ("test.broke", "error", 3)
    assert entry["time"].endswith("Z")
    assert "second line" in entry["exception"]


def test_records_of_libraries_are_json_lines_too(capsys: pytest.CaptureFixture[str]) -> None:
    """A record of the standard library's logging comes out in the same shape."""
    logs.configure(as_json=True)
    logging.getLogger("some.library").warning("took %d s", 7)
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "took 7 s"


def test_text_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """The text form names the event and its values on one line."""
    logs.configure(as_json=False)
    structlog.get_logger("repoint.test").info("test.went_well", links=3)
    (line,) = capsys.readouterr().err.splitlines()
    assert "test.went_well" in line
    assert "links=3" in line


def test_chatter_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Debugging records, and what the server and the migrations say about themselves, are not written."""
    logs.configure(as_json=True)
    logging.getLogger("some.library").debug("detail")
    logging.getLogger("uvicorn.error").info("Started")
    logging.getLogger("alembic.runtime").info("Running upgrade")
    assert capsys.readouterr().err == ""
