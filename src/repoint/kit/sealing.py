"""Seal bytes, so that only who knows the secret reads them.

    sealed = salt (16) || tag (32) || body XOR pad
    pad, tag key = SHAKE-256 and HMAC under keys that HKDF (RFC 5869, SHA-256) makes of the secret and the salt

The salt is new for each body, so no pad is used twice; the tag covers salt and body (encrypt, then authenticate). Made
of the standard library, which has no cipher of its own. The secret must be one that cannot be guessed.
"""

import hashlib
import hmac
import secrets

SALT_BYTES = 16
TAG_BYTES = 32


class NotSealedSo(Exception):
    """Sealed with another secret, or altered."""


def seal(secret: bytes, body: bytes) -> bytes:
    """The body, readable with the secret alone."""
    salt = secrets.token_bytes(SALT_BYTES)
    hidden = _padded(secret, salt, body)
    return salt + _tag(secret, salt, hidden) + hidden


def unseal(secret: bytes, sealed: bytes) -> bytes:
    """The body that was sealed with this secret.

    Raises:
        NotSealedSo: it was not, or is no longer what it was.
    """
    salt, tag, hidden = sealed[:SALT_BYTES], sealed[SALT_BYTES:][:TAG_BYTES], sealed[SALT_BYTES + TAG_BYTES :]
    if not hmac.compare_digest(tag, _tag(secret, salt, hidden)):
        raise NotSealedSo
    return _padded(secret, salt, hidden)


def _padded(secret: bytes, salt: bytes, body: bytes) -> bytes:
    pad = hashlib.shake_256(_derived(secret, salt, b"repoint pad")).digest(len(body))
    return bytes(each ^ other for each, other in zip(body, pad, strict=True))


def _tag(secret: bytes, salt: bytes, hidden: bytes) -> bytes:
    return hmac.digest(_derived(secret, salt, b"repoint tag"), salt + hidden, "sha256")


def _derived(secret: bytes, salt: bytes, purpose: bytes) -> bytes:
    """HKDF's two steps; one block is all that is needed."""
    return hmac.digest(hmac.digest(salt, secret, "sha256"), purpose + b"\x01", "sha256")
