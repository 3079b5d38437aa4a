"""Base58: letters and digits that nobody mistakes for another."""

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


def encode(number: int, *, width: int) -> str:
    """Spell a non-negative number with exactly `width` characters; too large is a bug."""
    characters = []
    for _ in range(width):
        number, digit = divmod(number, 58)
        characters.append(ALPHABET[digit])
    if number:
        raise OverflowError(f"needs more than {width} Base58 characters")
    return "".join(reversed(characters))


def decode(text: str) -> int | None:
    """The number that `text` spells, or None where a character is not Base58."""
    number = 0
    for character in text:
        value = _VALUES.get(character)
        if value is None:
            return None
        number = number * 58 + value
    return number
