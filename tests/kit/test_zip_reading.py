"""A stranger's archive is read within bounds, or refused with the entry's name."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repoint.kit.errors import Invalid
from repoint.kit.zip_reading import READ_AT_ONCE, Bounds, ZipReader
from repoint.kit.zip_writing import ZipWriter

BOUNDS = Bounds(entries_max=50, kept_max=20, inflated_bytes_max=20_000_000, ratio_max=100, line_bytes_max=1_000)
AT = datetime(2026, 11, 20, 10, tzinfo=UTC)


def _zip(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries:
            archive.writestr(name, body)
    return file.getvalue()


def _read(archive: bytes, bounds: Bounds = BOUNDS) -> dict[str, bytes]:
    reader = ZipReader(io.BytesIO(archive), wants=lambda _: True, bounds=bounds)
    reader.check_total()
    return {name: b"".join(reader.chunks(name)) for name in reader.entries}


def _info(name: str, **fields: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def _patched(archive: bytes, offset: int, value: bytes, *, signature: bytes = b"PK\1\2", last: bool = False) -> bytes:
    """The archive with bytes of a header replaced."""
    at = (archive.rindex(signature) if last else archive.index(signature)) + offset
    return archive[:at] + value + archive[at + len(value) :]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?", fullmatch=True), st.text(max_size=200_000), max_size=5)
)
def test_what_was_written_reads_back(tmp_path: Path, files: dict[str, str]) -> None:
    """Our own archives read back here and elsewhere, whole or streamed."""
    file = io.BytesIO()
    archive = ZipWriter(file.write, spool=tmp_path, at=AT)
    for number, (name, text) in enumerate(files.items()):
        if number % 2:
            archive.add(name, text.encode(errors="replace"))
            continue
        entry = archive.begin(name)
        for start in range(0, len(text), 1000):
            entry.write(text[start : start + 1000])
        entry.finish()
    archive.close()
    expected = {name: text.encode(errors="replace") for name, text in files.items()}
    assert _read(file.getvalue(), Bounds(50, 50, 10**9, 10_000, 10**9)) == expected
    with zipfile.ZipFile(file) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == expected


def test_archives_of_other_programs() -> None:
    """Stored and deflated entries and folders of other programs are read."""
    stored = zipfile.ZipInfo("stored")
    archive = _zip(("a/", b""), ("a/b", b"text" * 1000), (stored, b"xyz"))
    assert _read(archive) == {"a/b": b"text" * 1000, "stored": b"xyz"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../evil", "leads out of the archive"),
        ("a/../../evil", "leads out of the archive"),
        ("a//b", "leads out of the archive"),
        ("./a", "leads out of the archive"),
        ("/etc/passwd", "absolute name"),
        ("C:/evil", "absolute name"),
        ("a\\b", "absolute name"),
        ("a\nb", "not printable"),
        ("a" * 300, "too long"),
    ],
)
def test_names_that_lead_elsewhere(name: str, reason: str) -> None:
    """An entry whose name is a path elsewhere is refused, and the archive with it."""
    placeholder = "x" * len(name)
    archive = _zip((placeholder, b"a"), ("fine", b"b")).replace(placeholder.encode(), name.encode())
    with pytest.raises(Invalid, match=reason) as caught:
        _read(archive)
    assert caught.value.field == "file"


class _Counting(io.BytesIO):
    """Knows how much of it was read in long pieces."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        some = super().read(size)
        if len(some) == READ_AT_ONCE:
            self.taken += len(some)
        return some


def _symlink() -> bytes:
    return _zip((_info("link", create_system=3, external_attr=0o120777 << 16), b"/etc/passwd"))


def _twice() -> bytes:
    return _zip(("one", b"a"), ("TWO", b"b")).replace(b"TWO", b"ONE")


def _encrypted() -> bytes:
    return _patched(_zip(("secret", b"a")), 8, struct.pack("<H", 1))


def _bomb() -> bytes:
    return _zip(("bomb", bytes(10_000_000)))


def _lying_bomb() -> bytes:
    """Says 10 bytes, holds 10 million."""
    return _patched(_bomb(), 24, struct.pack("<L", 10))


def _many() -> bytes:
    return _zip(*((f"{number}/", b"") for number in range(51)))


def _many_kept() -> bytes:
    return _zip(*((f"{number}", b"") for number in range(30)))


def _large() -> bytes:
    return _zip(*((f"{number}", bytes(range(256)) * 40_000) for number in range(2)), ("third", b"x"))


def _zip64_lie() -> bytes:
    return _patched(_zip(("long", b"a")), 24, struct.pack("<L", 0xFFFFFFFF))


def _overlap() -> bytes:
    """Two names for one piece of data."""
    return _patched(_zip(("one", b"a" * 100), ("two", b"a" * 100)), 42, struct.pack("<L", 0), last=True)


