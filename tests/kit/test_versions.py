"""A change passes for the version it was meant for, and no other."""

import pytest

from repoint.kit import versions
from repoint.kit.errors import Stale


def test_what_passes() -> None:
    """Whoever names no version accepts any; else the present one must be among those named."""
    versions.require(None, 3, kind="QR code")
    versions.require(frozenset({2, 3}), 3, kind="QR code")
    for expected in (frozenset[int](), frozenset({2})):
        with pytest.raises(Stale, match="version 3"):
            versions.require(expected, 3, kind="QR code")
