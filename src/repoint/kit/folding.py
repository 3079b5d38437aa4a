"""How names are told apart, sorted, and searched."""

import hashlib
import unicodedata
from uuid import UUID

SORT_KEY_MAX = 64
SEARCH_MIN = 3  # the index holds every three characters in a row
# Where one character is a word or a syllable (Unicode: CJK Radicals Supplement and all above it).
_WORDS_FROM = "\u2e80"
_PRIVATE_FIRST, _PRIVATE_COUNT = 0xE000, 6_400  # the Private Use Area of the Basic Multilingual Plane


def sort_key(title: str) -> str:
    """What names are sorted by: without case and accents, and no more than the first 64 characters."""
    letters = (each for each in unicodedata.normalize("NFKD", title) if not unicodedata.combining(each))
    return "".join(letters).casefold()[:SORT_KEY_MAX]


def name_key(name: str) -> str:
    """What names are the same by: case and compatible spellings make no difference."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def searchable(text: str) -> str:
    """A text as it is searched in, and for: folded as names are.

    A character that is a word of its own is written three times, so that it can be looked for alone. It lies in
    another text exactly where it lay before.
    """
    return "".join(each * SEARCH_MIN if each >= _WORDS_FROM else each for each in name_key(text))


def marker(identity: UUID) -> str:
    """Three characters of private use that stand for an organisation or a tag in a text to be searched.

    Two can have the same: who searches looks at the organisation too, and a tag is met by mistake once in 10^11.
    """
    number = int.from_bytes(hashlib.sha256(identity.bytes).digest()[:8])
    places = (number % _PRIVATE_COUNT, number // _PRIVATE_COUNT % _PRIVATE_COUNT, number // _PRIVATE_COUNT**2)
    return "".join(chr(_PRIVATE_FIRST + place % _PRIVATE_COUNT) for place in places)
