"""Cells that a spreadsheet would run are guarded."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repoint.kit import spreadsheet


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", '=HYPERLINK("http://x")', "\uff1d1", "\u3000=1", "\v-1"],
)
def test_formulas_are_guarded(text: str) -> None:
    """What begins like a formula has an apostrophe before it."""
    assert spreadsheet.guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Spring", "1-1", "a=b", "'quoted'"])
def test_texts_stay(text: str) -> None:
    """Everything else is as it was."""
    assert spreadsheet.guarded(text) == text


@given(
    st.lists(st.none() | st.integers() | st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=2)
)
def test_a_line_reads_back(cells: list[str | int | None]) -> None:
    """A reader of CSV finds the cells again, and no cell begins like a formula."""
    [read] = csv.reader(io.StringIO(spreadsheet.line(cells), newline=""))
    expected = [
        spreadsheet.guarded(cell) if isinstance(cell, str) else "" if cell is None else str(cell) for cell in cells
    ]
    assert read == expected
