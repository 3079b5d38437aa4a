"""What an export says of an organisation, row by row.

Each function reads in batches by key, within the one transaction it is given, and gives lines of text. Nothing is
kept of a batch once the next is read.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, cast, func, select

from repoint.accounts.audit import audit_log
from repoint.codes import code as code_ids
from repoint.codes import designs as stored_designs
from repoint.codes import folders as stored_folders
from repoint.codes import logos as stored_logos
from repoint.codes import tagging
from repoint.codes import tags as stored_tags
from repoint.codes.library_tables import code_tags, folders, tags
from repoint.codes.styling_tables import designs, logos
from repoint.codes.table import codes
from repoint.kit import spreadsheet
from repoint.kit.clock import EPOCH, rfc3339
from repoint.kit.db import Tx
from repoint.kit.ids import prefixed
from repoint.links import domains as link_domains
from repoint.links.domain_table import domains
from repoint.links.space import LinkSpace
from repoint.links.table import links
from repoint.scans import totals
from repoint.scans.tables import by_hour

BATCH = 500
_DAY_HOURS = 24

_COUNTED = (codes.c.id, codes.c.link_id)
_DESIGN = cast(codes.c.design, Text).label("design_text")  # most codes share few designs, so they stay text
_TOLD = (
    *_COUNTED,
    codes.c.title,
    codes.c.folder_id,
    codes.c.text,
    codes.c.paused,
    codes.c.grace_until,
    codes.c.created_at,
    codes.c.updated_at,
    links.c.domain,
    links.c.slug,
    links.c.destination,
)

CSV_COLUMNS = (
    "id serial type status title destination text short_url domain slug folder_id tags people bots unique "
    "grace_until created_at updated_at"
).split()


@dataclass(frozen=True, slots=True)
class Source:
    """Whose export it is, where its links live, and when it was asked for."""

    org: UUID
    name: str
    public_id: str
    space: LinkSpace
    at: datetime


def domain_rows(tx: Tx, source: Source) -> Iterator[str]:
    """Short domains; the tokens that prove them stay here."""
    for row in _by_id(tx, select(domains).where(domains.c.org_id == source.org), domains.c.id):
        yield _json(
            id=prefixed(link_domains.PREFIX, row.id),
            host=row.host,
            verified_at=_time(row.verified_at),
            default=row.is_default,
            created_at=_time(row.created_at),
        )


def logo_rows(tx: Tx, source: Source) -> Iterator[str]:
    """Logos; `file` is the artwork in this archive."""
    shown = (logos.c.id, logos.c.name, logos.c.media_type, logos.c.sha256, logos.c.created_at)
    for row in _by_id(tx, select(*shown).where(logos.c.org_id == source.org), logos.c.id):
        yield _json(
            id=prefixed(stored_logos.PREFIX, row.id),
            name=row.name,
            media_type=row.media_type,
            sha256=row.sha256.hex(),
            file=artwork_name(row.sha256, row.media_type),
            created_at=_time(row.created_at),
        )


def artwork_name(sha256: bytes, media_type: str) -> str:
    """The name of a logo's file in the archive."""
    return f"logos/{sha256.hex()}.{'svg' if media_type == 'image/svg+xml' else 'png'}"


def design_rows(tx: Tx, source: Source) -> Iterator[str]:
    """Stored designs."""
    for row in _by_id(tx, select(designs).where(designs.c.org_id == source.org), designs.c.id):
        yield _json(
            id=prefixed(stored_designs.PREFIX, row.id),
            name=row.name,
            version=row.version,
            created_at=_time(row.created_at),
            updated_at=_time(row.updated_at),
            design=row.design,
        )


def folder_rows(tx: Tx, source: Source) -> Iterator[str]:
    """Folders, each behind the one that it lies in; there are at most `FOLDERS_MAX`, so they are sorted here."""
    tree = stored_folders.tree_of(tx, source.org)
    rows = {row.id: row for row in _by_id(tx, select(folders).where(folders.c.org_id == source.org), folders.c.id)}
    waiting = [folder_id for folder_id, parent in tree.items() if parent is None]
    inside: dict[UUID | None, list[UUID]] = {}
    for folder_id, parent in tree.items():
        inside.setdefault(parent, []).append(folder_id)
    while waiting:
        row = rows[waiting.pop()]
        waiting += inside.get(row.id, ())
        yield _json(
            id=stored_folders.public_id_of(row.id),
            parent_id=_folder(row.parent_id),
            name=row.name,
            version=row.version,
            created_at=_time(row.created_at),
            updated_at=_time(row.updated_at),
        )


def tag_rows(tx: Tx, source: Source) -> Iterator[str]:
    """Tags, and how many codes have each."""
    query = select(tags).where(tags.c.org_id == source.org)
    found = _by_id(tx, query, tags.c.id)
    while batch := list(islice(found, BATCH)):
        counted = tx.execute(
            select(code_tags.c.tag_id, func.count().label("times"))
            .where(code_tags.c.tag_id.in_([row.id for row in batch]))
            .group_by(code_tags.c.tag_id)
        )
        times = {row.tag_id: row.times for row in counted}
        for row in batch:
            yield _json(
                id=prefixed(stored_tags.PREFIX, row.id),
                name=row.name,
                codes=times.get(row.id, 0),
                version=row.version,
                created_at=_time(row.created_at),
                updated_at=_time(row.updated_at),
            )


