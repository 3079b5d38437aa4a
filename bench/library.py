"""Fills a database with many codes in folders and with tags, in bulk."""

import json
import random
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import insert, text

from repoint.accounts.actor import Actor, Scope
from repoint.accounts.organisations import Organisation
from repoint.codes.artwork import check_design
from repoint.codes.folders import add_folder
from repoint.codes.library_tables import code_tags, tags
from repoint.codes.table import WORDS_INDEX, Shelf, codes, words
from repoint.kit.clock import to_ms, utc_now
from repoint.kit.db import Database, Tx
from repoint.kit.folding import marker, name_key, searchable, sort_key
from repoint.kit.ids import IdSource

AT_ONCE = 50_000
YEARS_MS = 3 * 365 * 86_400_000
FOLDERS = 40  # ten of them hold three others each
NOUNS = ("Table", "Poster", "Menu", "Flyer", "Éclair", "Door", "Window", "Ticket", "Box", "Straße")
# How often each tag is; `campaign` is on neighbours with one title, the others are scattered.
TAGS = {"print": 0.5, "q1": 0.12, "q2": 0.12, "web": 0.03, "fair": 0.01, "vip": 0.003, "rare": 0.0001}
CAMPAIGN = (0.60, 0.65)
_COLUMNS = {
    "links": ("id", "org_id", "domain", "slug", "destination", "paused"),
    "scan_totals": ("link_id", "people", "bots", "visitors"),
    "codes": tuple(column.name for column in codes.columns),
    "code_tags": tuple(column.name for column in code_tags.columns),
    "code_words": tuple(column.name for column in words.columns),
}


def fill(db: Database, org: Organisation, how_many: int) -> Actor:
    """Make a library of that many codes; gives the actor who owns it."""
    actor = Actor(org.id, "cli", Scope.ADMIN)
    folders, tag_ids = db.write_now(_prepare, actor)
    for rows in _chunks(how_many, actor.org, folders, tag_ids, to_ms(utc_now())):
        db.write_now(_insert, rows)
    db.write_now(_index)
    return actor


def _prepare(tx: Tx, actor: Actor) -> tuple[list[UUID], dict[str, UUID]]:
    """Folders and tags; and no indexes while the codes are put in."""
    top = [add_folder(tx, actor, name=f"Folder {number}", parent_id=None) for number in range(FOLDERS // 4)]
    below = [add_folder(tx, actor, name=f"{n}", parent_id=each.public_id) for each in top for n in range(3)]
    tag_ids = {name: tx.new_id() for name in (*TAGS, "campaign")}
    times = {"created_at": tx.now, "updated_at": tx.now}
    for name, tag in tag_ids.items():
        tx.execute(
            insert(tags).values(id=tag, org_id=actor.org, name=name, name_key=name_key(name), version=1, **times)
        )
    for table in (codes, code_tags):
        for index in table.indexes:
            index.drop(tx.connection)
    tx.execute(text("DROP TRIGGER code_words_added"))
    return [folder.id for folder in (*top, *below)], tag_ids


def _index(tx: Tx) -> None:
    for table in (codes, code_tags):
        for index in table.indexes:
            index.create(tx.connection)
    tx.execute(text(f"INSERT INTO {WORDS_INDEX}({WORDS_INDEX}) VALUES ('rebuild')"))  # noqa: S608 - ours


def _insert(tx: Tx, rows: dict[str, list[tuple[object, ...]]]) -> None:
    for name, some in rows.items():
        marks = ", ".join("?" * len(_COLUMNS[name]))
        statement = f"INSERT INTO {name} ({', '.join(_COLUMNS[name])}) VALUES ({marks})"  # noqa: S608 - ours
        tx.connection.exec_driver_sql(statement, some)


def _chunks(
    how_many: int, org: UUID, folders: list[UUID], tag_ids: dict[str, UUID], now_ms: int
) -> Iterator[dict[str, list[tuple[object, ...]]]]:
    dice, ids = random.Random(1), IdSource()
    design = json.dumps(check_design({}))
    rows: dict[str, list[tuple[object, ...]]] = {}
    for serial in range(1, how_many + 1):
        at = now_ms - YEARS_MS + YEARS_MS * serial // how_many
        is_campaign = CAMPAIGN[0] <= serial / how_many < CAMPAIGN[1]
        title = f"{'Spring sale' if is_campaign else dice.choice(NOUNS)} {dice.randrange(1_000_000)}"
        shelf = dice.choices((Shelf.ACTIVE, Shelf.PAUSED, Shelf.STATIC, Shelf.DELETED), (0.92, 0.02, 0.05, 0.01))[0]
        link = None if shelf is Shelf.STATIC else serial
        folder = dice.choice(folders).bytes if dice.random() < 0.7 else None
        scans = 0 if link is None else int(dice.paretovariate(0.7)) - 1
        updated = at + int(dice.random() * (now_ms - at))
        own = [
            tag for name, tag in tag_ids.items() if (is_campaign if name == "campaign" else dice.random() < TAGS[name])
        ]
        slug, goal = f"s{serial:07}", f"https://shop.example.com/{dice.randrange(16**6):06x}/page?source=qr"
        said = searchable("\n".join((title, goal, slug) if link else (title, f"Room {serial}")))
        rows.setdefault("links", []).append((serial, org.bytes, "", slug, goal, shelf is Shelf.PAUSED))
        if scans:
            rows.setdefault("scan_totals", []).append((serial, scans, scans // 9, scans // 2 + 1))
        rows.setdefault("codes", []).append(
            (
                serial,
                ids.new(at).bytes,
                org.bytes,
                link,
                folder,
                title,
                sort_key(title),
                design,
                None if link else f"Room {serial}",
                shelf is Shelf.PAUSED,
                int(shelf),
                scans,
                now_ms if shelf is Shelf.DELETED else None,
                1,
                at,
                updated,
            )
        )
        rows.setdefault("code_tags", []).extend(
            (serial, tag.bytes, int(shelf), folder, sort_key(title), scans, at, updated) for tag in own
        )
        rows.setdefault("code_words", []).append((serial, org.bytes, "\n".join((said, marker(org), *map(marker, own)))))
        if serial % AT_ONCE == 0 or serial == how_many:
            yield rows
            rows = {}
