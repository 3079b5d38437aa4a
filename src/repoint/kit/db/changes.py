"""What was changed and must reach every process: written, read, removed.

Numbers given out by a sequence become visible out of order: 8 may be committed while 7 is still open, and who reads
on from 8 never sees 7. So a row carries the number of its transaction, and a reader remembers the snapshot it last
read with (`xmin:xmax:running`): what it has not seen yet are exactly the rows of transactions that were running then
or began later (docs/decisions/0005-changes.md). PostgreSQL only: on SQLite one process knows everything anyway, and
nothing is written.
"""

from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text, bindparam, cast, func, insert, select

from repoint.kit.db.schema import Instant, metadata
from repoint.kit.db.tx import Tx

CHANNEL = "repoint_changes"
TOPIC_MAX = 32

changes = Table(
    "changes",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("tx", BigInteger, nullable=False, index=True),
    Column("topic", String(TOPIC_MAX), nullable=False),
    Column("key", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

_INSERT = insert(changes).values(tx=cast(cast(func.pg_current_xact_id(), Text), BigInteger), topic=bindparam("topic"))
_SINCE = """
    SELECT pg_current_snapshot()::text, coalesce(array_agg(ARRAY[topic, key] ORDER BY id), '{}')
    FROM changes WHERE tx >= %s OR tx = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Which transactions had ended: all below `xmax` but the `running` ones."""

    xmin: int
    xmax: int
    running: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """As PostgreSQL writes it: `10:20:10,14,15`."""
        xmin, xmax, running = text.split(":")
        return cls(int(xmin), int(xmax), tuple(map(int, running.split(","))) if running else ())


def write_down(tx: Tx) -> None:
    """Write what the transaction announced, once each, and wake the other processes at its commit."""
    if tx.announced:
        tx.execute(_INSERT, [{"topic": topic, "key": key, "at": tx.now} for topic, key in dict.fromkeys(tx.announced)])
        tx.execute(select(func.pg_notify(CHANNEL, "")))


def take_snapshot(connection: Any) -> Snapshot:
    """Where a reader begins that knows nothing yet; `connection` is the driver's, in autocommit."""
    return Snapshot.parse(connection.execute("SELECT pg_current_snapshot()::text").fetchone()[0])


def read_since(connection: Any, last: Snapshot) -> tuple[Snapshot, list[tuple[str, str]]]:
    """The changes, topic and key, that became visible since the last snapshot, and the snapshot that saw them."""
    text, found = connection.execute(_SINCE, (last.xmax, list(last.running))).fetchone()
    return Snapshot.parse(text), [(topic, key) for topic, key in found]


def remove_older(connection: Any, than: Snapshot) -> int:
    """Remove the changes that every reader could see at that snapshot; gives how many."""
    return int(connection.execute("DELETE FROM changes WHERE tx < %s", (than.xmin,)).rowcount)
