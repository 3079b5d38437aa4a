"""Which code has which tags."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, literal, select

from repoint.codes.library_tables import TAG_KEY_MAX, code_tags, tags
from repoint.codes.table import codes
from repoint.kit.clock import to_ms
from repoint.kit.db import Identity, Tx
from repoint.kit.db.bulk import insert_new_rows, read_id, rows_with_keys, stored_id
from repoint.kit.folding import name_key

# The columns that codes have too.
SHARED = [column.name for column in code_tags.columns if column.name not in ("serial", "tag_id")]

_NAMES = (
    select(code_tags.c.serial, tags.c.name)
    .join(tags, tags.c.id == code_tags.c.tag_id)
    .where(code_tags.c.serial.in_(bindparam("serials", expanding=True)), tags.c.org_id == bindparam("org"))
)


def put(tx: Tx, org: UUID, serial: int, names: Collection[str]) -> None:
    """Let a code have these tags and no others; a tag that is there under another case is that one."""
    wanted = {tag.id for tag in many(tx, org, names).values()}
    tx.execute(delete(code_tags).where(code_tags.c.serial == serial))
    for tag in sorted(wanted):
        tx.execute(
            insert(code_tags).from_select(
                ["serial", "tag_id", *SHARED],
                select(codes.c.serial, literal(tag, Identity), *(codes.c[name] for name in SHARED)).where(
                    codes.c.org_id == org, codes.c.serial == serial
                ),
            )
        )


@dataclass(frozen=True, slots=True)
class Named:
    """A tag, under the name that it has."""

    id: UUID
    name: str


def many(tx: Tx, org: UUID, names: Iterable[str]) -> Mapping[str, Named]:
    """The tags of these names by their `tag_key`, made where there are none."""
    wanted: dict[str, str] = {}
    for name in names:
        wanted.setdefault(tag_key(name), name)
    found = _with_keys(tx, org, sorted(wanted))
    missing = sorted(wanted.keys() - found.keys())
    if missing:
        made = [
            (stored_id(tx, tx.new_id()), stored_id(tx, org), wanted[key], key, 1, to_ms(tx.now), to_ms(tx.now))
            for key in missing
        ]
        columns = ("id", "org_id", "name", "name_key", "version", "created_at", "updated_at")
        insert_new_rows(tx, tags, columns, made, returning=("id",))
        found |= _with_keys(tx, org, missing)
    return found


def _with_keys(tx: Tx, org: UUID, keys: Sequence[str]) -> dict[str, Named]:
    asked = [(stored_id(tx, org), key) for key in keys]
    rows = rows_with_keys(tx, tags, ("org_id", "name_key"), asked)
    return {row.name_key: Named(read_id(row.id), row.name) for row in rows}


def names_of(tx: Tx, org: UUID, serials: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The names of these codes' tags, sorted; codes without any are left out."""
    found: dict[int, list[str]] = {}
    for row in tx.execute(_NAMES, {"serials": list(serials), "org": org}):
        found.setdefault(row.serial, []).append(row.name)
    return {serial: tuple(sorted(names)) for serial, names in found.items()}


def ids_of(tx: Tx, serial: int) -> Sequence[UUID]:
    """The ids of a code's tags; the caller has checked whose code it is."""
    return (
        tx.execute(select(code_tags.c.tag_id).where(code_tags.c.serial == serial).order_by(code_tags.c.tag_id))
        .scalars()
        .all()
    )


def named(tx: Tx, org: UUID, name: str) -> UUID | None:
    """The tag of this name, in whatever case."""
    found: UUID | None = tx.execute(
        select(tags.c.id).where(tags.c.org_id == org, tags.c.name_key == tag_key(name))
    ).scalar()
    return found


def tag_key(name: str) -> str:
    """What tags are the same by, and sorted by: at most so long that it fits into a cursor."""
    return name_key(name)[:TAG_KEY_MAX]
