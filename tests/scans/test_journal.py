"""The journal's format: what is written is what is read, and what is broken is seen."""

import struct
import zlib
from collections.abc import Callable, Iterable
from itertools import accumulate, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from repoint.scans.journal import (
    DEVICES,
    LENGTH_MAX,
    LENGTH_MIN,
    NO_VISITOR,
    Decoder,
    Reading,
    Record,
    Tail,
    encode,
    encode_tail,
    read,
)

HEAD_BYTES = 8
READING_MIN = LENGTH_MAX + HEAD_BYTES

# At most 255 bytes of UTF-8.
texts = st.text(max_size=63)
tails = st.builds(
    Tail,
    country=st.sampled_from(["", "DE", "T1"]),
    device=st.sampled_from(DEVICES),
    os=texts,
    browser=texts,
    language=texts,
    referrer=texts,
    bot=texts,
)
records = st.builds(
    Record,
    link=st.integers(0, 2**63 - 1),
    at_ms=st.integers(0, 2**63 - 1),
    visitor=st.none() | st.binary(min_size=8, max_size=8).filter(lambda visitor: visitor != NO_VISITOR),
    tail=tails,
)

Encoded = Callable[[Record], bytes]


def _payloads(pieces: Iterable[bytes]) -> list[bytes]:
    return [piece[HEAD_BYTES:] for piece in pieces]


def _read_in_steps(data: bytes, steps: Iterable[int]) -> Reading:
    """Read as ingest does: each time from where the last reading ended."""
    whole = Reading()
    for step in steps:
        reading = read(data[whole.end : whole.end + step], offset=whole.end, is_end=whole.end + step >= len(data))
        whole.payloads += reading.payloads
        whole.damage += reading.damage
        whole.torn += reading.torn
        whole.end = reading.end
        if whole.end >= len(data):
            break
    return whole


def _flipped(data: bytes, places: Iterable[int], mask: int) -> bytes:
    changed = bytearray(data)
    for place in places:
        changed[place] ^= mask
    return bytes(changed)


def _bounds(pieces: list[bytes]) -> list[tuple[int, int]]:
    return list(pairwise(accumulate(map(len, pieces), initial=0)))


@given(st.lists(records, max_size=20))
def test_what_is_written_is_read(written: list[Record]) -> None:
    """Any records come back equal and in order, and nothing is left over."""
    data = b"".join(encode(r.link, r.at_ms, r.visitor or NO_VISITOR, encode_tail(r.tail)) for r in written)
    reading = read(data, offset=8, is_end=True)
    assert [Decoder().decode(payload) for payload in reading.payloads] == written
    assert (reading.end, reading.damage, reading.torn) == (8 + len(data), [], 0)


@given(st.text(max_size=400))
@example("x" * 254 + "é")
@example("x" * 253 + "é")
@example("😀" * 64)
def test_a_long_text_is_cut_at_the_end_of_a_character(text: str) -> None:
    """What is kept is the longest beginning of the text that fits into 255 bytes."""
    kept = Decoder().decode(encode(1, 1, NO_VISITOR, encode_tail(Tail(os=text)))[HEAD_BYTES:]).tail.os
    assert text.startswith(kept)
    assert len(kept.encode()) <= 255
    assert kept == text or len(text[: len(kept) + 1].encode()) > 255


def test_a_text_that_is_no_unicode_is_written_all_the_same() -> None:
    """A lone surrogate, which UTF-8 cannot say, becomes a question mark."""
    assert Decoder().decode(encode(1, 1, NO_VISITOR, encode_tail(Tail(os="a\udc80b")))[HEAD_BYTES:]).tail.os == "a?b"


@given(records)
def test_every_record_keeps_within_the_lengths_that_are_read(record: Record) -> None:
    """No record is written that the reader would take for damage because of its length."""
    length = len(encode(record.link, record.at_ms, NO_VISITOR, encode_tail(record.tail))) - HEAD_BYTES
    assert LENGTH_MIN <= length <= LENGTH_MAX


def test_the_lengths_are_those_of_the_shortest_and_the_longest_record() -> None:
    """The bounds are reached."""
    full = "x" * 255
    shortest = encode(0, 0, NO_VISITOR, encode_tail(Tail()))
    longest = encode(0, 0, NO_VISITOR, encode_tail(Tail("DE", "mobile", full, full, full, full, full)))
    assert (len(shortest), len(longest)) == (HEAD_BYTES + LENGTH_MIN, HEAD_BYTES + LENGTH_MAX)
    assert read(shortest + longest, offset=0, is_end=True).payloads == _payloads([shortest, longest])


@settings(max_examples=60)
@given(
    st.lists(st.binary(min_size=LENGTH_MIN, max_size=LENGTH_MAX), min_size=5, max_size=40),
    st.lists(st.integers(READING_MIN, 4000), min_size=60, max_size=60),
    st.lists(st.integers(0, 10**6), max_size=4),
)
def test_any_split_into_readings_finds_the_same_records(
    payloads: list[bytes], steps: list[int], places: list[int]
) -> None:
    """However far each reading goes, whole records and the number of damaged bytes are the same; damage or none."""
    data = b"".join(_record_of(payload) for payload in payloads)
    data = _flipped(data, {place % len(data) for place in places}, 0x10)
    at_once = read(data, offset=0, is_end=True)
    in_steps = _read_in_steps(data, steps)
    assert in_steps.payloads == at_once.payloads
    assert in_steps.end == at_once.end == len(data)
    assert _bytes(in_steps) == _bytes(at_once)


