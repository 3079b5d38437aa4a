"""Find the codes of one page without reading the others.

Every list is a few ranges of an index, each in the order asked for: one for each shelf (status and type) of one drive,
the smallest of what the filter names: a tag, folders, or the whole organisation. The other conditions are checked
along the way, from columns that the index holds too. A time of creation that few codes have, and words that few
codes hold, are the other way round: those codes are gathered and then sorted.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Table,
    and_,
    column,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    tuple_,
    union_all,
)

from repoint.codes.filters import Sort, Sought
from repoint.codes.library_tables import code_tags
from repoint.codes.table import WORDS_INDEX, codes, words
from repoint.kit.clock import from_ms, to_ms
from repoint.kit.db import Identity, Tx
from repoint.kit.errors import Invalid
from repoint.kit.folding import marker

GATHERED_MAX = 2_500  # codes that are looked at one by one in a few milliseconds
FOLDERS_APART_MAX = 40  # below this many folders each is a range of its own
TOTAL_MAX = 10_000

_KEYS = ("serial", "created_at", "updated_at", "title_key", "scans")
_index = table(WORDS_INDEX, column("rowid", Integer))


@dataclass(frozen=True, slots=True)
class Place:
    """Where the last code of a page stands in the order."""

    key: int | str
    serial: int

    def spelled(self) -> str:
        """As a cursor holds it."""
        return json.dumps([self.key, self.serial], ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Drive:
    """A table with ranges in every order: all codes, those in folders, or those with a tag."""

    source: Table
    places: tuple[ColumnElement[bool], ...]
    rest: tuple[ColumnElement[bool], ...]
    is_in_order: bool = True


def read_place(spelled: str) -> Place:
    """The place that `Place.spelled` gave."""
    key, serial = json.loads(spelled)
    return Place(key, serial)


def serials(tx: Tx, wanted: Sought, sort: Sort, *, after: Place | None, limit: int) -> Sequence[Place]:
    """Up to `limit` codes behind a place.

    Raises:
        Invalid: too many codes hold the words to be sorted by anything but their creation.
    """
    if wanted.is_empty or not wanted.shelves:
        return []
    order = _Order(sort, by_serial=wanted.words is not None)
    query = _query(tx, wanted, order, after=after, limit=limit)
    return [Place(order.spelled(row.key), row.serial) for row in tx.execute(query)]


def count(tx: Tx, wanted: Sought) -> int:
    """How many codes there are, but no more than `TOTAL_MAX` + 1."""
    if wanted.is_empty or not wanted.shelves:
        return 0
    order = _Order(Sort.CREATED, by_serial=wanted.words is not None)
    query = _query(tx, wanted, order, after=None, limit=TOTAL_MAX + 1)
    return int(tx.execute(select(func.count()).select_from(query.subquery())).scalar_one())


class _Order:
    """An order over (key, serial); searches go by serial alone, which is the order in which the index finds."""

    def __init__(self, sort: Sort, *, by_serial: bool) -> None:
        self.is_down = sort.is_down
        self.is_creation = sort in (Sort.CREATED, Sort.CREATED_DOWN)
        self.column = "serial" if by_serial and self.is_creation else sort.column

    def key(self, source: Any) -> ColumnElement[Any]:
        found: ColumnElement[Any] = source.c[self.column]
        return found

    def behind(self, source: Any, after: Place | None) -> list[ColumnElement[bool]]:
        if after is None:
            return []
        key = self.key(source)
        here = tuple_(key, source.c.serial)
        there = tuple_(literal(self.read(after.key), key.type), literal(after.serial, Integer))
        return [here < there if self.is_down else here > there]

    def by(self, key: ColumnElement[Any], serial: ColumnElement[Any]) -> list[ColumnElement[Any]]:
        return [key.desc(), serial.desc()] if self.is_down else [key.asc(), serial.asc()]

    def spelled(self, key: Any) -> int | str:
        found: int | str = to_ms(key) if isinstance(key, datetime) else key
        return found

    def read(self, key: int | str) -> Any:
        return from_ms(int(key)) if self.column in ("created_at", "updated_at") else key


def _query(tx: Tx, wanted: Sought, order: _Order, *, after: Place | None, limit: int) -> Select[Any]:
    if wanted.words is not None:
        return _search(tx, wanted, order, after=after, limit=limit)
    drives = _drives(wanted)
    drive = drives[0] if len(drives) == 1 else min(drives, key=lambda each: _size(tx, wanted, each))
    is_in_order = drive.is_in_order and (order.is_creation or not wanted.has_range)
    if is_in_order or _size(tx, wanted, drive) > GATHERED_MAX:
        return _ranges(wanted, drive, order, after=after, limit=limit)
    return _gathered(_few(wanted, drive), order, after=after, limit=limit)


def _drives(wanted: Sought) -> list[Drive]:
    """All drives that the filter has, each with the conditions that the others would meet."""
    found = [
        Drive(
            code_tags, (code_tags.c.tag_id == tag,), (*_tagged(wanted, code_tags, but=tag), *_filed(wanted, code_tags))
        )
        for tag in wanted.tags
    ]
    own, tagged = codes.c.org_id == wanted.org, _tagged(wanted, codes)
    if wanted.folders is None:
        return found or [Drive(codes, (own,), ())]
    if not wanted.folders:
        return [*found, Drive(codes, (and_(own, codes.c.folder_id.is_(None)),), tagged)]
    if len(wanted.folders) <= FOLDERS_APART_MAX:
        places = tuple(and_(own, codes.c.folder_id == folder) for folder in wanted.folders)
        return [*found, Drive(codes, places, tagged)]
    within = and_(own, codes.c.folder_id.in_(wanted.folders))
    return [*found, Drive(codes, (within,), tagged, is_in_order=False)]


def _tagged(wanted: Sought, source: Table, *, but: UUID | None = None) -> tuple[ColumnElement[bool], ...]:
    theirs = code_tags.alias()
    return tuple(
        exists().where(theirs.c.serial == source.c.serial, theirs.c.tag_id == tag) for tag in wanted.tags if tag != but
    )


def _filed(wanted: Sought, source: Table) -> tuple[ColumnElement[bool], ...]:
    if wanted.folders is None:
        return ()
    folder = source.c.folder_id
    return (folder.in_(wanted.folders) if wanted.folders else folder.is_(None),)


def _made(wanted: Sought, source: Table) -> list[ColumnElement[bool]]:
    made = source.c.created_at
    found: list[ColumnElement[bool]] = [] if wanted.created_from is None else [made >= wanted.created_from]
    return found if wanted.created_to is None else [*found, made < wanted.created_to]


def _size(tx: Tx, wanted: Sought, drive: Drive) -> int:
    """How many codes the drive has, other conditions apart; no more than one above `GATHERED_MAX`."""
    source = drive.source
    some = select(source.c.serial).where(or_(*drive.places), source.c.shelf.in_(wanted.shelves), *_made(wanted, source))
    return _bounded(tx, some)


def _bounded(tx: Tx, some: Select[Any]) -> int:
    return int(tx.execute(select(func.count()).select_from(some.limit(GATHERED_MAX + 1).subquery())).scalar_one())


def _ranges(wanted: Sought, drive: Drive, order: _Order, *, after: Place | None, limit: int) -> Select[Any]:
    """The first of each range, and of these the first."""
    source = drive.source
    key = order.key(source)
    rest = [*drive.rest, *_made(wanted, source), *order.behind(source, after)]
    ranges = [
        select(key.label("key"), source.c.serial)
        .where(place, source.c.shelf == shelf, *rest)
        .order_by(*order.by(key, source.c.serial))
        .limit(limit)
        .subquery()
        for place in drive.places
        for shelf in wanted.shelves
    ]
    both = union_all(*(select(each) for each in ranges)).subquery()
    return select(both).order_by(*order.by(both.c.key, both.c.serial)).limit(limit)


def _few(wanted: Sought, drive: Drive, *more: ColumnElement[bool]) -> Select[Any]:
    """What few codes are sorted by. The limit, which they do not reach, keeps the database from walking in order."""
    source = drive.source
    return (
        select(*(source.c[name] for name in _KEYS))
        .where(or_(*drive.places), source.c.shelf.in_(wanted.shelves), *drive.rest, *_made(wanted, source), *more)
        .limit(GATHERED_MAX + 1)
    )


def _gathered(few: Select[Any], order: _Order, *, after: Place | None, limit: int) -> Select[Any]:
    found = few.subquery()
    key = order.key(found)
    return (
        select(key.label("key"), found.c.serial)
        .where(*order.behind(found, after))
        .order_by(*order.by(key, found.c.serial))
        .limit(limit)
    )


def _search(tx: Tx, wanted: Sought, order: _Order, *, after: Place | None, limit: int) -> Select[Any]:
    # Many folders are no ranges in order; what is looked through instead is all that the organisation has.
    whole = Drive(codes, (codes.c.org_id == wanted.org,), _filed(wanted, codes))
    drives = [each for each in _drives(wanted) if each.is_in_order] or [whole]
    sizes = [_size(tx, wanted, each) for each in drives]
    if min(sizes) <= GATHERED_MAX:
        smallest = drives[sizes.index(min(sizes))]
        return _gathered(_few(wanted, smallest, _holds(wanted, smallest.source)), order, after=after, limit=limit)
    rest = (codes.c.shelf.in_(wanted.shelves), *_made(wanted, codes), *_tagged(wanted, codes), *_filed(wanted, codes))
    own = _own(tx, wanted)
    found = _found_by_text(wanted) if tx.is_postgresql else _found_by_index(wanted)
    held = _held(tx, found if tx.is_postgresql else _found_by_index(wanted, of_all=True))
    if len(held) > GATHERED_MAX and not tx.is_postgresql:
        held = _held(tx, found)
    if len(held) <= GATHERED_MAX:
        few = select(*(codes.c[name] for name in _KEYS)).where(codes.c.serial.in_(held), own, *rest)
        return _gathered(few.limit(GATHERED_MAX + 1), order, after=after, limit=limit)
    if not order.is_creation:
        raise Invalid(
            "sort",
            f"is possible only by created_at while more than {GATHERED_MAX:,} codes hold `q`; give more of it, "
            "or narrow the list down by a tag or a folder",
        )
    return _streamed(found, order, (own, *rest), after=after, limit=limit, is_sqlite=not tx.is_postgresql)


def _own(tx: Tx, wanted: Sought) -> ColumnElement[bool]:
    """The organisation's own, where a search says which codes.

    On SQLite a sign before the column keeps the index of the organisation from leading, which would walk over all its
    codes.
    """
    return (codes.c.org_id if tx.is_postgresql else literal_column("+codes.org_id", Identity)) == wanted.org


def _holds(wanted: Sought, source: Table) -> ColumnElement[bool]:
    """Whether a code that is looked at holds the words."""
    assert wanted.words is not None
    text = exists().where(words.c.serial == source.c.serial, words.c.text.contains(wanted.words, autoescape=True))
    if not wanted.word_tags:
        return text
    theirs = code_tags.alias()
    return or_(text, exists().where(theirs.c.serial == source.c.serial, theirs.c.tag_id.in_(wanted.word_tags)))


def _held(tx: Tx, found: Select[Any]) -> Sequence[int]:
    return tx.execute(found.limit(GATHERED_MAX + 1)).scalars().all()


def _found_by_index(wanted: Sought, *, of_all: bool = False) -> Select[Any]:
    """The serials that the index of SQLite gives: a phrase of trigrams, in order of the serial.

    `of_all` organisations takes half as long where few codes hold the words.
    """
    assert wanted.words is not None
    either = " OR ".join(map(_phrase, (wanted.words, *map(marker, wanted.word_tags))))
    markers = [*([] if of_all else [wanted.org]), *wanted.tags]
    every = "".join(f"{_phrase(marker(each))} AND " for each in markers)
    match = literal_column(WORDS_INDEX).op("MATCH")(literal(f"{every}({either})"))
    return select(_index.c.rowid.label("serial")).where(match)


def _found_by_text(wanted: Sought) -> Select[Any]:
    """The serials by the text itself, which PostgreSQL looks up in its own index of trigrams where it has one."""
    assert wanted.words is not None
    holds: ColumnElement[bool] = words.c.text.contains(wanted.words, autoescape=True)
    if wanted.word_tags:
        tagged = select(code_tags.c.serial).where(code_tags.c.tag_id.in_(wanted.word_tags))
        holds = or_(holds, words.c.serial.in_(tagged))
    return select(words.c.serial).where(words.c.org_id == wanted.org, holds)


def _streamed(
    found: Select[Any],
    order: _Order,
    rest: Sequence[ColumnElement[bool]],
    *,
    after: Place | None,
    limit: int,
    is_sqlite: bool,
) -> Select[Any]:
    """So many codes hold the words that the first that are met fill a page: in the order of the serial."""
    serial = _index.c.rowid if is_sqlite else words.c.serial
    query = found.with_only_columns(serial.label("key"), serial.label("serial")).where(codes.c.serial == serial, *rest)
    if after is not None:
        query = query.where(serial < after.serial if order.is_down else serial > after.serial)
    return query.order_by(serial.desc() if order.is_down else serial.asc()).limit(limit)


def _phrase(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
