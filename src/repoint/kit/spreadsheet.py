"""Cells of CSV files that a spreadsheet takes for text."""

import csv
import io
from collections.abc import Sequence

# What makes a spreadsheet take a cell for a formula, at its beginning or behind white space.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def guarded(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would run it."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text


def line(cells: Sequence[str | int | None]) -> str:
    """One line of a CSV file (RFC 4180), every text in it guarded; None is an empty cell."""
    written = io.StringIO()
    csv.writer(written).writerow([guarded(cell) if isinstance(cell, str) else cell for cell in cells])
    return written.getvalue()
