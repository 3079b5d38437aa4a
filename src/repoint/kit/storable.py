"""Text that every database can hold and look for."""

from repoint.kit.errors import Invalid


def storable(field: str, text: str) -> str:
    """The text, once nothing in it is beyond UTF-8 or PostgreSQL, which takes no NUL.

    Raises:
        Invalid: a character of the field cannot be stored, so nothing that is stored has it.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Invalid(field, "holds half of a surrogate pair, which is no character") from None
    if "\x00" in text:
        raise Invalid(field, "holds a NUL character, which no text can hold")
    return text