def code_rows(tx: Tx, source: Source) -> Iterator[str]:
    """Codes, oldest first, with everything that an import needs."""
    for batch in batches(tx, source, (*_TOLD, codes.c.version, _DESIGN)):
        tagged = tagging.names_of(tx, source.org, [row.serial for row in batch])
        for row in batch:
            said = _json(
                id=prefixed(code_ids.PREFIX, row.id),
                serial=row.serial,
                type="static" if row.link_id is None else "dynamic",
                status=_status(row, source.at),
                title=row.title,
                destination=row.destination,
                text=row.text,
                slug=row.slug,
                domain=row.domain or None,
                short_url=source.space.short_url(row.domain, row.slug) if row.slug else None,
                folder_id=_folder(row.folder_id),
                tags=tagged.get(row.serial, ()),
                paused=row.paused,
                grace_until=_time(row.grace_until),
                version=row.version,
                created_at=_time(row.created_at),
                updated_at=_time(row.updated_at),
            )
            yield f'{said[:-2]},"design":{_compact(row.design_text)}}}\n'


def code_cells(tx: Tx, source: Source) -> Iterator[str]:
    """Codes as lines of CSV, in the order of `CSV_COLUMNS`."""
    for batch in batches(tx, source, _TOLD):
        scanned = totals.of_links(tx, [row.link_id for row in batch if row.link_id is not None])
        tagged = tagging.names_of(tx, source.org, [row.serial for row in batch])
        for row in batch:
            counted = scanned.get(row.link_id, totals.Totals())
            yield spreadsheet.line(
                [
                    prefixed(code_ids.PREFIX, row.id),
                    row.serial,
                    "static" if row.link_id is None else "dynamic",
                    _status(row, source.at),
                    row.title,
                    row.destination,
                    row.text,
                    source.space.short_url(row.domain, row.slug) if row.slug else None,
                    row.domain,
                    row.slug,
                    _folder(row.folder_id),
                    ", ".join(tagged.get(row.serial, ())),
                    counted.people,
                    counted.bots,
                    counted.unique,
                    _time(row.grace_until),
                    _time(row.created_at),
                    _time(row.updated_at),
                ]
            )


def total_rows(tx: Tx, source: Source) -> Iterator[str]:
    """Scans of each code since it was made; codes never scanned are left out."""
    for batch in batches(tx, source, _COUNTED):
        scanned = totals.of_links(tx, [row.link_id for row in batch if row.link_id is not None])
        for row in batch:
            if (counted := scanned.get(row.link_id)) is not None:
                yield _json(
                    code=prefixed(code_ids.PREFIX, row.id),
                    people=counted.people,
                    bots=counted.bots,
                    unique=counted.unique,
                )


def day_rows(tx: Tx, source: Source) -> Iterator[str]:
    """Scans of each code on each UTC day that had any; `unique` are the different people of that day."""
    day = by_hour.c.hour // _DAY_HOURS
    sums = [func.sum(column) for column in (by_hour.c.people, by_hour.c.bots, by_hour.c.new_day)]
    for batch in batches(tx, source, _COUNTED):
        named = {row.link_id: row.id for row in batch if row.link_id is not None}
        query = (
            select(by_hour.c.link_id, day.label("day"), *sums)
            .where(by_hour.c.link_id.in_(named))
            .group_by(by_hour.c.link_id, day)
            .order_by(by_hour.c.link_id, day)
        )
        found: Iterable[Any] = tx.execute(query.execution_options(yield_per=BATCH))
        for link, number, people, bots, unique in found:
            yield _json(
                code=prefixed(code_ids.PREFIX, named[link]),
                day=f"{EPOCH + timedelta(days=number):%Y-%m-%d}",
                people=int(people),
                bots=int(bots),
                unique=int(unique),
            )


def audit_rows(tx: Tx, source: Source) -> Iterator[str]:
    """The audit log with its hashes, so that the chain can be followed outside; `change` is just as it was hashed."""
    number = 0
    query = select(audit_log).where(audit_log.c.org_id == source.org).order_by(audit_log.c.number).limit(BATCH)
    while rows := tx.execute(query.where(audit_log.c.number > number)).all():
        for row in rows:
            yield _json(
                number=row.number,
                at=_time(row.at),
                who=row.who,
                action=row.action,
                subject=row.subject,
                change=row.change,
                hash=row.hash.hex(),
            )
        number = rows[-1].number


def batches(
    tx: Tx, source: Source, columns: Sequence[ColumnElement[Any]], *, after: int = 0, limit: int = BATCH
) -> Iterator[Sequence[Row[Any]]]:
    """These columns of the organisation's codes and their links, oldest code first, behind a serial."""
    query = (
        select(codes.c.serial, *columns)
        .select_from(codes)
        .outerjoin(links, links.c.id == codes.c.link_id)
        .where(codes.c.org_id == source.org)
        .order_by(codes.c.serial)
        .limit(limit)
    )
    while rows := tx.execute(query.where(codes.c.serial > after)).all():
        yield rows
        after = rows[-1].serial


def _folder(folder_id: UUID | None) -> str | None:
    return None if folder_id is None else stored_folders.public_id_of(folder_id)


def _by_id(tx: Tx, query: Select[Any], column: Any) -> Iterator[Row[Any]]:
    """All rows of a query by its key, a batch at a time."""
    query = query.order_by(column).limit(BATCH)
    rows = tx.execute(query).all()
    while rows:
        yield from rows
        rows = tx.execute(query.where(column > rows[-1].id)).all()


def _status(row: Row[Any], now: datetime) -> str:
    if row.grace_until is not None:
        return "grace" if now < row.grace_until else "expired"
    return "paused" if row.paused else "active"


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)


def _json(**values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"


@lru_cache(256)
def _compact(text: str) -> str:
    return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
