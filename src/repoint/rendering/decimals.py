"""Short decimal numbers for SVG, PDF and EPS."""

from functools import lru_cache

# A thousandth of a module is below what any printer or screen resolves.
PLACES = 3


@lru_cache(maxsize=16_384)
def short(value: float, places: int = PLACES) -> str:
    """Spell a number with so many decimals at most, one or more, and no needless character: `.5`, `-1`, `12.345`."""
    text = f"{value:.{places}f}".rstrip("0").rstrip(".")
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    if digits == "0":
        return "0"
    return sign + (digits[1:] if digits.startswith("0.") else digits)
