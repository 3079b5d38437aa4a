"""Column types give back what they were given, on every database."""

from datetime import datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Dialect, make_url

from repoint.kit.clock import from_ms
from repoint.kit.db import Identity, Instant

DIALECTS = st.sampled_from([make_url(url).get_dialect()() for url in ("sqlite://", "postgresql+psycopg://")])


@given(st.none() | st.integers(-(10**12), 10**14).map(from_ms), DIALECTS)
def test_an_instant_reads_back(moment: datetime | None, dialect: Dialect) -> None:
    """A UTC moment in whole milliseconds is kept as a number and comes back equal; NULL stays NULL."""
    kept = Instant().process_bind_param(moment, dialect)
    assert kept is None or isinstance(kept, int)
    assert Instant().process_result_value(kept, dialect) == moment


@given(st.none() | st.uuids(), DIALECTS)
def test_an_identity_reads_back(identity: UUID | None, dialect: Dialect) -> None:
    """An id is 16 bytes on SQLite, native on PostgreSQL, and comes back equal; NULL stays NULL."""
    kept = Identity().process_bind_param(identity, dialect)
    if identity is not None:
        assert kept == (identity if dialect.name == "postgresql" else identity.bytes)
    assert Identity().process_result_value(kept, dialect) == identity


@given(st.uuids(), st.uuids())
def test_bytes_sort_like_ids(one: UUID, other: UUID) -> None:
    """On SQLite the order of the stored bytes is the order of the ids, so both databases list alike."""
    assert (one.bytes < other.bytes) == (one < other)
