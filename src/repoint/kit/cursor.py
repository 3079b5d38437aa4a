"""Opaque signed cursors: where the next page of a list begins.

A cursor is URL-safe Base64 of `tag (12 bytes) || JSON [list, position]`. The tag is a keyed BLAKE2b over the
JSON (RFC 7693, section 2.9), so a cursor that was changed, or made for another list, is refused.
"""

import base64
import binascii
import hashlib
import hmac
import json

from repoint.kit.errors import Invalid

_TAG_BYTES = 12
LENGTH_MAX = 2048  # a title of 150 characters as the position takes up to 1,300
_REFUSAL = "is not a cursor of this list; take `next_cursor` of the page before, or leave it out to start again"


class Cursors:
    """Writes and reads cursors under one secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def write(self, listing: str, position: int | str) -> str:
        """The cursor that continues `listing` behind `position`."""
        body = json.dumps([listing, position], separators=(",", ":"), ensure_ascii=False).encode()
        cursor = base64.urlsafe_b64encode(self._tag(body) + body).decode().rstrip("=")
        assert len(cursor) <= LENGTH_MAX
        return cursor

    def read(self, listing: str, cursor: str) -> int | str:
        """The position that `write` was given.

        Raises:
            Invalid: the text is no cursor, was changed, or belongs to another list.
        """
        if len(cursor) > LENGTH_MAX or not cursor.isascii():
            raise Invalid("cursor", _REFUSAL)
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise Invalid("cursor", _REFUSAL) from None
        tag, body = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
        if not hmac.compare_digest(tag, self._tag(body)):
            raise Invalid("cursor", _REFUSAL)
        owner, position = json.loads(body)
        if owner != listing or not isinstance(position, int | str):
            raise Invalid("cursor", _REFUSAL)
        return position

    def _tag(self, body: bytes) -> bytes:
        return hashlib.blake2b(body, key=self._secret, digest_size=_TAG_BYTES).digest()
