"""Folders, tags, and what codes are listed, sorted and searched by."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from repoint.kit.db.schema import Identity, Instant
from repoint.kit.folding import marker, name_key, searchable, sort_key
from repoint.kit.ids import IdSource

revision = "0006"
down_revision = "0005"

_ROWS_AT_ONCE = 1_000
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SORT_KEY = sa.String(length=64)
_TAG_KEY = sa.String(length=100)
_OLD = "codes_0003"
_OLD_LOGOS = "logos_0003"
_INDEXES = (
    ("created", ["created_at", "serial"]),
    ("updated", ["updated_at", "serial", "created_at"]),
    ("title", ["title_key", "serial", "created_at"]),
    ("scans", ["scans", "serial", "created_at"]),
)
_ADD = "INSERT INTO code_words_index(rowid, text) VALUES (new.serial, new.text);"
_TAKE_OUT = "INSERT INTO code_words_index(code_words_index, rowid, text) VALUES ('delete', old.serial, old.text);"
_CHANGED = "AFTER UPDATE OF text ON code_words WHEN old.text <> new.text"
_USING = "fts5(text, content='code_words', content_rowid='serial', tokenize='trigram case_sensitive 1')"
_WORDS_ON_SQLITE = (
    f"CREATE VIRTUAL TABLE code_words_index USING {_USING}",
    f"CREATE TRIGGER code_words_added AFTER INSERT ON code_words BEGIN {_ADD} END",
    f"CREATE TRIGGER code_words_removed AFTER DELETE ON code_words BEGIN {_TAKE_OUT} END",
    f"CREATE TRIGGER code_words_changed {_CHANGED} BEGIN {_TAKE_OUT} {_ADD} END",
)
_TRIGRAMS_ON_POSTGRESQL = """
DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX ix_code_words_text ON code_words USING gin (text gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE NOTICE 'pg_trgm cannot be created: searching codes reads every text of the organisation';
END $$
"""


def upgrade() -> None:
    """Forward; there is no way back, a backup is."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    _make_folders_and_tags()
    _version_logos(on_sqlite=on_sqlite)
    if on_sqlite:
        _set_codes_aside()
        _make_codes()
    else:
        _widen_codes()
    _make_words()
    _fill(_OLD if on_sqlite else "codes", on_sqlite=on_sqlite)
    if on_sqlite:
        _drop_old_codes()
    else:
        _close_codes()
    _index_codes(on_sqlite=on_sqlite)


def _make_folders_and_tags() -> None:
    op.create_table(
        "folders",
        sa.Column("id", Identity(), nullable=False),
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("parent_id", Identity(), nullable=True),
        sa.Column("parent_key", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("name_key", sa.String(length=2700), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_folders_org_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["folders.id"], name="fk_folders_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_folders"),
        sa.UniqueConstraint("org_id", "parent_key", "name_key", name="uq_folders_org_id_parent_key_name_key"),
    )
    op.create_table(
        "tags",
        sa.Column("id", Identity(), nullable=False),
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("name_key", _TAG_KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_tags_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tags"),
        sa.UniqueConstraint("org_id", "name_key", name="uq_tags_org_id_name_key"),
    )
    op.create_table(
        "code_tags",
        sa.Column("serial", _BIG, autoincrement=False, nullable=False),
        sa.Column("tag_id", Identity(), nullable=False),
        sa.Column("shelf", sa.SmallInteger(), nullable=False),
        sa.Column("folder_id", Identity(), nullable=True),
        sa.Column("title_key", _SORT_KEY, nullable=False),
        sa.Column("scans", sa.BigInteger(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name="fk_code_tags_tag_id"),
        sa.PrimaryKeyConstraint("serial", "tag_id", name="pk_code_tags"),
        sqlite_with_rowid=False,
    )


def _version_logos(*, on_sqlite: bool) -> None:
    """Logos get a version; on SQLite in a table made anew, so that it reads as one that was made so at first."""
    if not on_sqlite:
        op.add_column("logos", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        op.alter_column("logos", "version", server_default=None)
        return
    op.rename_table("logos", _OLD_LOGOS)
    op.create_table(
        "logos",
        sa.Column("id", Identity(), nullable=False),
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("artwork", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_logos_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_logos"),
        sa.UniqueConstraint("org_id", "sha256", name="uq_logos_org_id_sha256"),
    )
    op.execute(
        # Names of our own tables alone.
        "INSERT INTO logos (id, org_id, name, media_type, sha256, artwork, version, created_at) "  # noqa: S608 - ours
        f"SELECT id, org_id, name, media_type, sha256, artwork, 1, created_at FROM {_OLD_LOGOS}"
    )
    op.drop_table(_OLD_LOGOS)


def _set_codes_aside() -> None:
    """Nothing refers to codes, so renaming the table changes no other one."""
    op.drop_index("ix_codes_org_id_serial", "codes")
    op.rename_table("codes", _OLD)


def _make_codes() -> None:
    op.create_table(
        "codes",
        sa.Column("serial", _BIG, autoincrement=True, nullable=False),
        sa.Column("id", Identity(), nullable=False),
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("link_id", _BIG, nullable=True),
        sa.Column("folder_id", Identity(), nullable=True),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("title_key", _SORT_KEY, nullable=False),
        sa.Column("design", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("shelf", sa.SmallInteger(), nullable=False),
        sa.Column("scans", sa.BigInteger(), nullable=False),
        sa.Column("grace_until", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["folder_id"], ["folders.id"], name="fk_codes_folder_id"),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name="fk_codes_link_id"),
        sa.ForeignKeyConstraint(["org_id"], ["organisations.id"], name="fk_codes_org_id"),
        sa.PrimaryKeyConstraint("serial", name="pk_codes"),
        sa.UniqueConstraint("id", name="uq_codes_id"),
        sa.UniqueConstraint("link_id", name="uq_codes_link_id"),
        sqlite_autoincrement=True,
    )
    shelf = "CASE WHEN link_id IS NULL THEN CASE WHEN grace_until IS NULL THEN 3 ELSE 5 END "
    shelf += "WHEN grace_until IS NOT NULL THEN 4 WHEN paused THEN 2 ELSE 1 END"
    scans = f"coalesce((SELECT people FROM scan_totals WHERE scan_totals.link_id = {_OLD}.link_id), 0)"  # noqa: S608 - ours
    op.execute(
        "INSERT INTO codes (serial, id, org_id, link_id, title, title_key, design, text, paused, shelf, scans, "  # noqa: S608 - ours
        f"grace_until, version, created_at, updated_at) SELECT serial, id, org_id, link_id, title, '', design, text, "
        f"paused, {shelf}, {scans}, grace_until, version, created_at, updated_at FROM {_OLD} ORDER BY serial"
    )
    # Serials are never given out twice, and the newest code can be gone.
    op.execute(
        "INSERT INTO sqlite_sequence (name, seq) SELECT 'codes', 0 "
        "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'codes')"
    )
    op.execute(
        "UPDATE sqlite_sequence SET seq = max(seq, coalesce((SELECT old.seq FROM sqlite_sequence AS old "  # noqa: S608 - ours
        f"WHERE old.name = '{_OLD}'), 0)) WHERE name = 'codes'"
    )


def _widen_codes() -> None:
    op.add_column("codes", sa.Column("folder_id", Identity(), nullable=True))
    op.create_foreign_key("fk_codes_folder_id", "codes", "folders", ["folder_id"], ["id"])
    op.add_column("codes", sa.Column("title_key", _SORT_KEY, nullable=False, server_default=""))
    op.add_column("codes", sa.Column("shelf", sa.SmallInteger(), nullable=False, server_default="1"))
    op.add_column("codes", sa.Column("scans", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE codes SET shelf = CASE WHEN link_id IS NULL THEN CASE WHEN grace_until IS NULL THEN 3 ELSE 5 END "
        "WHEN grace_until IS NOT NULL THEN 4 WHEN paused THEN 2 ELSE 1 END"
    )
    op.execute("UPDATE codes SET scans = people FROM scan_totals WHERE scan_totals.link_id = codes.link_id")


def _make_words() -> None:
    op.create_table(
        "code_words",
        sa.Column("serial", _BIG, autoincrement=False, nullable=False),
        sa.Column("org_id", Identity(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("serial", name="pk_code_words"),
    )


def _fill(source: str, *, on_sqlite: bool) -> None:
    """Keys, tags and words of the codes that are there."""
    if on_sqlite:
        for statement in _WORDS_ON_SQLITE:
            op.execute(sa.text(statement))
    connection, ids, known = op.get_bind(), IdSource(), dict[tuple[UUID, str], UUID]()
    codes = sa.table("codes", sa.column("serial"), sa.column("title_key"))
    titles = sa.update(codes).where(codes.c.serial == sa.bindparam("at")).values(title_key=sa.bindparam("key"))
    words = sa.table("code_words", sa.column("serial"), sa.column("org_id", Identity()), sa.column("text"))
    for rows in _old_rows(source):
        linked = list[dict[str, Any]]()
        texts = list[dict[str, Any]]()
        for row in rows:
            given = {name_key(tag)[:100]: tag for tag in reversed(_json(row.tags))}
            own = [_tag(row.org_id, key, tag, row.created_at, known, ids) for key, tag in sorted(given.items())]
            linked += [{"serial": row.serial, "tag_id": tag} for tag in own]
            said = "\n".join(filter(None, (row.title, row.destination, row.slug, row.text)))
            text = "\n".join((searchable(said), marker(row.org_id), *map(marker, own)))
            texts.append({"serial": row.serial, "org_id": row.org_id, "text": text})
        connection.execute(titles, [{"at": row.serial, "key": sort_key(row.title)} for row in rows])
        connection.execute(sa.insert(words), texts)
        if linked:
            connection.execute(
                sa.text(
                    "INSERT INTO code_tags (serial, tag_id, shelf, title_key, scans, created_at, updated_at) "
                    "SELECT serial, :tag_id, shelf, title_key, scans, created_at, updated_at FROM codes "
                    "WHERE serial = :serial"
                ).bindparams(sa.bindparam("tag_id", type_=Identity())),
                linked,
            )


def _old_rows(source: str) -> Iterator[list[Any]]:
    query = sa.text(
        "SELECT c.serial, c.org_id, c.title, c.tags, c.text, c.created_at, l.slug, l.destination "  # noqa: S608 - ours
        f"FROM {source} AS c LEFT JOIN links AS l ON l.id = c.link_id "
        "WHERE c.serial > :after ORDER BY c.serial LIMIT :limit"
    ).columns(org_id=Identity())
    after = 0
    while rows := list(op.get_bind().execute(query, {"after": after, "limit": _ROWS_AT_ONCE})):
        yield rows
        after = rows[-1].serial


def _json(value: Any) -> list[str]:
    found: list[str] = json.loads(value) if isinstance(value, str) else value
    return found


def _tag(org: UUID, key: str, name: str, at_ms: int, known: dict[tuple[UUID, str], UUID], ids: IdSource) -> UUID:
    if (org, key) not in known:
        known[org, key] = ids.new(at_ms)
        op.get_bind().execute(
            sa.text(
                "INSERT INTO tags (id, org_id, name, name_key, version, created_at, updated_at) "
                "VALUES (:id, :org, :name, :key, 1, :at, :at)"
            ).bindparams(sa.bindparam("id", type_=Identity()), sa.bindparam("org", type_=Identity())),
            {"id": known[org, key], "org": org, "name": name, "key": key, "at": at_ms},
        )
    return known[org, key]


def _drop_old_codes() -> None:
    op.drop_table(_OLD)


def _close_codes() -> None:
    op.drop_column("codes", "tags")
    for name in ("title_key", "shelf", "scans"):
        op.alter_column("codes", name, server_default=None)


def _index_codes(*, on_sqlite: bool) -> None:
    op.create_index("ix_code_words_org_id", "code_words", ["org_id"], unique=False)
    if on_sqlite:
        op.create_index("ix_codes_org_id_serial", "codes", ["org_id", "serial"], unique=False)
    else:
        op.execute(sa.text(_TRIGRAMS_ON_POSTGRESQL))
    for name, (first, *others) in _INDEXES:
        op.create_index(f"ix_codes_{name}", "codes", ["org_id", "shelf", first, *others], unique=False)
        within = ["org_id", "folder_id", "shelf", first, *others]
        op.create_index(f"ix_codes_folder_{name}", "codes", within, unique=False)
        # The folder stands behind the serial, which alone makes an entry different from the others.
        behind = [others[0], "folder_id", *others[1:]]
        op.create_index(f"ix_code_tags_{name}", "code_tags", ["tag_id", "shelf", first, *behind], unique=False)
