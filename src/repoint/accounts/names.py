"""Names that people give to things."""

import unicodedata

from repoint.kit.errors import Invalid


def checked(name: str, *, field: str, longest: int) -> str:
    """The name without spaces around it.

    Raises:
        Invalid: it is empty or too long, or holds control characters.
    """
    name = name.strip()
    if not 1 <= len(name) <= longest:
        raise Invalid(field, f"must have 1 to {longest} characters")
    if any(unicodedata.category(character) == "Cc" for character in name):
        raise Invalid(field, "must not hold control characters")
    return name
