"""The table of codes, and of the words they are found by."""

from enum import IntEnum

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    event,
    false,
)

from repoint.codes.code import TITLE_MAX
from repoint.kit.db import Identity, Instant, metadata
from repoint.kit.folding import SORT_KEY_MAX

_Big = BigInteger().with_variant(Integer, "sqlite")


class Shelf(IntEnum):
    """Where a code is listed: status and type in one number, so that any choice of both is at most three ranges."""

    ACTIVE = 1
    PAUSED = 2
    STATIC = 3
    DELETED = 4
    DELETED_STATIC = 5


NOT_DELETED = (Shelf.ACTIVE, Shelf.PAUSED, Shelf.STATIC)

# `serial` is the decimal id, given out in order of creation and never again. A static code has `text` and no link.
# `scans` are those of people, as `scan_totals` has them: beside the code, because lists are sorted by them.
codes = Table(
    "codes",
    metadata,
    Column("serial", _Big, primary_key=True, autoincrement=True),
    Column("id", Identity, nullable=False, unique=True),
    Column("org_id", Identity, ForeignKey("organisations.id"), nullable=False),
    Column("link_id", _Big, ForeignKey("links.id"), unique=True),
    Column("folder_id", Identity, ForeignKey("folders.id")),
    Column("title", String(TITLE_MAX), nullable=False),
    Column("title_key", String(SORT_KEY_MAX), nullable=False),
    Column("design", JSON, nullable=False),
    Column("text", Text),
    Column("paused", Boolean, nullable=False, server_default=false()),
    Column("shelf", SmallInteger, nullable=False),
    Column("scans", BigInteger, nullable=False),
    Column("grace_until", Instant),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_codes_org_id_serial", "org_id", "serial"),
    Index("ix_codes_created", "org_id", "shelf", "created_at", "serial"),
    Index("ix_codes_updated", "org_id", "shelf", "updated_at", "serial", "created_at"),
    Index("ix_codes_title", "org_id", "shelf", "title_key", "serial", "created_at"),
    Index("ix_codes_scans", "org_id", "shelf", "scans", "serial", "created_at"),
    Index("ix_codes_folder_created", "org_id", "folder_id", "shelf", "created_at", "serial"),
    Index("ix_codes_folder_updated", "org_id", "folder_id", "shelf", "updated_at", "serial", "created_at"),
    Index("ix_codes_folder_title", "org_id", "folder_id", "shelf", "title_key", "serial", "created_at"),
    Index("ix_codes_folder_scans", "org_id", "folder_id", "shelf", "scans", "serial", "created_at"),
    sqlite_autoincrement=True,
)

# Title, destination, slug and static text of a code, folded (see `folding`), with the markers of its organisation and
# its tags.
words = Table(
    "code_words",
    metadata,
    Column("serial", _Big, primary_key=True, autoincrement=False),
    Column("org_id", Identity, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_code_words_org_id", "org_id"),
)

# An index of every three characters in a row: FTS5 on SQLite (https://sqlite.org/fts5.html, sections 4.3.5 and 4.4.3);
# on PostgreSQL the migration makes one with pg_trgm where that is there, which metadata does not speak of.
WORDS_INDEX = "code_words_index"
_ADD = "INSERT INTO code_words_index(rowid, text) VALUES (new.serial, new.text);"
_TAKE_OUT = "INSERT INTO code_words_index(code_words_index, rowid, text) VALUES ('delete', old.serial, old.text);"
_USING = "fts5(text, content='code_words', content_rowid='serial', tokenize='trigram case_sensitive 1')"
_CHANGED = "AFTER UPDATE OF text ON code_words WHEN old.text <> new.text"
for _statement in (
    f"CREATE VIRTUAL TABLE {WORDS_INDEX} USING {_USING}",
    f"CREATE TRIGGER code_words_added AFTER INSERT ON code_words BEGIN {_ADD} END",
    f"CREATE TRIGGER code_words_removed AFTER DELETE ON code_words BEGIN {_TAKE_OUT} END",
    f"CREATE TRIGGER code_words_changed {_CHANGED} BEGIN {_TAKE_OUT} {_ADD} END",
):
    _made = DDL(_statement).execute_if(dialect="sqlite")  # type: ignore[no-untyped-call]
    event.listen(words, "after_create", _made)
