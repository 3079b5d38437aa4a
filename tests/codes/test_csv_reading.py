"""A CSV is read as it was meant, or refused with the place and what would be right."""

import io

import pytest

from repoint.codes import csv_reading
from repoint.codes.csv_reading import CsvRow, read_rows
from repoint.kit.errors import Invalid

GOAL = "https://example.com"


def _rows(body: bytes | str) -> list[CsvRow]:
    return list(read_rows(io.BytesIO(body.encode() if isinstance(body, str) else body)))


def _refused(body: bytes | str) -> str:
    with pytest.raises(Invalid) as caught:
        _rows(body)
    assert caught.value.field == "file"
    return caught.value.reason


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_delimiter_is_that_of_the_header(delimiter: str, end: str, mark: str) -> None:
    """Commas, semicolons and tabs, both ends of lines, with a byte order mark and without."""
    lines = [("Destination", " title "), (f"{GOAL}/?a,b;c", "Größe"), ("", ""), (GOAL, "")]
    quoted = end.join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    assert _rows(mark + quoted) == [
        CsvRow(2, {"destination": f"{GOAL}/?a,b;c", "title": "Größe"}),
        CsvRow(4, {"destination": GOAL}),
    ]


def test_rows_are_numbered_as_a_spreadsheet_does() -> None:
    """A cell with line breaks is one row; empty rows count, at the beginning too."""
    body = f'\n\ndestination,title\n{GOAL},"a\nb""c"\n\n{GOAL},x\n'
    assert [(row.number, row.cells.get("title")) for row in _rows(body)] == [(4, 'a\nb"c'), (6, "x")]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("destination\n", "has a header and no row"),
        ("title\nx\n", "names no column 'destination'"),
        ("destination,titel\n", "row 1, column 2: 'titel' is not known; did you mean 'title'?"),
        ("destination,zzz\n", "row 1, column 2: 'zzz' is not known; known are destination, "),
        ("destination,title,Title\n", "row 1, column 3: 'title' is there twice"),
        (f"{GOAL},x\n", "row 1, column 1"),
        (f"destination\n{GOAL}\n{GOAL},x\n", "row 3, column 2: the header names only 1 columns"),
        (f'destination,title\n{GOAL},ok\n{GOAL},"x"y\n', "row 3, column 2 has a quote"),
        (f'destination,title\n{GOAL},ok\n{GOAL},"x\n{GOAL},y\n', "row 3 opens a quote"),
        ('destination,title\n"' + "x\n" * 200_000, "row 2 opens a quote"),
        (f"destination\n{GOAL}/" + "x" * 300_000, "row 2 has a line of more than"),
        (f"destination,title\n{GOAL},{'x' * 10_001}\n", "row 2, column 2 (title) has more than 10,000"),
        (b"destination,title\nhttps://a.example,ok\nhttps://a.example,caf\xe9\n", "row 3 is not UTF-8: the byte 0xE9"),
        ("destination\n".encode("utf-16"), "is UTF-16 or UTF-32"),
        ("destination\n".encode("utf-32"), "is UTF-16 or UTF-32"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "row 1 is not UTF-8"),
        (b"PK\x03\x04\x14\x00", "row 1 holds a NUL character"),
        ("destination\n".encode("utf-16-le"), "row 1 holds a NUL character"),
        (f"destination,filename\n{GOAL},a\x00b\n", "row 2 holds a NUL character"),
        (f"destination\r{GOAL}\r", "row 1 ends in CR alone"),
        (f"destination\r{GOAL}\r" * 10_000, "row 1 ends in CR alone"),
    ],
    ids=range(23),
)
def test_refusals(body: bytes | str, said: str) -> None:
    """Every refusal says where, and what is wrong."""
    assert said in _refused(body)


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row that is one too many is named; as many as are allowed are read."""
    monkeypatch.setattr(csv_reading, "ROWS_MAX", 3)
    body = "destination\n" + f"{GOAL}\n" * 3
    assert len(_rows(body)) == 3
    assert _refused(body + f"{GOAL}\n").startswith("has more than 3 rows, which is the most; row 5")


@pytest.mark.parametrize("head", ["", f"destination\n{GOAL}\n"])
def test_too_many_empty_rows(monkeypatch: pytest.MonkeyPatch, head: str) -> None:
    """Empty rows are read to a bound as well, in whichever place: 60 MB of them would take a minute."""
    monkeypatch.setattr(csv_reading, "ROW_NUMBER_MAX", 10)
    assert "has more than 10 rows with the empty ones" in _refused(head + "\n" * 10 + "x")
    assert len(_rows(f"destination\n{GOAL}\n" + "\n" * 8)) == 1


def test_empty_columns_of_a_spreadsheet() -> None:
    """Empty columns behind the last one, as spreadsheets write them, are no mistake."""
    assert _rows(f"destination,title,,\n{GOAL},x,,\n") == [CsvRow(2, {"destination": GOAL, "title": "x"})]
