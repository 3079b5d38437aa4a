"""Check the whole of an archive that is to be imported.

Nothing of an archive is taken in before every row of it was read once: what is refused, is refused as a whole.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from repoint.codes import logos as stored_logos
from repoint.codes.draft import NewLogo
from repoint.codes.folders import public_id_of
from repoint.codes.logo_upload import BYTES_MAX as LOGO_BYTES_MAX
from repoint.codes.portability import FORMAT, FORMAT_VERSION, MANIFEST
from repoint.codes.portability.incoming_rows import (
    InFolder,
    InLogo,
    InRow,
    Said,
    read_code,
    read_design,
    read_domain,
    read_folder,
    read_logo,
    read_tag,
)
from repoint.codes.portability.tables import SOURCE_MAX
from repoint.kit.errors import Invalid
from repoint.kit.ids import prefixed
from repoint.kit.zip_reading import FIELD, Bounds, ZipReader

BOUNDS = Bounds(
    entries_max=3_000_000,  # a picture for each code may be among them; those are never opened
    kept_max=20_000,
    inflated_bytes_max=16 * 1024**3,
    ratio_max=400,
    line_bytes_max=256 * 1024,
)
ROWS_MAX = 5_000_000
MANIFEST_BYTES_MAX = 1024 * 1024
ARTWORK_BYTES_MAX = 8 * LOGO_BYTES_MAX  # what we make of a file can be larger than the file
ROWS_AT_ONCE = 250
_HASHED_AT_ONCE = 1024 * 1024


class Kind(NamedTuple):
    """One kind of thing that is imported, and the file it stands in."""

    name: str
    file: str
    read: Callable[[Said, Callable[[str], bool]], InRow]


# In this order: each names only what stands before it.
KINDS: tuple[Kind, ...] = (
    Kind("domain", "domains.jsonl", read_domain),
    Kind("logo", "logos.jsonl", read_logo),
    Kind("design", "designs.jsonl", read_design),
    Kind("folder", "folders.jsonl", read_folder),
    Kind("tag", "tags.jsonl", read_tag),
    Kind("code", "codes.jsonl", read_code),
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one kind with their numbers, from 1; `is_last` where the kind ends with them."""

    kind: str
    file: str
    rows: list[tuple[int, InRow]]
    is_last: bool


@dataclass(slots=True)
class Archive:
    """A checked archive; `cleaned` has media type and file of our own artwork by logo file, once made."""

    reader: ZipReader
    source: str
    sha256: bytes
    counts: Mapping[str, int]
    logos: Mapping[str, InLogo]
    folders: frozenset[str]
    cleaned: dict[str, tuple[str, Path]] = field(default_factory=dict)
    _open: tuple[str, int, Iterator[bytes]] | None = None

    def batch(self, kind: str, *, after: int, limit: int = ROWS_AT_ONCE) -> Batch:
        """The rows of a kind behind a row number; the next call goes on where this one ended, or looks for its place.

        Raises:
            Invalid: the file has changed since it was checked.
        """
        found = next(each for each in KINDS if each.name == kind)
        lines = self._lines_behind(found.file, after)
        rows: list[tuple[int, InRow]] = []
        number = after
        for number in range(after + 1, min(after + limit, self.counts[kind]) + 1):
            rows.append((number, _row(found, number, next(lines, b""), self._has)))
        self._open = (found.file, number, lines)
        return Batch(kind, found.file, rows, is_last=number >= self.counts[kind])

    def new_logo(self, logo: InLogo) -> NewLogo:
        """The logo's clean artwork."""
        media_type, path = self.cleaned[logo.file]
        return NewLogo(media_type, path.read_bytes(), logo.name)

    def _lines_behind(self, file: str, after: int) -> Iterator[bytes]:
        if self._open is not None and self._open[:2] == (file, after):
            return self._open[2]
        lines = self.reader.lines(file)
        for _ in range(after):
            next(lines, None)
        return lines

    def _has(self, public_id: str) -> bool:
        return public_id in self.logos or public_id in self.folders


