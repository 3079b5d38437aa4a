"""Symbols hold exactly the text, at the right version and level."""

from collections.abc import Callable
from itertools import product
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from repoint.rendering.errors import TooLong, Unrenderable
from repoint.rendering.symbol import ErrorCorrection, Level, Symbol, alignment_places, encode, payload

# Bytes that a version holds at levels L, M, Q and H: table 7 of ISO/IEC 18004.
CAPACITY_BYTES = {
    1: (17, 14, 11, 7),
    2: (32, 26, 20, 14),
    3: (53, 42, 32, 24),
    4: (78, 62, 46, 34),
    10: (271, 213, 151, 119),
    20: (858, 666, 482, 382),
    40: (2953, 2331, 1663, 1273),
}
EDGES = [
    (version, level, held)
    for version, capacity in CAPACITY_BYTES.items()
    for level, held in zip(get_args(Level), capacity, strict=True)
]
# Edges that no smaller version reaches, so that `auto` meets them too; of versions 10, 20 and 40 that is level L.
FREE_EDGES = [
    (version, level, held)
    for version, level, held in EDGES
    if level == "L" or (version <= 4 and held > CAPACITY_BYTES.get(version - 1, (0,))[0])
]


def as_image(symbol: Symbol) -> Image.Image:
    """Paint the modules four pixels wide with a quiet zone around them."""
    pixels = b"".join(row.translate(bytes([255, 0]) + bytes(254)) for row in symbol.rows)
    framed = Image.new("L", (symbol.size + 8, symbol.size + 8), 255)
    framed.paste(Image.frombytes("L", (symbol.size, symbol.size), pixels), (4, 4))
    return framed.resize((framed.width * 4, framed.height * 4), Image.Resampling.NEAREST)


@settings(max_examples=150, deadline=None)
@given(st.text(min_size=1, max_size=200))
@example("héé")
@example("日本語 テスト 🎉👩🏽‍🚀")
@example("\x00 a null byte, and \x1b$B0!\x1b(B, and a \\ backslash")
@example("[)>\x1e05\x1d")
@example("שלום مرحبا नमस्ते")
def test_any_text_comes_back_exactly(decode: Callable[[Image.Image], str | None], text: str) -> None:
    """Every character of every script, control characters included, decodes to itself."""
    assert decode(as_image(encode(text, error_correction="auto"))) == text


@pytest.mark.parametrize(("version", "level", "held"), EDGES)
def test_a_level_asked_for_takes_the_smallest_version(version: int, level: Level, held: int) -> None:
    """A symbol is filled to its last byte, and one byte more takes the next version."""
    full = encode("a" * held, error_correction=level)
    assert (full.version, full.level, full.size) == (version, level, 17 + 4 * version)
    if version < 40:
        assert encode("a" * (held + 1), error_correction=level).version == version + 1


@pytest.mark.parametrize(("version", "level", "held"), FREE_EDGES)
def test_auto_takes_the_highest_level_that_is_free(version: int, level: Level, held: int) -> None:
    """The smallest version decides; then the level is the highest that still holds the text in it."""
    symbol = encode("a" * held, error_correction="auto")
    assert (symbol.version, symbol.level) == (version, level)


@pytest.mark.parametrize(("text", "version"), [("1" * 41, 1), ("1" * 42, 2), ("A" * 25, 1), ("A" * 26, 2)])
def test_digits_and_capitals_take_less_room(text: str, version: int) -> None:
    """Numeric and alphanumeric segments are used where they fit."""
    assert encode(text, error_correction="L").version == version


@pytest.mark.parametrize(("level", "held"), list(zip(get_args(Level), CAPACITY_BYTES[40], strict=True)))
def test_too_long_names_the_bound_that_holds(level: Level, held: int) -> None:
    """The bound in the error is the longest text that works, in ASCII and with declared UTF-8."""
    with pytest.raises(TooLong) as ascii_error:
        encode("a" * (held + 1), error_correction=level)
    assert (ascii_error.value.given_bytes, ascii_error.value.bytes_max) == (held + 1, held)

    with pytest.raises(TooLong) as utf8_error:
        encode("é" + "a" * (held - 1), error_correction=level)
    assert utf8_error.value.bytes_max == held - 1
    assert encode("é" + "a" * (held - 3), error_correction=level).version == 40


