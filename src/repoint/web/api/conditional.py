"""Conditional requests: what the client has seen."""

import re
from typing import Annotated, Any

from fastapi import Depends, Header

from repoint.kit.versions import Expected

_VERSION = re.compile(r'"v([1-9][0-9]{0,17})(?:-[0-9a-f]+)?"')
_TAG = re.compile(r'(?:W/)?("[^"]*")')


def is_known(etag: str, if_none_match: str | None) -> bool:
    """Whether If-None-Match names this ETag, compared weakly (RFC 9110, sections 13.1.2 and 8.8.3.2)."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or etag in _TAG.findall(if_none_match)


def etag_of(version: int, *, of: str = "") -> str:
    """The ETag of a resource that counts its versions; with the digest of an answer, the ETag of just that answer.

    If-Match reads the version alone: that a code was scanned meanwhile is no reason to refuse a change of it.
    """
    return f'"v{version}-{of}"' if of else f'"v{version}"'


async def _expected(if_match: Annotated[str | None, Header(max_length=1_000)] = None) -> Expected:
    if if_match is None or if_match.strip() == "*":
        return None
    # Compared strongly (RFC 9110, section 13.1.1): a weak ETag, and one that is none of ours, matches nothing.
    versions = (_VERSION.fullmatch(each.strip()) for each in if_match.split(","))
    return frozenset(int(version[1]) for version in versions if version)


# The versions that If-Match names; use cases hand them to `kit.versions.require`.
IfMatch = Annotated[Expected, Depends(_expected)]

# The ETags that a client has, for `is_known`.
IfNoneMatch = Annotated[str | None, Header(max_length=1_000)]
NOT_MODIFIED: dict[str, Any] = {"description": "It is what `If-None-Match` names."}
