"""Which codes a list shows, and in which order."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from repoint.codes.code import TAGS_MAX, Type
from repoint.codes.folders import known_folder, with_descendants
from repoint.codes.library_tables import tags as tag_table
from repoint.codes.table import NOT_DELETED, Shelf
from repoint.codes.tagging import named
from repoint.kit.clock import in_utc, to_ms, with_offset
from repoint.kit.db import Tx
from repoint.kit.errors import Invalid
from repoint.kit.folding import SEARCH_MIN, name_key, searchable
from repoint.kit.storable import storable

SEARCH_MAX = 200
MATCHING_TAGS_MAX = 200
NO_FOLDER = "none"

ListedStatus = Literal["active", "paused", "deleted"]


class Sort(StrEnum):
    """The orders there are; `-` turns one round."""

    CREATED = "created_at"
    CREATED_DOWN = "-created_at"
    UPDATED = "updated_at"
    UPDATED_DOWN = "-updated_at"
    TITLE = "title"
    TITLE_DOWN = "-title"
    SCANS = "scans"
    SCANS_DOWN = "-scans"

    @property
    def is_down(self) -> bool:
        """Whether the greatest comes first."""
        return self.value.startswith("-")

    @property
    def column(self) -> str:
        """The column that holds what is sorted by; a title is sorted by its key."""
        name = self.value.removeprefix("-")
        return "title_key" if name == "title" else name


@dataclass(frozen=True, slots=True)
class Filter:
    """What a code must be to be listed; None asks nothing, and without a status deleted codes are left out.

    `folder_id` is a folder's public id, or `NO_FOLDER`; `created_from` is included, `created_to` is not.
    """

    q: str | None = None
    tags: tuple[str, ...] = ()
    folder_id: str | None = None
    include_subfolders: bool = False
    status: ListedStatus | None = None
    type: Type | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None


EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Sought:
    """A filter as the database is asked: names are ids, and what no code can meet is `is_empty`.

    `folders` None asks nothing; an empty one is codes in no folder. `words` is folded; `word_tags` are the tags whose
    name holds it.
    """

    org: UUID
    shelves: tuple[Shelf, ...]
    tags: tuple[UUID, ...]
    folders: tuple[UUID, ...] | None
    created_from: datetime | None
    created_to: datetime | None
    words: str | None
    word_tags: tuple[UUID, ...]
    is_empty: bool

    @property
    def has_range(self) -> bool:
        """Whether the time of creation is bounded."""
        return self.created_from is not None or self.created_to is not None


def fingerprint(asked: Filter, sort: Sort) -> str:
    """What a cursor is bound to: equal for equal filters and orders."""
    spelled = json.dumps([asdict(asked), sort.value], default=lambda time: to_ms(with_offset(time)), sort_keys=True)
    return hashlib.sha256(spelled.encode()).hexdigest()[:16]


def sought(tx: Tx, org: UUID, asked: Filter) -> Sought:
    """Look up what a filter names.

    Raises:
        Invalid: a part of it cannot be.
        NotFound: the organisation has no such folder.
    """
    if len(asked.tags) > TAGS_MAX:
        raise Invalid("tag", f"can be given at most {TAGS_MAX} times")
    tags = [named(tx, org, storable("tag", tag.strip())) for tag in asked.tags]
    known = tuple(sorted({tag for tag in tags if tag is not None}))
    words = None if asked.q is None else _words(asked.q)
    start = asked.created_from and in_utc("created_from", asked.created_from)
    end = asked.created_to and in_utc("created_to", asked.created_to)
    return Sought(
        org=org,
        shelves=_shelves(asked.status, asked.type),
        tags=known,
        folders=_folders(tx, org, asked),
        created_from=start,
        created_to=end,
        words=words,
        word_tags=() if asked.q is None else _tags_with(tx, org, asked.q),
        is_empty=None in tags or (start is not None and end is not None and start >= end),
    )


def _shelves(status: ListedStatus | None, kind: Type | None) -> tuple[Shelf, ...]:
    match status:
        case "deleted":
            shelves: Sequence[Shelf] = (Shelf.DELETED, Shelf.DELETED_STATIC)
        case "active":
            shelves = (Shelf.ACTIVE, Shelf.STATIC)
        case "paused":
            shelves = (Shelf.PAUSED,)
        case None:
            shelves = NOT_DELETED
    static = (Shelf.STATIC, Shelf.DELETED_STATIC)
    return tuple(each for each in shelves if kind is None or (each in static) == (kind == "static"))


def _folders(tx: Tx, org: UUID, asked: Filter) -> tuple[UUID, ...] | None:
    if asked.folder_id is None:
        return None
    if asked.folder_id == NO_FOLDER:
        return ()
    folder = known_folder(tx, org, asked.folder_id)
    return tuple(with_descendants(tx, org, folder)) if asked.include_subfolders else (folder,)


def _words(q: str) -> str:
    folded = searchable(storable("q", q.strip()))
    if len(folded) < SEARCH_MIN:
        raise Invalid("q", f"must have at least {SEARCH_MIN} characters; of Chinese, Japanese or Korean one is enough")
    return folded


def _tags_with(tx: Tx, org: UUID, q: str) -> tuple[UUID, ...]:
    holds = tag_table.c.name_key.contains(name_key(q.strip()), autoescape=True)
    found = tx.execute(
        select(tag_table.c.id).where(tag_table.c.org_id == org, holds).limit(MATCHING_TAGS_MAX + 1)
    ).scalars()
    tags = tuple(found)
    if len(tags) > MATCHING_TAGS_MAX:
        raise Invalid("q", f"is in the names of more than {MATCHING_TAGS_MAX} tags; give more of it")
    return tags