@pytest.mark.parametrize("version_min", [1, 2, 7, 40])
@pytest.mark.parametrize("level", ["auto", "L", "H"])
def test_a_smallest_version_is_kept(
    decode: Callable[[Image.Image], str | None], level: ErrorCorrection, version_min: int
) -> None:
    """Small texts take the version asked for, large ones the one they need; `auto` uses the room for a higher level."""
    symbol = encode("héé", error_correction=level, version_min=version_min)
    assert symbol.version == version_min
    assert symbol.level == level.replace("auto", "H")
    assert decode(as_image(symbol)) == "héé"
    assert encode("a" * 2_000, error_correction="L", version_min=version_min).version == max(33, version_min)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("https://Example.com", "HTTPS://EXAMPLE.COM"),
        ("http://example.com:8080/r/aB3?q=é#Top", "HTTP://EXAMPLE.COM:8080/r/aB3?q=é#Top"),
        ("https://example.com?q=a", "HTTPS://EXAMPLE.COM?q=a"),
        ("https://anna:Secret@example.com/", "https://anna:Secret@example.com/"),
        ("https://bücher.example/", "https://bücher.example/"),
        ("hello", "hello"),
        ("see https://example.com/a", "see https://example.com/a"),
        ("mailto:anna@example.com", "mailto:anna@example.com"),
    ],
)
def test_capitals_are_used_only_where_they_mean_the_same(text: str, held: str) -> None:
    """Scheme and host of a web address become capitals; nothing that may tell them from small letters does."""
    assert payload(text, uppercase=True) == held
    assert payload(text, uppercase=False) == text


def test_capitals_make_smaller_symbols() -> None:
    """A short link with a long host drops a version."""
    link = "https://links.repoint.example/aB3xK9z"
    versions = [encode(payload(link, uppercase=wanted), error_correction="Q").version for wanted in (False, True)]
    assert versions[1] < versions[0]


def test_endless_text_is_refused_before_it_is_encoded() -> None:
    """Fifty million characters cost no encoding."""
    with pytest.raises(TooLong) as error:
        encode("a" * 50_000_000, error_correction="auto")
    assert (error.value.field, error.value.given_bytes) == ("text", 50_000_000)


@pytest.mark.parametrize("text", ["", "a\ud800b"])
def test_what_is_not_text_is_refused(text: str) -> None:
    """No characters, and half of a surrogate pair, are errors of the field `text`."""
    with pytest.raises(Unrenderable) as error:
        encode(text, error_correction="auto")
    assert error.value.field == "text"


def test_patterns_stand_where_the_symbol_says() -> None:
    """In all 40 versions the finder and alignment patterns are drawn where finders() and alignments() point to."""
    seen = set()
    for length in range(1, 2954, 12):
        symbol = encode("a" * length, error_correction="L")
        if symbol.version in seen:
            continue
        seen.add(symbol.version)
        for left, top in symbol.finders():
            for dx, dy in product(range(7), repeat=2):
                assert symbol.rows[top + dy][left + dx] == (max(abs(dx - 3), abs(dy - 3)) != 2)
        for x, y in symbol.alignments():
            for dx, dy in product(range(-2, 3), repeat=2):
                assert symbol.rows[y + dy][x + dx] == (max(abs(dx), abs(dy)) != 1)
    assert seen == set(range(1, 41))


@pytest.mark.parametrize(
    ("version", "places"),
    [
        (1, ()),
        (2, (6, 18)),
        (7, (6, 22, 38)),
        (14, (6, 26, 46, 66)),
        (22, (6, 26, 50, 74, 98)),
        (32, (6, 34, 60, 86, 112, 138)),
        (40, (6, 30, 58, 86, 114, 142, 170)),
    ],
)
def test_alignment_places_are_those_of_the_standard(version: int, places: tuple[int, ...]) -> None:
    """Rows of table E.1, the irregular version 32 among them; three patterns give way to finders."""
    assert alignment_places(version) == places
    symbol = Symbol(version, "L", 17 + 4 * version, ())
    assert len(symbol.alignments()) == max(len(places) ** 2 - 3, 0)
