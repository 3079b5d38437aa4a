"""Text to a QR symbol: its modules, version and level.

Clauses and annexes cited in this package are those of ISO/IEC 18004:2015.
"""

import re
from dataclasses import dataclass
from itertools import product
from math import isqrt
from typing import TYPE_CHECKING, Literal, cast

from repoint.rendering.errors import TooLong, Unrenderable

if TYPE_CHECKING:
    from zxingcpp import Barcode

Level = Literal["L", "M", "Q", "H"]
ErrorCorrection = Literal["auto", "L", "M", "Q", "H"]

FINDER_MODULES = 7
ALIGNMENT_MODULES = 5

VERSION_MAX = 40

# Data codewords of version 40 (clause 7.4.10, table 7): the most that a level holds.
CODEWORDS_MAX = {"auto": 2_956, "L": 2_956, "M": 2_334, "Q": 1_666, "H": 1_276}

# Digits are the densest mode: no level of any version takes more characters than this (table 7).
CHARACTERS_MAX = 7_089

# What the encoder's message ends with when the text does not fit (Zint's ZINT_ERROR_TOO_LONG).
_DOES_NOT_FIT = "(retval: 5)"

# Scheme and host of a web address; credentials, which come before an @ and are case-sensitive, stop the match.
_WEB_HOST = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?=[/?#]|$)", re.IGNORECASE)

_DARK_IS_ONE = bytes([1]) + bytes(255)  # from pixels, where black is 0


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR symbol: `rows[y][x]` is 1 for a dark module and 0 for a light one, without the quiet zone."""

    version: int
    level: Level
    size: int
    rows: tuple[bytes, ...]

    def dark(self) -> set[tuple[int, int]]:
        """Return all dark modules as (x, y)."""
        return {(x, y) for y, row in enumerate(self.rows) for x, module in enumerate(row) if module}

    def finders(self) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
        """Return the upper left module (x, y) of the three finder patterns (clause 6.3.3.1)."""
        far = self.size - FINDER_MODULES
        return (0, 0), (far, 0), (0, far)

    def alignments(self) -> tuple[tuple[int, int], ...]:
        """Return the centre modules (x, y) of the alignment patterns (clause 6.3.6)."""
        places = alignment_places(self.version)
        if not places:
            return ()
        near, far = places[0], places[-1]
        under_finders = {(near, near), (far, near), (near, far)}
        return tuple((x, y) for y, x in product(places, repeat=2) if (x, y) not in under_finders)


def payload(text: str, *, uppercase: bool) -> str:
    """Return the text that the symbol holds.

    `uppercase` writes the scheme and the host of a web address in capitals, which take less room (clause 7.4.4) and
    mean the same (RFC 3986 section 6.2.2.1). Paths, queries and all other texts may tell capitals from small letters,
    so they stay as they are.
    """
    return _WEB_HOST.sub(lambda host: host[0].upper(), text, count=1) if uppercase and _WEB_HOST.match(text) else text


def encode(text: str, *, error_correction: ErrorCorrection, version_min: int = 1) -> Symbol:
    """Return the smallest symbol, of `version_min` or above, that decodes to exactly `text`.

    `auto` takes the highest level that costs no larger version; L, M, Q and H are kept as asked.
    Raises TooLong when not even version 40 holds the text, Unrenderable when it is empty or not text.
    """
    from zxingcpp import QRCode, create_barcode

    encoded = _utf8(text)
    # Readers take bytes without a declared character set for whatever they guess (clause 7.3.2 says Latin-1, most
    # guess UTF-8, some Shift JIS). ASCII means the same in all three; anything else declares UTF-8 (clause 7.4.2).
    options: dict[str, str | int] = {} if text.isascii() else {"eci": "UTF-8"}
    if error_correction != "auto":
        options["ec_level"] = error_correction
    bytes_max = CODEWORDS_MAX[error_correction] - (3 if text.isascii() else 4)  # mode, count and character set header
    if len(text) > CHARACTERS_MAX:
        raise TooLong(given_bytes=len(encoded), bytes_max=bytes_max)
    try:
        barcode = create_barcode(text, QRCode, **options)
        pixels = _pixels(barcode)
        if len(pixels) < (17 + 4 * version_min) ** 2:
            barcode = create_barcode(text, QRCode, **options, version=version_min)
            pixels = _pixels(barcode)
    except ValueError as error:
        if str(error).endswith(_DOES_NOT_FIT):
            raise TooLong(given_bytes=len(encoded), bytes_max=bytes_max) from None
        raise

    size = isqrt(len(pixels))
    modules = pixels.translate(_DARK_IS_ONE)
    return Symbol(
        version=(size - 17) // 4,
        level=cast("Level", barcode.ec_level),
        size=size,
        rows=tuple(modules[at : at + size] for at in range(0, size * size, size)),
    )


def alignment_places(version: int) -> tuple[int, ...]:
    """Return the rows, which are also the columns, that alignment patterns are centred on (annex E, table E.1)."""
    if version == 1:
        return ()
    last = version * 4 + 10
    gaps = version // 7 + 1
    # The table spreads the patterns in even steps counted from the far side, and the remainder falls into the first
    # gap. Version 32 alone takes a smaller step than the others would.
    step = 26 if version == 32 else -(-(last - 6) // (2 * gaps)) * 2
    return (6, *range(last - step * (gaps - 1), last + 1, step))


def _pixels(barcode: "Barcode") -> bytes:
    image = barcode.to_image(scale=1, add_quiet_zones=False)
    return memoryview(image).tobytes()  # type: ignore[arg-type]  # the stub does not say that it is a buffer


def _utf8(text: str) -> bytes:
    if not text:
        raise Unrenderable("text", "is empty; a symbol needs at least one character")
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Unrenderable("text", f"holds half of a surrogate pair at position {error.start}") from None
