"""Short codes: drawn at random, screened, or chosen by their owner."""

import re
import secrets
from importlib import resources

from repoint.kit import base58
from repoint.kit.errors import Invalid

LENGTH = 7
CUSTOM_MIN = 3
CUSTOM_MAX = 64

_CUSTOM = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_-]{{{CUSTOM_MIN - 1},{CUSTOM_MAX - 1}}}")

# First path segments that a short domain needs for itself, now or later; compared in lower case.
RESERVED = frozenset(
    "account admin analytics api app assets auth billing blog codes compat dashboard docs domains download events "
    "export favicon health healthz help home import index invite join keys legal login logout logos metrics new "
    "null oauth openapi ping plans pricing privacy public qr readyz register render reset robots root scan settings "
    "setup signin signup sitemap static status support team teams terms undefined upload user users v1 v2 v3 "
    "webhook webhooks well-known www".split()
)

# What readers see in digits and letters that look alike.
_LOOKALIKES = str.maketrans("013457892", "oieastbgz")
_SCREENED = tuple(
    line
    for line in resources.files("repoint.links").joinpath("screened.txt").read_text(encoding="ascii").splitlines()
    if line and not line.startswith("#")
)


def draw() -> str:
    """A random short code: `LENGTH` Base58 characters from the system's CSPRNG, free of words nobody wants in print."""
    while True:
        slug = "".join(secrets.choice(base58.ALPHABET) for _ in range(LENGTH))
        if is_presentable(slug):
            return slug


def is_presentable(slug: str) -> bool:
    """Whether no screened word can be read in the slug, digits taken for the letters they look like."""
    lowered = slug.lower()
    read = lowered.translate(_LOOKALIKES)
    return not any(word in lowered or word in read for word in _SCREENED) and lowered not in RESERVED


def check_custom(slug: str) -> str:
    """A slug as its owner wants it.

    Raises:
        Invalid: a character, the length, or a reserved word.
    """
    if not _CUSTOM.fullmatch(slug):
        raise Invalid(
            "slug",
            f"must have {CUSTOM_MIN} to {CUSTOM_MAX} characters, each a letter A to Z, a digit, '-' or '_', "
            "and begin with a letter or a digit",
        )
    if slug.lower() in RESERVED:
        raise Invalid("slug", f"{slug!r} is reserved for Repoint itself; choose another")
    return slug
