"""The order in which letters of mixed direction are drawn.

The Unicode bidirectional algorithm (UAX #9) for one paragraph without explicit controls, which
`text.tidy` takes out: rules P2, P3, W1 to W7, N0 to N2, I1, I2 and L2. Odd levels run from right to left.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeVar
from unicodedata import bidirectional

LEFT_TO_RIGHT, RIGHT_TO_LEFT = 0, 1

# Pairs of the Unicode file BidiBrackets.txt that keyboards have.
_PAIRS: dict[str, str] = dict(zip("([{（［｛「『【〈《〔｢", ")]}）］｝」』】〉》〕｣", strict=True))  # noqa: RUF001
_CLOSING = frozenset(_PAIRS.values())

_NEUTRAL = frozenset(("B", "S", "WS", "ON"))
_NUMBERS = frozenset(("EN", "AN"))
_ZERO_WIDTH = "BN"  # joiners, which have the direction of what they follow

Item = TypeVar("Item")


def base_level(text: str) -> int:
    """Return the direction of a paragraph: that of its first letter (P2, P3)."""
    for character in text:
        match bidirectional(character):
            case "L":
                return LEFT_TO_RIGHT
            case "R" | "AL":
                return RIGHT_TO_LEFT
    return LEFT_TO_RIGHT


def levels(text: str, *, base: int) -> list[int]:
    """Return the level of each character of a line in a paragraph of direction `base`."""
    if base == LEFT_TO_RIGHT and all(bidirectional(character) not in ("R", "AL", "AN") for character in text):
        return [LEFT_TO_RIGHT] * len(text)
    around = "R" if base else "L"
    kept = [at for at, character in enumerate(text) if bidirectional(character) != _ZERO_WIDTH]
    given = [bidirectional(text[at]) for at in kept]
    kinds = _weak(given, around)
    _brackets([text[at] for at in kept], given, kinds, around)
    _neutral(kinds, around)
    found = {at: _level(kind, base) for at, kind in zip(kept, kinds, strict=True)}
    result: list[int] = []
    for at in range(len(text)):
        result.append(found.get(at, result[-1] if result else base))
    return result


def in_visual_order(items: Sequence[Item], item_levels: Sequence[int]) -> list[Item]:
    """Return items of one level each from left to right (L2)."""
    order = list(range(len(items)))
    for level in range(max(item_levels, default=0), 0, -1):
        parts: list[int] = []
        for turned, group in groupby(order, key=lambda at: item_levels[at] >= level):
            part = list(group)
            parts += reversed(part) if turned else part
        order = parts
    return [items[at] for at in order]


def _weak(given: list[str], around: str) -> list[str]:
    """Settle marks, numbers and the signs between numbers (W1 to W7)."""
    kinds = _letters(given, around)
    for at in range(1, len(kinds) - 1):  # W4
        before, kind, after = kinds[at - 1 : at + 2]
        if before == after and ((kind == "CS" and before in _NUMBERS) or (kind == "ES" and before == "EN")):
            kinds[at] = before
    for start, end, kind in list(_stretches(kinds)):  # W5, W6
        if kind == "ET":
            beside = kinds[max(start - 1, 0) : start] + kinds[end : end + 1]
            kinds[start:end] = ["EN" if "EN" in beside else "ON"] * (end - start)
        elif kind in ("ES", "CS"):
            kinds[start:end] = ["ON"] * (end - start)
    strong = around
    for at, kind in enumerate(kinds):  # W7
        strong = kind if kind in ("L", "R") else strong
        if kind == "EN" and strong == "L":
            kinds[at] = "L"
    return kinds


def _letters(given: list[str], around: str) -> list[str]:
    """Give marks the kind of what they stand on, and digits after Arabic letters that of Arabic digits (W1 to W3)."""
    kinds: list[str] = []
    strong = around
    for kind in given:
        settled = (kinds[-1] if kinds else around) if kind == "NSM" else kind
        if settled in ("R", "L", "AL"):
            strong = settled
        kinds.append("AN" if settled == "EN" and strong == "AL" else settled)
    return ["R" if kind == "AL" else kind for kind in kinds]


def _brackets(characters: list[str], given: list[str], kinds: list[str], around: str) -> None:
    """Give both brackets of a pair the direction of what they hold (N0)."""
    for opening, closing in sorted(_pairs(characters, kinds)):
        inside = {_strong(kind) for kind in kinds[opening + 1 : closing]} - {None}
        if not inside:
            continue
        if around in inside:
            direction = around
        else:
            before = (_strong(kind) for kind in reversed(kinds[:opening]))
            context = next((kind for kind in before if kind), around)
            direction = context if context in inside else around
        for at in (opening, closing):
            kinds[at] = direction
            after = at + 1
            while after < len(given) and given[after] == "NSM":
                kinds[after] = direction
                after += 1


def _pairs(characters: list[str], kinds: list[str]) -> Iterator[tuple[int, int]]:
    opened: list[tuple[str, int]] = []
    for at, character in enumerate(characters):
        if kinds[at] != "ON":
            continue
        if character in _PAIRS:
            opened.append((_PAIRS[character], at))
        elif character in _CLOSING:
            depth = next((depth for depth in reversed(range(len(opened))) if opened[depth][0] == character), None)
            if depth is not None:
                yield opened[depth][1], at
                del opened[depth:]


def _neutral(kinds: list[str], around: str) -> None:
    """Give spaces and signs the direction on both of their sides, or that of the paragraph (N1, N2)."""
    for start, end, is_neutral in list(_stretches([kind in _NEUTRAL for kind in kinds])):
        if is_neutral:
            before = _strong(kinds[start - 1]) if start else around
            after = _strong(kinds[end]) if end < len(kinds) else around
            kinds[start:end] = [before if before == after and before else around] * (end - start)


def _strong(kind: str) -> str | None:
    return "R" if kind in _NUMBERS else kind if kind in ("L", "R") else None


def _level(kind: str, base: int) -> int:
    match base, kind:  # I1, I2
        case (0, "R"):
            return 1
        case (0, "AN" | "EN"):
            return 2
        case (1, "L" | "AN" | "EN"):
            return 2
        case _:
            return base


def _stretches(values: Sequence[Item]) -> Iterator[tuple[int, int, Item]]:
    """Yield where each stretch of equal values begins and ends, and the value."""
    start = 0
    for value, group in groupby(list(values)):
        end = start + sum(1 for _ in group)
        yield start, end, value
        start = end
