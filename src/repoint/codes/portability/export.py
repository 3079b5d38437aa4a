"""Write an organisation into an archive, file by file.

What an import reads is one transaction that only reads, each other file one of its own: whatever is changed
meanwhile, a file agrees with itself.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from sqlalchemy import select

from repoint.accounts import audit, organisations
from repoint.accounts.actor import Actor, Scope
from repoint.accounts.audit import Change
from repoint.codes.portability import FORMAT, FORMAT_VERSION, MANIFEST, redirect_maps, rows
from repoint.codes.portability.rows import CSV_COLUMNS, Source
from repoint.codes.styling_tables import logos
from repoint.kit.clock import rfc3339
from repoint.kit.db import Tx
from repoint.kit.ids import prefixed
from repoint.kit.zip_writing import Written, ZipWriter
from repoint.links.space import LinkSpace

README = "README.txt"
_CSV_HEAD = ",".join(CSV_COLUMNS) + "\r\n"


@dataclass(frozen=True, slots=True)
class Section:
    """A file of the archive: its lines, and what stands before and behind them."""

    name: str
    lines: Callable[[Tx, Source], Iterator[str]]
    head: str = ""
    foot: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file as the manifest names it; `rows` are its lines without head and foot."""

    written: Written
    rows: int


# What an import reads: each names only what stands before it, so all are of one state of the database.
IMPORTED: tuple[Section, ...] = (
    Section("domains.jsonl", rows.domain_rows),
    Section("logos.jsonl", rows.logo_rows),
    Section("designs.jsonl", rows.design_rows),
    Section("folders.jsonl", rows.folder_rows),
    Section("tags.jsonl", rows.tag_rows),
    Section("codes.jsonl", rows.code_rows),
)
OTHERS: tuple[Section, ...] = (
    Section("codes.csv", rows.code_cells, _CSV_HEAD),
    Section("scan-totals.jsonl", rows.total_rows),
    Section("scans-by-day.jsonl", rows.day_rows),
    Section("audit-log.jsonl", rows.audit_rows),
    Section("redirects/nginx.map", redirect_maps.nginx_lines, redirect_maps.NGINX_HEAD, redirect_maps.NGINX_FOOT),
    Section("redirects/apache.map", redirect_maps.apache_lines, redirect_maps.APACHE_HEAD),
    Section("redirects/Caddyfile", redirect_maps.caddy_lines, redirect_maps.CADDY_HEAD, redirect_maps.CADDY_FOOT),
    Section("redirects/_redirects", redirect_maps.netlify_lines, redirect_maps.NETLIFY_HEAD),
)


def begin_export(tx: Tx, actor: Actor, *, space: LinkSpace) -> Source:
    """Note that the organisation's data leaves, and say whose it is.

    Raises:
        Forbidden: the key may not administer.
    """
    actor.require(Scope.ADMIN)
    public_id = prefixed(organisations.PREFIX, actor.org)
    org = organisations.get(tx, public_id)
    audit.record(tx, actor.org, actor.who, Change("organisation.exported", public_id))
    return Source(org.id, org.name, public_id, space, tx.now)


def write_imported(tx: Tx, source: Source, archive: ZipWriter) -> list[File]:
    """All that an import reads, artwork too, from one state of the database."""
    files = [write_section(tx, section, source, archive) for section in IMPORTED]
    query = select(logos).where(logos.c.org_id == source.org).order_by(logos.c.id).limit(1)
    row = tx.execute(query).one_or_none()
    while row is not None:
        archive.add(rows.artwork_name(row.sha256, row.media_type), row.artwork)
        row = tx.execute(query.where(logos.c.id > row.id)).one_or_none()
    return files


def write_section(tx: Tx, section: Section, source: Source, archive: ZipWriter) -> File:
    """One file, from one state of the database."""
    entry = archive.begin(section.name)
    entry.write(section.head)
    count = 0
    for line in section.lines(tx, source):
        entry.write(line)
        count += 1
    entry.write(section.foot)
    return File(entry.finish(), count)


def write_readme(source: Source, archive: ZipWriter) -> None:
    """The first entry."""
    archive.add(README, _README.format(name=source.name, at=rfc3339(source.at)).encode())


def write_manifest(source: Source, archive: ZipWriter, files: Sequence[File]) -> None:
    """The last entry: whoever finds it has all the others."""
    said: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "source": source.public_id,
        "organisation": source.name,
        "public_url": source.space.public_url,
        "repoint_version": version("repoint"),
        "exported_at": rfc3339(source.at),
        "files": [
            {
                "name": file.written.name,
                "rows": file.rows,
                "bytes": file.written.size_bytes,
                "sha256": file.written.sha256,
            }
            for file in files
        ],
    }
    archive.add(MANIFEST, json.dumps(said, ensure_ascii=False, indent=2).encode())


_README = """\
{name}: everything that Repoint keeps of this organisation, exported {at}.

codes.jsonl, codes.csv    the QR codes: one JSON object a line, and for spreadsheets. In the CSV file a text that a
                          spreadsheet would run as a formula has an apostrophe before it.
designs.jsonl             stored designs
logos.jsonl, logos/       logos, and their artwork by SHA-256
domains.jsonl             short domains
folders.jsonl             folders, each behind the one that it lies in
tags.jsonl                tags, and how many codes have each
scan-totals.jsonl         scans of each code since it was made
scans-by-day.jsonl        scans of each code on each day (UTC)
audit-log.jsonl           who changed what; each hash holds the one before
redirects/                the short links for nginx, Apache httpd, Caddy and Netlify, if you go on without Repoint
pictures/, pictures.jsonl the codes as pictures, if they were asked for
manifest.json             the number of rows, the bytes and the SHA-256 of each file

To take it in again: `repoint import FILE`, or POST /api/v1/import. Keep the short links' addresses pointing at
whatever answers them: they are what is printed.
"""
