"""What is kept of scans: raw, by hour, by day and context."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint, text

from repoint.kit.db import metadata

_Big = BigInteger().with_variant(Integer, "sqlite")

# Times are milliseconds since 1970, hours and days whole ones since 1970, all UTC; `link_id` is links.id.
# No foreign key: a scan is stored whatever has become of its link.

# Under which circumstances a scan happened: few combinations, met again and again; the columns
# behind `id` are the fields of journal.Tail.
contexts = Table(
    "scan_contexts",
    metadata,
    Column("id", _Big, primary_key=True, autoincrement=True),
    Column("country", String(2), nullable=False),
    Column("device", String(8), nullable=False),
    Column("os", String(255), nullable=False),
    Column("browser", String(255), nullable=False),
    Column("language", String(255), nullable=False),
    Column("referrer", String(255), nullable=False),
    Column("bot", String(255), nullable=False),
    # Named, because PostgreSQL cuts names at 63 bytes.
    UniqueConstraint("country", "device", "os", "browser", "language", "referrer", "bot", name="uq_scan_contexts"),
)

scans = Table(
    "scans",
    metadata,
    Column("id", _Big, primary_key=True, autoincrement=True),
    Column("link_id", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("visitor", LargeBinary(8)),
    Column("context_id", BigInteger, nullable=False),
    Index("ix_scans_link_id_at_ms", "link_id", "at_ms"),
)

# `last_ms` is the last time a person was seen on a link; every "new this ..." of a rollup follows from it.
visitors = Table(
    "visitors",
    metadata,
    Column("link_id", BigInteger, primary_key=True, autoincrement=False),
    Column("visitor", LargeBinary(8), primary_key=True),
    Column("last_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# `new_*` count the people seen for the first time in that hour, day, month, or at all.
by_hour = Table(
    "scans_by_hour",
    metadata,
    Column("link_id", BigInteger, primary_key=True, autoincrement=False),
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("people", Integer, nullable=False),
    Column("bots", Integer, nullable=False),
    Column("new_hour", Integer, nullable=False),
    Column("new_day", Integer, nullable=False),
    Column("new_month", Integer, nullable=False),
    Column("new_ever", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# By context, so that every breakdown of a day, and every filter on one, is a sum over few rows.
by_day = Table(
    "scans_by_day",
    metadata,
    Column("link_id", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("context_id", BigInteger, primary_key=True, autoincrement=False),
    Column("times", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Since the link was made; what a list of codes shows.
totals = Table(
    "scan_totals",
    metadata,
    Column("link_id", _Big, primary_key=True, autoincrement=False),
    Column("people", BigInteger, nullable=False),
    Column("bots", BigInteger, nullable=False),
    Column("visitors", BigInteger, nullable=False),
)

# How far each journal segment has been stored, written in the transaction that stores. `journal` tells the journals of
# several processes apart; it is empty where there is only one.
offsets = Table(
    "journal_offsets",
    metadata,
    Column("segment", String(64), primary_key=True),
    Column("stored", BigInteger, nullable=False),
    Column("journal", String(32), nullable=False, server_default=text("''")),
)