def open_archive(file: BinaryIO) -> Archive:
    """Read everything that an import needs, once, and give the archive.

    Takes long for a long archive, and a processor; not for the event loop.

    Raises:
        Invalid: with the entry and the row that is wrong.
    """
    reader = ZipReader(file, wants=_is_wanted, bounds=BOUNDS)
    reader.check_total()
    manifest = _manifest(reader)
    hashes = _hashes(manifest)
    logos: dict[str, InLogo] = {}
    folders: set[str] = set()
    counts = {kind.name: _check(reader, kind, hashes, logos, folders) for kind in KINDS}
    for logo in logos.values():
        _check_artwork(reader, logo)
    return Archive(reader, manifest["source"], _sha256(file), counts, logos, frozenset(folders))


def artwork(archive: Archive, logo: InLogo) -> bytes:
    """The file of a logo, as the archive has it."""
    return archive.reader.body(logo.file, bytes_max=ARTWORK_BYTES_MAX)


def _sha256(file: BinaryIO) -> bytes:
    sha256 = hashlib.sha256()
    file.seek(0)
    while some := file.read(_HASHED_AT_ONCE):
        sha256.update(some)
    return sha256.digest()


def _is_wanted(name: str) -> bool:
    return name == MANIFEST or name.startswith("logos/") or any(name == kind.file for kind in KINDS)


def _manifest(reader: ZipReader) -> dict[str, Any]:
    if MANIFEST not in reader.entries:
        raise Invalid(FIELD, f"is no export of Repoint: it has no {MANIFEST}")
    try:
        said = json.loads(reader.body(MANIFEST, bytes_max=MANIFEST_BYTES_MAX))
    except (ValueError, RecursionError):
        raise Invalid(FIELD, f"is no export of Repoint: {MANIFEST} is not JSON in UTF-8") from None
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise Invalid(FIELD, f"is no export of Repoint: {MANIFEST} names another format")
    if said.get("format_version") != FORMAT_VERSION:
        version = str(said.get("format_version"))[:20]
        raise Invalid(FIELD, f"has format version {version}; this Repoint reads version {FORMAT_VERSION}")
    source = said.get("source")
    if not isinstance(source, str) or not 1 <= len(source) <= SOURCE_MAX or not _is_id(source):
        raise Invalid(FIELD, f"cannot be imported: {MANIFEST} does not say where it is from (`source`)")
    return said


def _is_id(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _hashes(manifest: Mapping[str, Any]) -> dict[str, str]:
    files = manifest.get("files")
    if not isinstance(files, list) or not all(isinstance(each, dict) for each in files):
        raise Invalid(FIELD, f"cannot be imported: {MANIFEST} does not list its `files`")
    return {str(each.get("name")): str(each.get("sha256")) for each in files}


def _check(
    reader: ZipReader, kind: Kind, hashes: Mapping[str, str], logos: dict[str, InLogo], folders: set[str]
) -> int:
    """Read every row of a kind; gives how many there are, and keeps what other rows name."""
    if kind.file not in reader.entries:
        raise Invalid(FIELD, f"cannot be imported: the entry {kind.file!r} is missing")
    sha256 = hashlib.sha256()
    count = 0
    for count, line in enumerate(reader.lines(kind.file, passing=sha256.update), start=1):
        if count > ROWS_MAX:
            raise Invalid(FIELD, f"cannot be imported: {kind.file} has more than {ROWS_MAX:,} rows, the most allowed")
        row = _row(kind, count, line, lambda public_id: public_id in logos or public_id in folders)
        if isinstance(row, InLogo):
            logos[prefixed(stored_logos.PREFIX, row.id)] = row
        elif isinstance(row, InFolder):
            folders.add(public_id_of(row.id))
    if hashes.get(kind.file) != sha256.hexdigest():
        raise Invalid(FIELD, f"cannot be imported: {kind.file} is not what {MANIFEST} says (its SHA-256 differs)")
    return count


def _row(kind: Kind, number: int, line: bytes, has: Callable[[str], bool]) -> InRow:
    try:
        return kind.read(Said(line), has)
    except Invalid as error:
        reason = f"cannot be imported: {kind.file}, row {number:,}, {error.field}: {error.reason}"
        raise Invalid(FIELD, reason) from None


def _check_artwork(reader: ZipReader, logo: InLogo) -> None:
    if logo.file not in reader.entries:
        raise Invalid(FIELD, f"cannot be imported: the entry {logo.file!r} is missing")
    body = reader.body(logo.file, bytes_max=ARTWORK_BYTES_MAX)
    if hashlib.sha256(body).hexdigest() not in logo.file:
        raise Invalid(FIELD, f"cannot be imported: the entry {logo.file!r} is not what its name says (its SHA-256)")
