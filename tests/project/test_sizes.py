"""The size of modules and functions, and what files may not be called (STYLE, 1 and 13)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "repoint"
MODULES = sorted(SOURCE.rglob("*.py"))
MODULE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
FIRST_LINE_WORDS_MAX = 12
FOLDER_DEPTH_MAX = 4
BANNED_NAMES = {
    "service",
    "services_impl",
    "util",
    "utils",
    "helper",
    "helpers",
    "manager",
    "managers",
    "common",
    "misc",
}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_module_is_small_and_says_what_it_is_for(path: Path) -> None:
    """A module has at most 400 lines and opens with one line of at most twelve words."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MODULE_LINES_MAX
    if path.parent.name == "versions" or not text.strip():
        return
    documented = ast.get_docstring(ast.parse(text))
    assert documented, "the module does not say what it is for"
    first = documented.splitlines()[0]
    assert len(first.split()) <= FIRST_LINE_WORDS_MAX, first


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_functions_are_small(path: Path) -> None:
    """A function has at most 60 lines; one that only defines routes is measured by its routes."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [child for child in ast.walk(node) if child is not node and isinstance(child, ast.AsyncFunctionDef)]
            lines = _lines(node) - sum(map(_lines, inner))
            assert lines <= FUNCTION_LINES_MAX, f"{node.name} has {lines} lines"


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def test_no_file_is_named_for_a_kind() -> None:
    """Files are named for what they do."""
    assert not [path for path in MODULES if path.stem in BANNED_NAMES]


def test_folders_are_not_deep() -> None:
    """A module lies at most four folders below `src`, migrations apart."""
    deep = [path for path in MODULES if len(path.relative_to(SOURCE.parent).parts) - 1 > FOLDER_DEPTH_MAX]
    assert not [path for path in deep if path.parent.name != "versions"]
