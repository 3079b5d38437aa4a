"""The documentation says what the code does."""

import re
from pathlib import Path
from typing import Any

import click
import pytest

from repoint.cli import main
from repoint.settings import ENV_PREFIX, Settings
from repoint.web.api import problems

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
OTHERWISE_WRITTEN = {"illegible", "not_acceptable"}  # with a body of its own; by the name of its status
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "ARCHITECTURE.md"])


def _page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_setting_is_documented_with_its_default() -> None:
    """operations.md has a row for each setting, and none for what is no setting."""
    rows = dict(re.findall(rf"^\| `({ENV_PREFIX}\w+)` \| ([^|]+) \|", _page("operations.md"), re.MULTILINE))
    assert set(rows) == {f"{ENV_PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if field.default:
            assert str(field.default) in rows[f"{ENV_PREFIX}{name.upper()}"]


def test_every_command_is_documented() -> None:
    """operations.md names each command and sub-command."""
    page = _page("operations.md")
    for name, command in main.commands.items():
        parts = [f"{name} {sub}" for sub in command.commands] if isinstance(command, click.Group) else [name]
        for part in parts:
            assert f"repoint {part}" in page, part


def test_every_route_is_documented(openapi: dict[str, Any]) -> None:
    """api.md has a row for each operation of the API, and none for what is no operation."""
    documented = set(re.findall(r"^\| `([A-Z]+) (/api/v1\S+)` \|", _page("api.md"), re.MULTILINE))
    operations = {
        (method.upper(), f"/api/v1{path}") for path, methods in openapi["paths"].items() for method in methods
    }
    assert documented == operations


def test_every_error_code_is_documented() -> None:
    """The table of errors has every code that answers are written with once, by status, and none that is no code."""
    api = Path(problems.__file__).parent
    modules = [each for each in sorted(api.parents[1].rglob("*.py")) if "cli" not in each.parts]
    source = "".join(module.read_text(encoding="utf-8") for module in modules)
    codes = set(re.findall(r"(?:problem\(\s*\d{3},|Conflict\(|Unauthenticated\()\s*\"(\w+)\"", source))
    rows = re.findall(r"^\| (\d{3}) \| ([^|]+) \|", _page("api.md"), re.MULTILINE)
    assert [status for status, _ in rows] == sorted(status for status, _ in rows)
    documented = [code for _, row in rows for code in re.findall(r"`(\w+)`", row)]
    assert sorted(documented) == sorted(codes | OTHERWISE_WRITTEN)


def test_every_metric_is_documented(metrics: str) -> None:
    """operations.md has a row for each metric, and none for what is no metric."""
    documented = set(re.findall(r"^\| `(repoint_\w+)", _page("operations.md"), re.MULTILINE))
    named = set(re.findall(r"^# TYPE (repoint_\w+) (?:counter|gauge|histogram)$", metrics, re.MULTILINE))
    assert documented == {name for name in named if not name.endswith("_created")}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file that is there."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_files_that_architecture_names_are_there(page: Path) -> None:
    """A module named in backquotes with its folder exists."""
    for name in re.findall(r"`((?:\w+/)+\w+\.py)", page.read_text(encoding="utf-8")):
        places = (ROOT / name, ROOT / "src" / "repoint" / name, ROOT / "src" / name)
        assert any(place.exists() for place in places), name


def test_openapi_is_3_1(openapi: dict[str, Any]) -> None:
    """The document is OpenAPI 3.1, and every operation says what it is."""
    assert openapi["openapi"].startswith("3.1")
    for methods in openapi["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["description"]
