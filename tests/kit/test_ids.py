"""Ids sort as they were made; every spelling means the same."""

import threading
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from repoint.kit.errors import NotFound
from repoint.kit.ids import CROCKFORD, ULID_LENGTH, IdSource, from_ulid, parse_prefixed, prefixed, ulid

MOMENTS_MS = st.integers(0, (1 << 47) - 1)
ULIDS = st.text(CROCKFORD, min_size=ULID_LENGTH, max_size=ULID_LENGTH)


@given(st.lists(MOMENTS_MS, min_size=2, max_size=50))
def test_ids_sort_in_the_order_of_making(moments_ms: list[int]) -> None:
    """Whatever the clock does, steps back included, each id is greater than the one before, in every spelling."""
    source = IdSource()
    made = [source.new(moment_ms) for moment_ms in moments_ms]
    assert sorted(set(made)) == made
    assert sorted(map(ulid, made)) == [ulid(each) for each in made]


@given(MOMENTS_MS)
def test_an_id_is_a_uuid_of_version_7(moment_ms: int) -> None:
    """Version 7 and variant 10 stand where RFC 9562 puts them, and the first 48 bits are the time."""
    made = IdSource().new(moment_ms + 1)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == moment_ms + 1


def test_more_ids_than_one_millisecond_holds() -> None:
    """10,000 ids of one millisecond are all different and in order: the time is borrowed from the next ones."""
    source = IdSource()
    made = [source.new(1_000) for _ in range(10_000)]
    assert sorted(set(made)) == made
    assert made[-1].int >> 80 < 1_004


def test_threads_do_not_make_the_same_id() -> None:
    """Ids made by threads at once are all different."""
    source, made = IdSource(), list[UUID]()

    def work() -> None:
        made.extend(source.new(5) for _ in range(500))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2_000


@given(st.uuids())
def test_a_ulid_reads_back(identity: UUID) -> None:
    """A ULID has 26 Crockford characters and means its id in either case; so does the prefixed form."""
    spelled = ulid(identity)
    assert len(spelled) == ULID_LENGTH
    assert set(spelled) <= set(CROCKFORD)
    assert from_ulid(spelled) == from_ulid(spelled.lower()) == identity
    assert parse_prefixed("qr", prefixed("qr", identity), kind="QR code") == identity


@given(ULIDS)
def test_one_id_has_one_ulid(text: str) -> None:
    """26 Crockford characters are either the only spelling of an id, or more than 128 bits."""
    identity = from_ulid(text)
    if text[0] > "7":
        assert identity is None
    else:
        assert identity is not None
        assert ulid(identity) == text


@given(st.text(max_size=40) | st.text(CROCKFORD + CROCKFORD.lower() + "ILOUilou", min_size=25, max_size=27))
def test_garbage_is_no_ulid(text: str) -> None:
    """What is not 26 characters of the alphabet is refused, without an exception."""
    assume(len(text) != ULID_LENGTH or not set(text.upper()) <= set(CROCKFORD) or not text.isascii())
    assert from_ulid(text) is None


@given(st.text(max_size=60))
def test_garbage_is_not_found(text: str) -> None:
    """A text that is no id of this kind can be nobody's: NotFound, which quotes no more than its beginning."""
    with pytest.raises(NotFound) as caught:
        parse_prefixed("qr", text * 5, kind="QR code")
    assert caught.value.kind == "QR code"
    assert caught.value.wanted == (text * 5)[:100]


@pytest.mark.parametrize("form", ["key_{}", "{}", "_{}", "qr{}", "qr_{}x", "qr__{}", "QR_{}", " qr_{}", "qr_ {}"])
def test_another_prefix_is_not_found(form: str) -> None:
    """An id of another kind is refused, so that ids cannot be mixed up."""
    with pytest.raises(NotFound):
        parse_prefixed("qr", form.format(ulid(IdSource().new(1))), kind="QR code")
