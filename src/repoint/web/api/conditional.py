"""Conditional requests: whether the client has it already."""

import re

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def is_known(etag: str, if_none_match: str | None) -> bool:
    """Whether If-None-Match names this ETag, compared weakly (RFC 9110, sections 13.1.2 and 8.8.3.2)."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or etag in _TAG.findall(if_none_match)
