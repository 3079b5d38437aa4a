"""The share of the error correction that unreadable modules use up is exact."""

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable

import pytest
from PIL import Image

from repoint.rendering.damage import LEVELS, Layout, assess, layout
from repoint.rendering.symbol import Level, Symbol, encode
from repoint.rendering.trace import Module

# Total codewords of a version: table 1 of ISO/IEC 18004.
CODEWORDS = {1: 26, 2: 44, 3: 70, 6: 172, 7: 196, 10: 346, 14: 581, 20: 1085, 27: 1828, 32: 2465, 40: 3706}

BYTES = (5, 20, 40, 70, 120, 180, 260, 400, 560, 800, 1100, 1500, 2000, 2300, 2600, 2800, 2950)


def as_image(symbol: Symbol, flipped: Iterable[Module]) -> Image.Image:
    """Paint the symbol four pixels a module, with some modules the wrong way round."""
    rows = [bytearray(row) for row in symbol.rows]
    for x, y in flipped:
        rows[y][x] ^= 1
    pixels = b"".join(bytes(0 if module else 255 for module in row) for row in rows)
    framed = Image.new("L", (symbol.size + 8, symbol.size + 8), 255)
    framed.paste(Image.frombytes("L", (symbol.size, symbol.size), pixels), (4, 4))
    return framed.resize((framed.width * 4, framed.height * 4), Image.Resampling.NEAREST)


def spoiled(where: Layout, rng: random.Random, *, beyond: int) -> set[Module]:
    """Pick modules that use up the correction of every block, and `beyond` codewords more of one of them."""
    modules_of, codewords_of = defaultdict(list), defaultdict(list)
    for module, codeword in where.codeword_at.items():
        modules_of[codeword].append(module)
    for codeword, block in enumerate(where.block_of):
        codewords_of[block].append(codeword)
    worst = rng.randrange(len(codewords_of))
    return {
        module
        for block, codewords in codewords_of.items()
        for codeword in rng.sample(codewords, where.correctable + (beyond if block == worst else 0))
        for module in rng.sample(modules_of[codeword], rng.randint(1, 8))
    }


@pytest.mark.parametrize("level", LEVELS)
def test_decodes_up_to_one_and_not_above(decode: Callable[[Image.Image], str | None], level: Level) -> None:
    """With every block corrected to its last codeword a symbol decodes; with one codeword more in one block, never."""
    rng = random.Random(f"damage {level}")
    seen = set()
    for length in BYTES:
        text = "a" * length
        if length > {"L": 2953, "M": 2331, "Q": 1663, "H": 1273}[level]:
            continue
        symbol = encode(text, error_correction=level)
        seen.add(symbol.version)
        where = layout(symbol.version, level)
        full, over = spoiled(where, rng, beyond=0), spoiled(where, rng, beyond=1)
        assert assess(symbol.version, level, full).share == 1
        assert decode(as_image(symbol, full)) == text
        assert assess(symbol.version, level, over).share > 1
        assert decode(as_image(symbol, over)) is None
    assert len(seen) > 8


@pytest.mark.parametrize(("version", "codewords"), CODEWORDS.items())
def test_holds_the_codewords_of_the_standard(version: int, codewords: int) -> None:
    """A version has the codewords of table 1, of eight modules each, and every one belongs to a block."""
    for level in LEVELS:
        where = layout(version, level)
        assert len(where.block_of) == codewords
        assert len(where.codeword_at) == 8 * codewords
        assert set(where.codeword_at.values()) == set(range(codewords))


@pytest.mark.parametrize("version", range(1, 41))
def test_every_module_has_one_meaning(version: int) -> None:
    """A module belongs to a codeword or to a function pattern, but for at most seven at the end of the last column."""
    where = layout(version, "L")
    assert not where.codeword_at.keys() & where.pattern_at.keys()
    left_over = (17 + 4 * version) ** 2 - len(where.codeword_at) - len(where.pattern_at)
    assert left_over in (0, 3, 4, 7)


def test_names_the_patterns_that_are_hit() -> None:
    """Function patterns are named, and cost no codewords."""
    hit = assess(7, "M", [(0, 0), (6, 12), (8, 2), (0, 36), (22, 22)])
    assert hit.patterns == {"finder", "timing", "format", "version", "alignment"}
    assert (hit.codewords, hit.share) == (0, 0)


def test_counts_a_codeword_once() -> None:
    """One module of a codeword costs as much as all eight of them."""
    where = layout(3, "H")
    first = [module for module, codeword in where.codeword_at.items() if codeword == 0]
    assert assess(3, "H", first[:1]) == assess(3, "H", first)
    assert assess(3, "H", first).codewords == 1
    assert assess(3, "H", []).share == 0


def test_is_fast_enough_to_try_many_places() -> None:
    """A logo on version 3 is assessed in a fraction of a millisecond once the version is known."""
    covered = [(x, y) for x in range(10, 19) for y in range(10, 19)]
    assess(3, "H", covered)
    took_s = []
    for _ in range(20):
        begun = time.perf_counter()
        assess(3, "H", covered)
        took_s.append(time.perf_counter() - begun)
    assert min(took_s) < 0.001
