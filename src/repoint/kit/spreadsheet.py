"""Cells of CSV files that a spreadsheet takes for text."""

import csv
import io
from collections.abc import Sequence

# What makes a spreadsheet take a cell for a formula, at its beginning or behind white space; the wide ones where it is
# set up for Japanese.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BREAKS = ("\t", "\r", "\n")


def guarded(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would run it."""
    is_risky = text.lstrip().startswith(_FORMULA) or text.lstrip(" \u00a0").startswith(_BREAKS)
    return f"'{text}" if is_risky else text


def line(cells: Sequence[str | int | None]) -> str:
    """One line of a CSV file (RFC 4180), every text in it guarded; None is an empty cell."""
    written = io.StringIO()
    csv.writer(written).writerow([guarded(cell) if isinstance(cell, str) else cell for cell in cells])
    return written.getvalue()
