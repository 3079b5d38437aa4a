"""How much of the error correction unreadable modules use up.

A codeword counts as lost as soon as one of its eight modules is covered, and a block of n error correction codewords
restores floor(n / 2) lost ones (clause 7.5.1), wherever they stand. The worst block decides: its share is exact,
where a share of the area would be a guess.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from typing import Literal

from repoint.rendering.symbol import ALIGNMENT_MODULES, FINDER_MODULES, Level, Symbol
from repoint.rendering.trace import Module

Pattern = Literal["finder", "timing", "format", "version", "alignment"]

VERSION_INFORMATION_FROM = 7  # smaller versions do not carry theirs (clause 7.10)

LEVELS: tuple[Level, ...] = ("L", "M", "Q", "H")

# Table 9, versions 1 to 40: the error correction codewords of each block, and how many blocks there are.
_CORRECTION = {
    "L": """7 10 15 20 26 18 20 24 30 18 20 24 26 30 22 24 28 30 28 28
            28 28 30 30 26 28 30 30 30 30 30 30 30 30 30 30 30 30 30 30""",
    "M": """10 16 26 18 24 16 18 22 22 26 30 22 22 24 24 28 28 26 26 26
            26 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28""",
    "Q": """13 22 18 26 18 24 18 22 20 24 28 26 24 20 30 24 28 28 26 30
            28 30 30 30 30 28 30 30 30 30 30 30 30 30 30 30 30 30 30 30""",
    "H": """17 28 22 16 22 28 26 26 24 28 24 28 22 24 24 30 28 28 26 28
            30 24 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30""",
}
_BLOCKS = {
    "L": """1 1 1 1 1 2 2 2 2 4 4 4 4 4 6 6 6 6 7 8
            8 9 9 10 12 12 12 13 14 15 16 17 18 19 19 20 21 22 24 25""",
    "M": """1 1 1 2 2 4 4 4 5 5 5 8 9 9 10 10 11 13 14 16
            17 17 18 20 21 23 25 26 28 29 31 33 35 37 38 40 43 45 47 49""",
    "Q": """1 1 2 2 4 4 6 6 8 8 8 10 12 16 12 17 16 18 21 20
            23 23 25 27 29 34 34 35 38 40 43 45 48 51 53 56 59 62 65 68""",
    "H": """1 1 2 4 4 4 5 6 8 8 11 11 16 16 18 16 19 21 25 25
            25 34 30 32 35 37 40 42 45 48 51 54 57 60 63 66 70 74 77 81""",
}


@dataclass(frozen=True, slots=True)
class Damage:
    """What a set of unreadable modules does to a symbol.

    `share` is 1.0 when the worst block is corrected with nothing to spare, and above when it cannot be. `patterns` are
    the function patterns that are hit: they hold no codewords, but a reader finds and straightens the symbol by them.
    """

    share: float
    codewords: int
    patterns: frozenset[Pattern]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the codewords of a symbol lie.

    `codeword_at` leads from a module to its place in the interleaved sequence, `block_of` from there to a block, and
    each block restores `correctable` codewords. Modules of function patterns are in `pattern_at` instead; the few
    remainder modules that some versions end with are in neither.
    """

    codeword_at: dict[Module, int]
    pattern_at: dict[Module, Pattern]
    block_of: tuple[int, ...]
    correctable: int


def assess(version: int, level: Level, modules: Iterable[Module]) -> Damage:
    """Return the damage of a symbol when the `modules` (x, y), counted without the quiet zone, cannot be read."""
    where = layout(version, level)
    codewords, patterns = _covered(version, frozenset(modules))
    by_block = Counter(map(where.block_of.__getitem__, codewords))
    return Damage(
        share=max(by_block.values(), default=0) / where.correctable, codewords=len(codewords), patterns=patterns
    )


@lru_cache(maxsize=64)
def _covered(version: int, modules: frozenset[Module]) -> tuple[frozenset[int], frozenset[Pattern]]:
    """Return the codewords and the function patterns of some modules, which are the same at every level."""
    codeword_at, pattern_at, _ = _placement(version)
    codewords = frozenset(codeword_at[module] for module in modules if module in codeword_at)
    return codewords, frozenset(pattern_at[module] for module in modules if module in pattern_at)


@cache
def layout(version: int, level: Level) -> Layout:
    """Return where the codewords of a version and level lie; the same for every text."""
    codeword_at, pattern_at, codewords = _placement(version)
    correction = int(_CORRECTION[level].split()[version - 1])
    blocks = int(_BLOCKS[level].split()[version - 1])
    block_of = tuple(_interleaved(codewords, blocks, correction))
    return Layout(codeword_at, pattern_at, block_of, correction // 2)


def _interleaved(codewords: int, blocks: int, correction: int) -> Iterator[int]:
    """Yield the block of each codeword in drawing order (clause 7.6): data of all blocks in turn, then correction."""
    block_length, longer = divmod(codewords, blocks)
    yield from list(range(blocks)) * (block_length - correction)
    yield from range(blocks - longer, blocks)  # the last blocks hold one data codeword more
    yield from list(range(blocks)) * correction


@cache
def _placement(version: int) -> tuple[dict[Module, int], dict[Module, Pattern], int]:
    """Return the codeword and the function pattern of every module, and the number of codewords (clause 7.7.3)."""
    size = 17 + 4 * version
    pattern_at = _function_patterns(version, size)
    bits = [module for module in _reading_order(size) if module not in pattern_at]
    codewords = len(bits) // 8
    return {module: bit // 8 for bit, module in enumerate(bits[: codewords * 8])}, pattern_at, codewords


def _reading_order(size: int) -> Iterator[Module]:
    """Yield all modules in pairs of columns, from the right, up and down in turn; the timing column is skipped."""
    rights = [*range(size - 1, 6, -2), 5, 3, 1]
    for turn, right in enumerate(rights):
        for step in range(size):
            y = step if turn % 2 else size - 1 - step
            yield right, y
            yield right - 1, y


def _function_patterns(version: int, size: int) -> dict[Module, Pattern]:
    """Return every module that carries no codeword; where two patterns cross, the one that matters more."""
    far = size - FINDER_MODULES - 1  # a finder pattern and its separator are eight modules wide
    timing = range(8, size - 8)
    found: dict[Module, Pattern] = {}
    found |= dict.fromkeys([(at, 6) for at in timing] + [(6, at) for at in timing], "timing")
    reach = range(-(ALIGNMENT_MODULES // 2), ALIGNMENT_MODULES // 2 + 1)
    for x, y in Symbol(version, "L", size, ()).alignments():
        found |= dict.fromkeys(((x + dx, y + dy) for dx, dy in product(reach, repeat=2)), "alignment")
    if version >= VERSION_INFORMATION_FROM:
        block = list(product(range(6), range(size - 11, size - 8)))
        found |= dict.fromkeys(block + [(y, x) for x, y in block], "version")
    beside = [at for at in range(9) if at != 6]
    beyond = range(far, size)  # the always dark module (8, 4 v + 9) stands with the format information (clause 7.9.1)
    formats = [(8, at) for at in (*beside, *beyond)] + [(at, 8) for at in (*beside, *beyond)]
    found |= dict.fromkeys(formats, "format")
    for left, top in ((0, 0), (far, 0), (0, far)):
        found |= dict.fromkeys(product(range(left, left + 8), range(top, top + 8)), "finder")
    return found
