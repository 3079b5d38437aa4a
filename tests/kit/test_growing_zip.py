"""A ZIP that grows can be continued from any noted length, and any program reads it."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from repoint.kit import growing_zip
from repoint.kit.growing_zip import GrowingZip

AT = datetime(2026, 11, 20, 10, 30, 4, tzinfo=UTC)


def _read(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    """Names, bytes, times and compression are as they were given; what does not shrink is stored."""
    path = tmp_path / "a.zip"
    file = GrowingZip(path, length=0)
    file.add("Straße 東京.svg", b"<svg/>" * 1_000, at=AT, is_packed=False)
    file.add("b.png", b"packed", at=AT, is_packed=True)
    size = file.finish()
    file.close()
    assert path.stat().st_size == size
    assert _read(path) == {"Straße 東京.svg": b"<svg/>" * 1_000, "b.png": b"packed"}
    with zipfile.ZipFile(path) as read:
        first, second = read.infolist()
    assert (first.compress_type, second.compress_type) == (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)
    assert first.date_time == (2026, 11, 20, 10, 30, 4)
    assert first.external_attr >> 16 == 0o100644


def test_one_writer(tmp_path: Path) -> None:
    """A second writer, whose predecessor was only slow, finds the file locked and changes nothing of it."""
    path = tmp_path / "a.zip"
    slow = GrowingZip(path, length=0)
    slow.add("1", b"one", at=AT, is_packed=True)
    slow.settle()
    with pytest.raises(BlockingIOError):
        GrowingZip(path, length=0)
    slow.finish()
    slow.close()
    assert _read(path) == {"1": b"one"}
    GrowingZip(path, length=0).close()


@pytest.mark.parametrize("lost", [b"", b"half an entry", b"PK\x01\x02 a directory that nobody noted"])
def test_a_killed_writer_is_followed_by_another(tmp_path: Path, lost: bytes) -> None:
    """Whatever stands behind the noted length is cut off, and the file goes on as if it had never been there."""
    path = tmp_path / "a.zip"
    file = GrowingZip(path, length=0)
    file.add("1", b"one", at=AT, is_packed=True)
    noted = file.settle()
    file.add("2", b"two, lost", at=AT, is_packed=True)
    file.close()
    with path.open("ab") as end:
        end.write(lost)
    again = GrowingZip(path, length=noted)
    assert [entry.name for entry in again.entries] == ["1"]
    again.add("2", b"two", at=AT, is_packed=True)
    again.finish()
    again.close()
    assert _read(path) == {"1": b"one", "2": b"two"}


def test_nothing_in_it(tmp_path: Path) -> None:
    """A file without entries is one too."""
    file = GrowingZip(tmp_path / "a.zip", length=0)
    file.finish()
    file.close()
    assert _read(tmp_path / "a.zip") == {}


def test_more_entries_than_16_bits_count(tmp_path: Path) -> None:
    """From 65,535 entries on the directory is that of ZIP64 (APPNOTE.TXT, 4.4.1.4)."""
    path = tmp_path / "a.zip"
    file = GrowingZip(path, length=0)
    for number in range(66_000):
        file.add(str(number), b"x", at=AT, is_packed=True)
    file.finish()
    file.close()
    with zipfile.ZipFile(path) as read:
        assert len(read.namelist()) == 66_000
        assert read.read("65999") == b"x"


def test_entries_beyond_32_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an entry starts beyond what 32 bits hold, its place stands in a field of 64 (4.5.3)."""
    monkeypatch.setattr(growing_zip, "_MAX32", 40)
    path = tmp_path / "a.zip"
    file = GrowingZip(path, length=0)
    for number in range(3):
        file.add(str(number), b"x" * 30, at=AT, is_packed=True)
    file.finish()
    file.close()
    body = bytearray(path.read_bytes())
    # The bound was lowered for this test; readers know the true one.
    assert body.count(b"PK\x06\x06") == 1
    directory = zipfile.ZipFile(io.BytesIO(bytes(body).replace((40).to_bytes(4, "little"), b"\xff\xff\xff\xff")))
    assert [entry.header_offset for entry in directory.infolist()] == [0, 61, 122]
