"""Which format a request's Accept header asks for."""

from repoint.rendering import MEDIA_TYPES

# Where the header leaves the choice, the first of these that it allows.
_PREFERRED = ("svg", "png", "webp", "jpg", "pdf", "eps")
_OTHER_NAMES = {"image/jpg": "image/jpeg", "application/eps": "application/postscript"}
_RANGES_MAX = 50


def format_for(accept: str | None) -> str | None:
    """The format of the highest quality (RFC 9110, section 12.5.1); None where none is acceptable."""
    if not accept or not accept.strip():
        return _PREFERRED[0]
    qualities = dict(map(_range, accept.lower().split(",")[:_RANGES_MAX]))
    best = max(_PREFERRED, key=lambda fmt: _quality(MEDIA_TYPES[fmt], qualities))  # the first of equals
    return best if _quality(MEDIA_TYPES[best], qualities) > 0 else None


def _quality(media_type: str, qualities: dict[str, float]) -> float:
    """That of the most precise range that covers the type."""
    ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((qualities[each] for each in ranges if each in qualities), 0.0)


def _range(text: str) -> tuple[str, float]:
    name, *parameters = (part.strip() for part in text.split(";"))
    given = next((each.removeprefix("q=") for each in parameters if each.startswith("q=")), "1")
    try:
        quality = float(given)
    except ValueError:
        quality = 0.0
    return _OTHER_NAMES.get(name, name), quality
