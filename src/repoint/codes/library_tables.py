"""The tables of folders, tags, and which code has which."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, SmallInteger, String, Table, UniqueConstraint

from repoint.kit.db import Identity, Instant, metadata
from repoint.kit.folding import SORT_KEY_MAX

NAME_MAX = 150
TAG_KEY_MAX = 100
_Big = BigInteger().with_variant(Integer, "sqlite")

# `parent_key` is the parent's id in hexadecimal, or '' at the top: NULL would be no obstacle to a second one of a name.
folders = Table(
    "folders",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("org_id", Identity, ForeignKey("organisations.id"), nullable=False),
    Column("parent_id", Identity, ForeignKey("folders.id")),
    Column("parent_key", String(32), nullable=False),
    Column("name", String(NAME_MAX), nullable=False),
    Column("name_key", String(NAME_MAX * 18), nullable=False),  # a character can become 18 when it is folded
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("org_id", "parent_key", "name_key"),
)

tags = Table(
    "tags",
    metadata,
    Column("id", Identity, primary_key=True),
    Column("org_id", Identity, ForeignKey("organisations.id"), nullable=False),
    Column("name", String(50), nullable=False),
    Column("name_key", String(TAG_KEY_MAX), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("org_id", "name_key"),
)

# What codes are listed by stands here once more, so that the codes of one tag are a range of an index in every order.
code_tags = Table(
    "code_tags",
    metadata,
    Column("serial", _Big, primary_key=True, autoincrement=False),
    Column("tag_id", Identity, ForeignKey("tags.id"), primary_key=True),
    Column("shelf", SmallInteger, nullable=False),
    Column("folder_id", Identity),
    Column("title_key", String(SORT_KEY_MAX), nullable=False),
    Column("scans", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_code_tags_created", "tag_id", "shelf", "created_at", "serial", "folder_id"),
    Index("ix_code_tags_updated", "tag_id", "shelf", "updated_at", "serial", "folder_id", "created_at"),
    Index("ix_code_tags_title", "tag_id", "shelf", "title_key", "serial", "folder_id", "created_at"),
    Index("ix_code_tags_scans", "tag_id", "shelf", "scans", "serial", "folder_id", "created_at"),
    sqlite_with_rowid=False,
)
