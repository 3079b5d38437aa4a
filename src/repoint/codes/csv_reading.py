"""Reads an uploaded CSV strictly: encoding, delimiter, header, rows.

RFC 4180, with `,`, `;` or a tab between cells, whichever the header uses. Rows are numbered as a spreadsheet shows
them: the header is row 1. Every refusal names the row, and the column where there is one.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import BinaryIO

from repoint.kit.errors import Invalid

FIELD = "file"
COLUMNS = ("destination", "title", "slug", "domain", "tags", "folder", "design_id", "filename")
ROWS_MAX = 100_000
ROW_NUMBER_MAX = 1_048_576  # empty rows count too: no spreadsheet has more
LINE_BYTES_MAX = 128 * 1024  # what the csv module takes in one cell
CELL_CHARACTERS_MAX = 10_000

_DELIMITERS = (",", ";", "\t")
_UTF8_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"\xff\xfe", b"\xfe\xff")
_SHOWN_MAX = 60


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row with its number in the file; cells by the name of their column, empty ones left out."""

    number: int
    cells: dict[str, str]


def read_rows(file: BinaryIO) -> Iterator[CsvRow]:
    """Every row that holds something, one after the other.

    Raises:
        Invalid: the file, or this row of it, cannot be read.
    """
    lines = _Lines(file)
    first = next(lines, "")
    while first and not first.strip():
        lines.skip()
        first = next(lines, "")
    if not first.strip():
        raise Invalid(FIELD, f"is empty; its first row must name the columns, of which there are {', '.join(COLUMNS)}")
    delimiter = max(_DELIMITERS, key=first.count)
    records = _records(lines.from_row(first), delimiter, lines)
    _, header = next(records)
    columns = _columns(header)
    found = 0
    for number, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        found += 1
        if found > ROWS_MAX:
            raise Invalid(FIELD, f"has more than {ROWS_MAX:,} rows, which is the most; row {number} is one too many")
        yield CsvRow(number, _cells(number, cells, columns))
    if not found:
        raise Invalid(FIELD, "has a header and no row below it")


class _Lines:
    """Lines of UTF-8 text with their ends; counts rows, so that a byte that is none can be named by its place."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.row = 1
        self.record: list[str] = []  # the lines of the row that is being read
        self._record_characters = 0
        start = file.read(4)
        for mark in _OTHER_BOMS:
            if start.startswith(mark):
                raise Invalid(FIELD, "is UTF-16 or UTF-32; save it as CSV in UTF-8 and send it again")
        file.seek(len(_UTF8_BOM) if start.startswith(_UTF8_BOM) else 0)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LINE_BYTES_MAX + 1)
        if not line:
            raise StopIteration
        if self.row > ROW_NUMBER_MAX:
            raise Invalid(FIELD, f"has more than {ROW_NUMBER_MAX:,} rows with the empty ones, which is the most")
        if self.row == 1 and b"\r" in line.rstrip(b"\r\n"):
            raise Invalid(FIELD, "row 1 ends in CR alone, as on old Macs; save it with LF or CRLF behind each row")
        if len(line) > LINE_BYTES_MAX:
            raise Invalid(FIELD, f"row {self.row} has a line of more than {LINE_BYTES_MAX:,} bytes")
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            before = line[: error.start].decode(errors="replace")[-20:]
            raise Invalid(
                FIELD,
                f"row {self.row} is not UTF-8: the byte 0x{line[error.start]:02X} after {before!r} belongs to no "
                "character, as in a file saved as Latin-1 or Windows-1252; save it as CSV in UTF-8",
            ) from None
        if "\0" in text:
            hint = "save it as CSV in UTF-8; UTF-16 looks like this"
            raise Invalid(FIELD, f"row {self.row} holds a NUL character, which no text has; {hint}")
        self.record.append(text)
        self._record_characters += len(text)
        if self._record_characters > LINE_BYTES_MAX:
            raise _unbalanced(self)
        return text

    def skip(self) -> None:
        """Go on with the next row."""
        self.row += 1
        self.record.clear()
        self._record_characters = 0

    def from_row(self, first: str) -> Iterator[str]:
        """The first line again, and then the others."""
        yield first
        yield from self


def _records(text: Iterator[str], delimiter: str, lines: _Lines) -> Iterator[tuple[int, Sequence[str]]]:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                raise _unbalanced(lines) from None
            column = _column_of_quote("".join(lines.record), delimiter)
            what = 'has a quote (") where none may be' if column else f"cannot be read: {error}"
            place = f"row {lines.row}, column {column}" if column else f"row {lines.row}"
            raise Invalid(FIELD, f"{place} {what}; write a quote within a quoted cell twice") from None
        yield lines.row, cells
        lines.skip()


def _unbalanced(lines: _Lines) -> Invalid:
    return Invalid(FIELD, f'row {lines.row} opens a quote (") that is never closed')


def _column_of_quote(record: str, delimiter: str) -> int:
    """In which cell, counted from 1, a closed quoted cell goes on; 0 where that is not what is wrong."""
    column, is_quoted, is_start, position = 1, False, True, 0
    while position < len(record):
        character = record[position]
        if is_quoted and character == '"':
            after = record[position + 1 : position + 2]
            if after == '"':
                position += 1
            elif after in ("", delimiter, "\r", "\n"):
                is_quoted = False
            else:
                return column
        elif not is_quoted and character == delimiter:
            column, is_start = column + 1, True
            position += 1
            continue
        elif is_start and character == '"':
            is_quoted = True
        is_start = False
        position += 1
    return 0


def _columns(header: Sequence[str]) -> list[str]:
    names = [cell.strip().lower() for cell in header]
    while names and not names[-1]:
        names.pop()  # spreadsheets write empty columns behind the last one
    for column, name in enumerate(names, start=1):
        if name not in COLUMNS:
            near = get_close_matches(name[:_SHOWN_MAX], COLUMNS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(COLUMNS)}"
            raise Invalid(FIELD, f"row 1, column {column}: {header[column - 1][:_SHOWN_MAX]!r} is not known; {hint}")
        if name in names[: column - 1]:
            raise Invalid(FIELD, f"row 1, column {column}: {name!r} is there twice")
    if "destination" not in names:
        raise Invalid(FIELD, "row 1 names no column 'destination', which is required")
    return names


def _cells(number: int, cells: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    for column, cell in enumerate(cells, start=1):
        if column > len(columns) and cell.strip():
            raise Invalid(FIELD, f"row {number}, column {column}: the header names only {len(columns)} columns")
        if len(cell) > CELL_CHARACTERS_MAX:
            name = columns[column - 1] if column <= len(columns) else "?"
            raise Invalid(
                FIELD, f"row {number}, column {column} ({name}) has more than {CELL_CHARACTERS_MAX:,} characters"
            )
    named = zip(columns, cells, strict=False)
    return {name: cell.strip() for name, cell in named if cell.strip()}