def test_a_record_cut_by_the_end_of_a_reading_behind_damage_is_found() -> None:
    """Where damage fills a reading, the next one begins early enough for a record that lay across its end."""
    first, second = _record_of(bytes(LENGTH_MAX)), _record_of(b"p" * LENGTH_MAX)
    data = _flipped(first + second, [100], 0xFF)
    for step in range(READING_MIN + 60, len(data) + 1, 7):
        reading = _read_in_steps(data, [step] * 30)
        assert reading.payloads == _payloads([second])
        assert _bytes(reading) == len(first)


def test_a_tail_torn_at_any_byte_is_passed_over(scan: Callable[..., Record], encoded: Encoded) -> None:
    """Wherever a segment stops, the whole records before that point are read and nothing is called damaged."""
    pieces = [encoded(scan(number)) for number in range(3)]
    data = b"".join(pieces)
    for cut in range(len(data) + 1):
        whole = [piece for piece, (_, end) in zip(pieces, _bounds(pieces), strict=True) if end <= cut]
        closed = read(data[:cut], offset=0, is_end=True)
        assert closed.payloads == _payloads(whole)
        assert (closed.end, closed.damage, closed.torn) == (cut, [], cut - sum(map(len, whole)))
        growing = read(data[:cut], offset=0, is_end=False)
        assert growing.payloads == _payloads(whole)
        assert (growing.end, growing.damage, growing.torn) == (sum(map(len, whole)), [], 0)


@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_a_flipped_byte_costs_its_own_record_and_is_reported(
    scan: Callable[..., Record], encoded: Encoded, mask: int
) -> None:
    """Wherever a byte is changed, exactly the record around it is missing, and its bytes are named."""
    pieces = [encoded(scan(number, link=number)) for number in range(5)]
    data = b"".join(pieces)
    for hit, (start, end) in enumerate(_bounds(pieces)):
        for place in range(start, end):
            reading = read(_flipped(data, [place], mask), offset=100, is_end=True)
            assert reading.payloads == _payloads(pieces[:hit] + pieces[hit + 1 :])
            if reading.torn:
                # A length that now points behind the end cannot be told from a record cut short.
                assert (hit, place - start < 4, reading.torn) == (4, True, end - start)
            else:
                assert reading.damage == [(100 + start, 100 + end)]


@given(st.sets(st.integers(0, 10**6), max_size=12), st.integers(1, 255))
def test_many_flipped_bytes_cost_their_own_records_only(places: set[int], mask: int) -> None:
    """Records that were not hit are all read, in order, and the bytes of the others are all accounted for."""
    pieces = [_record_of(bytes([number]) * (LENGTH_MIN + number)) for number in range(20)]
    data = b"".join(pieces)
    hit = {place % len(data) for place in places}
    reading = read(_flipped(data, hit, mask), offset=0, is_end=True)
    spared = [p for p, (start, end) in zip(pieces, _bounds(pieces), strict=True) if hit.isdisjoint(range(start, end))]
    assert reading.payloads == _payloads(spared)
    assert _bytes(reading) == len(data) - sum(map(len, spared))


@given(st.binary(max_size=3000), st.binary(max_size=200))
@example(bytes(3000), b"")
def test_garbage_is_reported_and_hides_no_record(before: bytes, behind: bytes) -> None:
    """Among any bytes a whole record is found; all the rest is damage or a torn tail."""
    record = _record_of(b"payload!" * 8)
    reading = read(before + record + behind, offset=0, is_end=True)
    assert reading.payloads == _payloads([record])
    assert _bytes(reading) == len(before) + len(behind)


def test_a_newer_format_is_refused(scan: Callable[..., Record], encoded: Encoded) -> None:
    """A payload of a later version is not guessed at."""
    payload = b"\x02" + encoded(scan())[HEAD_BYTES + 1 :]
    with pytest.raises(ValueError, match="format 2 is newer than this version"):
        Decoder().decode(payload)


def test_the_decoder_forgets_tails_before_they_become_many(scan: Callable[..., Record], encoded: Encoded) -> None:
    """Its memory is bounded, and every answer is right all the same."""
    decoder = Decoder(tails_max=3)
    for number in [*range(10), *range(10)]:
        assert decoder.decode(encoded(scan(number))[HEAD_BYTES:]) == scan(number)
        assert len(decoder._tails) <= 3


def _record_of(payload: bytes) -> bytes:
    """A record around any payload, as the format at the top of the journal module says."""
    return struct.pack("<II", len(payload), zlib.crc32(payload)) + payload


def _bytes(reading: Reading) -> int:
    return reading.torn + sum(end - first for first, end in reading.damage)
