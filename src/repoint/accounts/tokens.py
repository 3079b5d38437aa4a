"""Secrets to be shown once, with a checksum; kept as SHA-256.

A token is a prefix || 28 Base58 characters (160 random bits) || 6 Base58 characters (CRC-32 of what stands before).
The checksum lets a mistyped or made-up token be refused without asking the database; 160 random bits need no slow
hash, and a leaked dump holds no token.
"""

import hashlib
import secrets
import zlib

from repoint.kit import base58

SECRET_BITS = 160
SECRET_CHARACTERS = 28
CHECKSUM_CHARACTERS = 6
SHA256_BYTES = 32


def new(prefix: str) -> str:
    """A fresh token."""
    body = prefix + base58.encode(secrets.randbits(SECRET_BITS), width=SECRET_CHARACTERS)
    return body + _checksum(body)


def is_well_formed(prefix: str, token: str) -> bool:
    """Whether the token could be one of ours; says nothing about whether it is."""
    body, checksum = token[:-CHECKSUM_CHARACTERS], token[-CHECKSUM_CHARACTERS:]
    return (
        len(token) == len(prefix) + SECRET_CHARACTERS + CHECKSUM_CHARACTERS
        and token.isascii()
        and token.startswith(prefix)
        and _checksum(body) == checksum
    )


def sha256(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def _checksum(body: str) -> str:
    return base58.encode(zlib.crc32(body.encode()), width=CHECKSUM_CHARACTERS)
