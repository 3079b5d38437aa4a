"""Passwords: what they must be, and their argon2id hashes.

The parameters are those that argon2-cffi recommends (RFC 9106, section 4, the second one); a hash with others is made
anew at the next sign-in. One hash takes a tenth of a second and 64 MiB: never inside a transaction.
"""

import base64
import secrets
from dataclasses import dataclass
from importlib import resources

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from repoint.kit import base58
from repoint.kit.errors import Invalid

LENGTH_MIN = 10
LENGTH_MAX = 1_000
MADE_CHARACTERS = 20  # 117 random bits

_HASHER = PasswordHasher()
_COMMON = frozenset(
    resources.files("repoint.accounts").joinpath("common_passwords.txt").read_text(encoding="ascii").split()
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a password is right, and its hash with today's parameters where the kept one has others."""

    is_right: bool
    stronger_hash: str | None = None


def check(password: str, *, field: str = "password") -> str:
    """A password that may be set.

    Raises:
        Invalid: it is too short or too long, or among those that are tried first.
    """
    if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
        raise Invalid(field, f"must have {LENGTH_MIN} to {LENGTH_MAX:,} characters")
    if password.lower() in _COMMON or len(set(password.lower())) < 3:
        raise Invalid(field, "is one of the passwords that are tried first; take one that nobody else has")
    try:
        password.encode()
    except UnicodeEncodeError:
        raise Invalid(field, "holds half of a surrogate pair, which is no character") from None
    return password


def made() -> str:
    """A password nobody can guess, for people to type."""
    return base58.encode(secrets.randbelow(58**MADE_CHARACTERS), width=MADE_CHARACTERS)


def hashed(password: str) -> str:
    """The hash to keep; slow on purpose."""
    return _HASHER.hash(password)


def verify(password_hash: str | None, password: str) -> Verdict:
    """Compare; without a hash to compare with it takes the same time and is wrong."""
    try:
        _HASHER.verify(password_hash or _nobodys(), password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return Verdict(is_right=False)
    if password_hash is None:
        return Verdict(is_right=False)
    return Verdict(is_right=True, stronger_hash=hashed(password) if _HASHER.check_needs_rehash(password_hash) else None)


def _nobodys() -> str:
    """A hash with the present parameters that is no password's."""
    salt, digest = (
        base64.b64encode(bytes(length)).decode().rstrip("=") for length in (_HASHER.salt_len, _HASHER.hash_len)
    )
    cost = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"
