"""A cursor means its position in its list, and cannot be forged."""

import base64

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from repoint.kit.cursor import LENGTH_MAX, Cursors
from repoint.kit.errors import Invalid

CURSORS = Cursors(bytes(range(32)))
TEXTS = st.characters(codec="utf-8")
POSITIONS = st.integers(-(2**63), 2**63) | st.text(TEXTS, max_size=150)
LISTINGS = st.text(TEXTS, min_size=1, max_size=40)


@given(LISTINGS, POSITIONS)
def test_a_cursor_reads_back(listing: str, position: int | str) -> None:
    """Reading gives the position that was written, of the same type, from text that needs no escaping in a URL."""
    cursor = CURSORS.write(listing, position)
    read = CURSORS.read(listing, cursor)
    assert (read, type(read)) == (position, type(position))
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert cursor.isascii()


@given(LISTINGS, LISTINGS, POSITIONS)
def test_another_list_refuses_it(listing: str, other: str, position: int | str) -> None:
    """A cursor of one list is none of any other."""
    assume(listing != other)
    with pytest.raises(Invalid) as caught:
        CURSORS.read(other, CURSORS.write(listing, position))
    assert caught.value.field == "cursor"


@given(POSITIONS, st.data())
def test_changed_bytes_are_refused(position: int | str, data: st.DataObject) -> None:
    """Any one byte changed, in the tag or in what it protects, and the cursor is refused."""
    cursor = CURSORS.write("codes", position)
    raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Invalid):
        CURSORS.read("codes", base64.urlsafe_b64encode(raw).decode().rstrip("="))


@given(POSITIONS, st.data())
def test_cut_or_grown_cursors_are_refused(position: int | str, data: st.DataObject) -> None:
    """A beginning of a cursor is none, and neither is a cursor with something behind it."""
    cursor = CURSORS.write("codes", position)
    with pytest.raises(Invalid):
        CURSORS.read("codes", cursor[: data.draw(st.integers(0, len(cursor) - 1))])
    with pytest.raises(Invalid):
        CURSORS.read("codes", cursor + "AAAA")


@given(st.text(max_size=80) | st.text("ABCabc019-_+/=", max_size=80))
def test_garbage_is_refused(text: str) -> None:
    """What was never written is refused as a bad value of `cursor`, never as a crash."""
    with pytest.raises(Invalid, match="next_cursor"):
        CURSORS.read("codes", text)


@given(POSITIONS)
def test_another_secret_refuses_it(position: int | str) -> None:
    """A cursor of another installation is none of this one."""
    with pytest.raises(Invalid):
        Cursors(bytes(32)).read("codes", CURSORS.write("codes", position))


def test_the_longest_position_reads_back() -> None:
    """A title's 150 characters are a position, whatever they are."""
    for character in ("\x01", "\U0001f600", '"'):
        cursor = CURSORS.write("codes:0123456789abcdef0123456789abcdef", character * 150)
        assert CURSORS.read("codes:0123456789abcdef0123456789abcdef", cursor) == character * 150


def test_overlong_text_is_refused_unread() -> None:
    """A megabyte of Base64 is no cursor."""
    with pytest.raises(Invalid):
        CURSORS.read("codes", "A" * (LENGTH_MAX + 1))


def test_signed_text_of_another_shape_is_refused() -> None:
    """Even under our own tag a position that is neither number nor text is refused."""
    body = b'["codes",null]'
    cursor = base64.urlsafe_b64encode(CURSORS._tag(body) + body).decode().rstrip("=")
    with pytest.raises(Invalid):
        CURSORS.read("codes", cursor)