def _wrong_crc() -> bytes:
    return _patched(_zip(("text", b"abc")), 16, b"\1\2\3\4")


def _two_headers() -> bytes:
    return _patched(_zip(("name", b"abc")), 30, b"else", signature=b"PK\3\4")


def _method() -> bytes:
    return _patched(_zip(("text", b"abc")), 10, struct.pack("<H", 14))


def _count_lie() -> bytes:
    return _patched(_zip(("text", b"abc")), 8, struct.pack("<HH", 7, 7), signature=b"PK\5\6")


def _prefixed() -> bytes:
    return b"#!/bin/sh\n" + _zip(("text", b"abc"))


def _garbage() -> bytes:
    good = _zip(("text", b"abc" * 100))
    start = good.index(b"text") + 4
    return good[:start] + b"\xff" * 5 + good[start + 5 :]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_symlink, "'link' is a symbolic link"),
        (_twice, "'ONE' is there twice"),
        (_encrypted, "'secret' is encrypted"),
        (_bomb, "'bomb' inflates to more than 100 times its size"),
        (_lying_bomb, "'bomb' inflates to more than the 10 bytes that it says"),
        (_many, "more than 50 entries"),
        (_many_kept, "more than 20 files"),
        (_large, "more than the 20,000,000 allowed"),
        (_zip64_lie, "'long' says that its sizes stand in a ZIP64 field"),
        (_overlap, "overlaps another entry"),
        (_wrong_crc, "'text' is damaged: its length or checksum"),
        (_two_headers, "'name' has two headers that contradict"),
        (_method, "'text' is compressed by method 14"),
        (_count_lie, "says that it has 7 entries and has 1"),
        (_prefixed, "something stands before it"),
        (_garbage, "'text' is damaged"),
        (lambda: b"", "is no ZIP archive"),
        (lambda: b"PK\5\6", "is no ZIP archive"),
        (lambda: _zip(("text", b"abc"))[:-1], "is no ZIP archive"),
    ],
)
def test_what_is_refused(make: Callable[[], bytes], reason: str) -> None:
    """Each is refused with a sentence that names the entry or the bound, before much of it is inflated."""
    with pytest.raises(Invalid) as caught:
        _read(make())
    assert reason in caught.value.reason


def test_lines_are_bounded() -> None:
    """A file is read line by line; one that is all one line is refused before it is in memory."""
    reader = ZipReader(io.BytesIO(_zip(("a", b"1\n2\n\n3"))), wants=lambda _: True, bounds=BOUNDS)
    assert list(reader.lines("a")) == [b"1", b"2", b"", b"3"]
    reader = ZipReader(io.BytesIO(_zip(("a", b"x" * 2000))), wants=lambda _: True, bounds=BOUNDS)
    with pytest.raises(Invalid, match="line of more than 1,000 bytes"):
        list(reader.lines("a"))
    with pytest.raises(Invalid, match="more than 10 bytes"):
        reader.body("a", bytes_max=10)


def test_what_follows_the_data_is_not_kept() -> None:
    """Megabytes behind the end of a deflated stream are refused with the first of them: zlib would hold them all."""
    info = _info("short")
    packed = zlib.compress(b"text", wbits=-zlib.MAX_WBITS)
    body = bytes(4 * 1024 * 1024)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        info.compress_type = zipfile.ZIP_STORED
        archive.writestr(info, packed + body)
    stored = file.getvalue()
    deflated = _patched(_patched(stored, 8, struct.pack("<H", 8), signature=b"PK\3\4"), 10, struct.pack("<H", 8))
    file_read = _Counting(deflated)
    reader = ZipReader(file_read, wants=lambda _: True, bounds=BOUNDS)
    with pytest.raises(Invalid, match="its data ends in another place"):
        list(reader.chunks("short"))
    assert file_read.taken == READ_AT_ONCE


def test_what_is_not_wanted_is_not_read() -> None:
    """An entry that nobody wants is looked at in the directory alone."""
    reader = ZipReader(io.BytesIO(_wrong_crc()), wants=lambda name: name == "other", bounds=BOUNDS)
    assert reader.entries == {}


@settings(max_examples=150)
@given(st.data())
def test_whatever_is_damaged_is_refused_or_read(data: st.DataObject) -> None:
    """Bytes changed or cut anywhere end in a refusal or in the same contents, never in anything else."""
    good = _zip(("a/b", b"hello " * 50), ("c", bytes(range(256))))
    damaged = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(damaged[: data.draw(st.integers(0, len(good)) | st.just(len(good)))])
    try:
        found = _read(cut)
    except Invalid:
        return
    for body in found.values():
        assert zlib.crc32(body) in {zlib.crc32(b"hello " * 50), zlib.crc32(bytes(range(256)))} or body == b""
